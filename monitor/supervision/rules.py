"""The analysis (分析): what the rules find in the figures accepted by a moment, within the scope of a request.

Completeness and timeliness come from the board of reports, classes from the scorecard, queries and relations from the
ledger of quality: the same answers as on those pages, chosen by scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.report.desk import Desk
from monitor.report.export import plain_number
from monitor.report.quality import OUTLIER, Query, queries_of
from monitor.report.quality_relations import Failure, relation_results

from .dossier import Finding
from .request import Request
from .standing import Standing, standings

KINDS = ("missing", "late", "returned", "incomplete", "lagging", "breached", "outlier", "unexplained", "unbalanced")
CLASSES = {
    "behind": ("滞后", "behind schedule"),
    "below_baseline": ("低于基期", "below the baseline"),
    "slipped": ("达标后回落", "met, then slipped"),
    "missed": ("期末未达标", "missed at the end"),
    "breached": ("未保持", "not held"),
}
"""The classes that are findings, as the scorecard names them."""


@dataclass(frozen=True)
class Names:
    """What units and indicators are called, in both languages; an id or code that is gone stands for itself."""

    catalogue: Catalogue
    regions: Regions

    def unit(self, code: str) -> tuple[str, str]:
        region = self.regions.get(code)
        return (code, code) if region is None else (region.name, region.name_en or region.name)

    def indicator(self, name: str) -> tuple[str, str]:
        found = self.catalogue.indicator(name)
        return (name, name) if found is None else (found.name.zh, found.name.in_language("en"))

    def form(self, name: str) -> tuple[str, str]:
        found = self.catalogue.form(name)
        return (name, name) if found is None else (found.name.zh, found.name.in_language("en"))


def names_of(desk: Desk, request: Request, as_of: datetime | None) -> Names:
    """Those of the plan in force then; of the first plan for one on site."""
    configuration = desk.configuration(as_of)
    return Names(configuration.plan(request.plan or None), configuration.regions)


def analyse(desk: Desk, request: Request, as_of: datetime) -> tuple[tuple[Finding, ...], bool]:
    """Every finding within scope as known at a moment (naive UTC), by unit and kind; the same again for the same T.
    And whether any of the figures is synthetic, also one that a relation sets beside those of the scope.

    Raises QuestionError where the plan or form was not there then.
    """
    names = names_of(desk, request, as_of)
    board = standings(desk, request, as_of)
    places = {(unit, period) for unit in request.units for period in request.periods}
    sent = [
        one.submission_id
        for place, some in desk.visible(as_of).items() if place in places
        for one in some if one.form == request.form
    ]  # fmt: skip
    rows = _rows(desk, request, as_of)
    found = [
        *(finding for one in board for finding in _of_board(one, names)),
        *_of_classes(rows, names),
        *_of_queries(queries_of(desk, sent, as_of), request, names),
        *_of_relations(desk, request, names, sent),
    ]
    order = {unit: place for place, unit in enumerate(request.units)}
    found.sort(key=lambda one: (order[one.unit], KINDS.index(one.kind), one.period, one.key))
    return tuple(found), bool(rows["synthetic"].any()) or any(one.synthetic for one in found)


def _of_board(one: Standing, names: Names) -> Iterator[Finding]:
    """Completeness and timeliness of one report."""
    zh, en = names.unit(one.unit)
    link = "" if one.submission is None else f"/submission/{one.submission}"
    base: dict[str, Any] = {"unit": one.unit, "period": one.period, "link": link}
    if one.is_overdue:
        said = (f"{zh} {one.period} 数据逾期未报", f"{en} has not sent {one.period}, and the deadline is over")
        yield _finding("missing", said, **base)
    elif one.is_late:
        said = (
            f"{zh} {one.period} 数据于 {one.sent_on} 报送，迟于规定时限",
            f"{en} sent {one.period} on {one.sent_on}, after the deadline",
        )
        yield _finding("late", said, **base)
    if one.state == "returned":
        said = (
            f"{zh} {one.period} 数据经审核退回，尚未重新报送",
            f"{en} has not sent {one.period} again since it was returned",
        )
        yield _finding("returned", said, **base)
    if one.state == "accepted" and one.cells < one.expected:
        given = f"{one.cells}/{one.expected}"
        said = (
            f"{zh} {one.period} 数据不完整：已填 {given} 项指标，须补报",
            f"{en} {one.period} is incomplete: {given} indicators given, the others are to be supplemented",
        )
        yield _finding("incomplete", said, figure=given, **base)


def _rows(desk: Desk, request: Request, as_of: datetime) -> pd.DataFrame:
    """The rows of the scorecard within scope that have a figure."""
    frame = desk.scorecard(plan=request.plan, as_of=as_of).frame
    return frame[
        frame["region_code"].isin(request.units)
        & frame["period"].isin(request.periods)
        & frame["indicator_id"].isin(request.indicators)
        & frame["value"].notna()
    ]


def _of_classes(rows: pd.DataFrame, names: Names) -> Iterator[Finding]:
    """Rows that lag, and holds that are breached."""
    for row in rows[rows["class"].isin(CLASSES)].to_dict("records"):
        zh, en = names.unit(row["region_code"])
        indicator_zh, indicator_en = names.indicator(row["indicator_id"])
        class_zh, class_en = CLASSES[row["class"]]
        figure, goal = f"{_number(row['value'], row['target'])}{_unit(row['unit'])}", row["target_printed"]
        flash = ("（快报数）", " (flash figure)") if row["vintage"] == "flash" else ("", "")
        kind = "breached" if row["class"] == "breached" else "lagging"
        said = (
            f"{zh} {row['period']} {indicator_zh} {figure}{flash[0]}（目标 {goal}），评定为“{class_zh}”",
            f"{en} {row['period']} {indicator_en}: {figure}{flash[1]} (target {goal}), {class_en}",
        )
        link = f"/explain/{row['indicator_id']}/{row['region_code']}/{row['period']}"
        yield _finding(
            kind, said, unit=row["region_code"], indicator=row["indicator_id"], period=row["period"], figure=figure,
            link=link, synthetic=bool(row["synthetic"]),
        )  # fmt: skip


def _of_queries(found: tuple[Query, ...], request: Request, names: Names) -> Iterator[Finding]:
    """Figures far from their peers', explained or not; and every other query that nobody explained."""
    for one in found:
        if one.indicator_id is not None and one.indicator_id not in request.indicators:
            continue
        if one.code != OUTLIER and one.explanation is not None:
            continue
        zh, en = names.unit(one.region_code)
        period = one.period.code
        answer = (
            ("；单位未作说明", "; the unit did not explain it") if one.explanation is None
            else (f"；单位说明：{one.explanation}", f"; the unit says: {one.explanation}")
        )  # fmt: skip
        about = ("", "") if one.indicator_id is None else names.indicator(one.indicator_id)
        said = (
            f"{zh} {period} {about[0]}：{one.zh}{answer[0]}",
            f"{en} {period} {about[1]}: {one.en}{answer[1]}",
        )
        yield _finding(
            "outlier" if one.code == OUTLIER else "unexplained", said, unit=one.region_code,
            indicator=one.indicator_id or "", period=period, link=f"/submission/{one.submission_id}",
            mark=f"{one.rule}:{one.submission_id}",
        )  # fmt: skip


def _of_relations(desk: Desk, request: Request, names: Names, sent: list[int]) -> Iterator[Finding]:
    """Relations between figures of the scope that do not balance."""
    for number, result in enumerate(relation_results(desk, names.catalogue, sent)):
        inside = set(result.parsed.indicators()) & set(request.indicators)
        for one in result.failures if inside else ():
            yield _unbalanced(one, result.parsed.relation, number, names)


def _unbalanced(one: Failure, relation: Any, number: int, names: Names) -> Finding:
    zh, en = names.unit(one.region_code)
    period, unit = one.period.code, _unit(relation.unit or "")
    sides = [
        (_written(str(relation.left), names, place), _written(str(relation.right), names, place)) for place in (0, 1)
    ]
    sign = _SIGNS.get(str(relation.operator), str(relation.operator))
    left, right = (_exact(one.left), _exact(one.right))
    gap = _exact(one.difference)
    said = (
        f"{zh} {period} 平衡关系不成立：{sides[0][0]} {sign} {sides[0][1]}；左边 {left}，右边 {right}，"
        f"相差 {gap}{unit}",
        f"{en} {period}: {sides[1][0]} {sign} {sides[1][1]} does not hold: left {left}, right {right},"
        f" difference {gap}{unit}",
    )
    link = f"/submission/{one.submissions[-1]}" if one.submissions else ""
    return _finding(
        "unbalanced", said, unit=one.region_code, period=period, figure=f"{gap}{unit}", link=link,
        synthetic=one.synthetic, mark=f"{number}:{one.vintage}",
    )  # fmt: skip


_SIGNS = {"eq": "=", "le": "≤", "ge": "≥", "lt": "<", "gt": ">"}


def _written(text: str, names: Names, place: int) -> str:
    """One side of a relation with the indicators' names for their ids."""
    words = text.replace("(", " ( ").replace(")", " ) ").split()
    known = [names.indicator(word)[place] if names.catalogue.indicator(word) is not None else word for word in words]
    return " ".join(known)


def _finding(kind: str, said: tuple[str, str], *, unit: str, mark: str = "", **more: Any) -> Finding:
    """A finding whose key is the same whenever the same thing is found."""
    parts = (kind, unit, more.get("indicator", ""), more.get("period", ""), mark)
    return Finding("|".join(parts), kind, unit, said[0].replace(" ：", "："), said[1].replace(" :", ":"), **more)


def _number(value: float, target: float) -> str:
    """With two decimals, or with as many as tell it from a target that it has not reached exactly."""
    exact, goal = Decimal(repr(float(value))), Decimal(repr(float(target)))
    for digits in range(2, 10):
        told = round(exact, digits)
        if goal.is_nan() or told != goal or exact == goal:
            break
    return plain_number(told)


def _exact(value: Any) -> str:
    """A fraction as a decimal, cut nowhere that matters: ten places, as figures are kept."""
    if value is None:
        return "—"
    return plain_number((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("1E-10")))


def _unit(unit: str) -> str:
    return unit if unit in ("", "%") else f" {unit}"
