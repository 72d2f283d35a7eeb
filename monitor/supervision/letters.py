"""The notice (通知) that a unit is sent, made by rule from the request: what for, what, how, by when."""

from __future__ import annotations

from datetime import date

from .request import Request
from .rules import Names

REGULARITY = {"regular": ("定期报送", "regular"), "special": ("专项报送", "special")}


def notice_text(request: Request, names: Names, unit: str, sent_on: date) -> tuple[str, str]:
    """The notice to one unit in both languages; paragraphs are lines."""
    return _onsite(request, names, unit, sent_on) if request.kind == "onsite" else _data(request, names, unit, sent_on)


def _data(request: Request, names: Names, unit: str, sent_on: date) -> tuple[str, str]:
    name, form = names.unit(unit), names.form(request.form)
    how = REGULARITY[request.regularity]
    indicators = [names.indicator(one) for one in request.indicators]
    periods = "、".join(request.periods), ", ".join(request.periods)
    basis = (f"根据{request.basis}，", f"Under {request.basis}, ") if request.basis else ("", "")
    zh = [
        f"关于报送非现场监督数据的通知（{request.title}）",
        f"{name[0]}：",
        f"{basis[0]}现对你单位实施非现场监督。监督目的：{request.purpose}",
        f"一、报送性质：{how[0]}",
        f"二、报送范围：{form[0]}，报告期 {periods[0]}，指标 {len(indicators)} 项："
        f"{'；'.join(one[0] for one in indicators)}",
        f"三、报送格式：{request.format}",
        f"四、报送方式：{request.channel}",
        f"五、报送时限：{request.deadline} 前（含当日）",
        "不符合要求的数据，须按要求补报或重新报送。",
        f"{sent_on}",
    ]
    en = [
        f"Notice of supervision by data ({request.title})",
        f"To: {name[1]}",
        f"{basis[1]}your unit is supervised by data. Purpose: {request.purpose}",
        f"1. Kind of sending: {how[1]}",
        f"2. Scope: {form[1]}, periods {periods[1]}, {len(indicators)} indicators: "
        f"{'; '.join(one[1] for one in indicators)}",
        f"3. Format: {request.format}",
        f"4. Channel: {request.channel}",
        f"5. Deadline: {request.deadline}, that day included",
        "Data that do not meet these requirements are to be supplemented or sent again.",
        f"{sent_on}",
    ]
    return "\n".join(zh), "\n".join(en)


def _onsite(request: Request, names: Names, unit: str, sent_on: date) -> tuple[str, str]:
    name = names.unit(unit)
    basis = (f"根据{request.basis}，", f"Under {request.basis}, ") if request.basis else ("", "")
    zh = [
        f"关于实施现场监督的通知（{request.title}）",
        f"{name[0]}：",
        f"{basis[0]}决定对你单位实施现场监督。监督目的及内容：{request.purpose}",
        "请备齐有关会计凭证、会计账簿、会计报表、统计报表和与监督事项有关的文件、资料，并予以配合。",
        f"{sent_on}",
    ]
    en = [
        f"Notice of supervision on site ({request.title})",
        f"To: {name[1]}",
        f"{basis[1]}your unit will be supervised on site. Purpose and content: {request.purpose}",
        "Please have vouchers, account books, accounting and statistical statements and the documents on the matter at"
        " hand.",
        f"{sent_on}",
    ]
    return "\n".join(zh), "\n".join(en)
