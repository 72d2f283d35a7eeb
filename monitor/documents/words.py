"""The Chinese words of the documents, which are filed in Chinese whoever makes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.catalogue.periods import Period

CLASS: Mapping[str, str] = {
    "achieved": "已达标", "ahead": "快于时序", "on_schedule": "达到时序", "nearly": "基本达到时序", "behind": "滞后",
    "below_baseline": "低于基期", "slipped": "达标后回落", "missed": "期末未达标", "held": "保持",
    "breached": "未保持", "not_assessable": "暂无法判断", "no_data": "暂无数据", "judged": "人工评估",
}  # fmt: skip
NATURE: Mapping[str, str] = {"binding": "约束性", "expected": "预期性", "context": "参考"}
VINTAGE: Mapping[str, str] = {
    "reported": "上报数", "flash": "快报数", "bulletin": "公报数", "yearbook": "年鉴数", "final_accounts": "核算数",
    "long_series": "长序列数", "report": "报告数", "briefing": "发布会数", "blue_book": "蓝皮书数", "plan": "规划数",
    "aggregated": "汇总数", "task": "进展报告", "computed": "测算",
}  # fmt: skip
SYNTHETIC = "模拟数据"
NO_BASE = "—"
NO_DATA = "暂无数据"
_QUARTERS = "一二三四"


def period_text(period: Period) -> str:
    """`2025年`, `2025年上半年`, `2025年二季度`, `2025年6月`."""
    part = ((period.index - 1) % 12 + 1) // period.months
    told = {
        "year": "", "half": "上半年" if part == 1 else "下半年",
        "quarter": f"{_QUARTERS[(part - 1) % 4]}季度", "month": f"{part}月",
    }  # fmt: skip
    return f"{period.year}年{told[period.kind]}"


def moment_text(moment: datetime | None, timezone: str) -> str:
    """A moment (UTC without zone) to the second below, with its offset; `无` in a store without figures."""
    if moment is None:
        return "无"
    local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(timezone))
    offset = local.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{local:%Y-%m-%d %H:%M:%S}（UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}）"
