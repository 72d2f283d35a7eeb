"""d) Progress classes: ours, by a straight line and by compound growth, beside those of Open SDG's method."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.models import Indicator, ReachTarget
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.two_methods import side_of
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .open_sdg import Progress, progress

TITLE = "### d) Progress classes"
_SAME = {
    "target_achieved": "target_achieved", "substantial": "substantial_progress", "moderate": "moderate_progress",
    "limited": "limited_progress", "deterioration": "deterioration",
}  # fmt: skip
_SIDES = {
    "target_achieved": "good", "substantial_progress": "good",
    "moderate_progress": "short", "limited_progress": "short", "deterioration": "short",
}  # fmt: skip

REASONS = {
    "same": "both say the same",
    "text": "text target: no direction, no number; ours is left to people, theirs cannot be set",
    "band": "to be held in a band: there is no direction; theirs knows only up or down",
    "share": "the nation is judged by how many regions reached; theirs has no such figure",
    "no data": "no figure of that year",
    "hold": "to be met in every year: ours counts the earlier years, theirs the last alone",
    "bound": "the figure is a bound or approximate: ours lets it decide only where it can, theirs reads it as a number",
    "strict": "a strict target met with equality: theirs is inclusive",
    "base": "no baseline: ours says so, theirs takes the first year it has",
    "short": "less than a year, or no growth towards the target, to compare",
    "end": "the plan has ended, or the target was met and lost: ours says so, theirs still measures the pace",
    "pace": "a straight line against compound growth, and cuts at 100 % and 80 % of it against 95 % and 60 %",
}

_ABOUT = f"""\
{TITLE}

The demonstration's figures of the years 2021–2025: the nation's as published or, where nothing is published, the
sums of the provinces' (marked 模拟); the provinces' are synthetic (模拟数据). Open SDG's package is on no registry,
so its published formula stands in `bench/peers/open_sdg.py`: compound growth so far over the growth needed, cut at
0.95, 0.60 and 0, a met target first; its base is the plan's baseline, else the first year there is. Sides: there or
on the way (achieved, held, ahead, on_schedule; target_achieved, substantial), short of it (all others that say
something), or not said.
"""


@dataclass(frozen=True)
class Row:
    """One indicator, region and year by the three. `agrees`: on the way or there, short of it, or cannot say."""

    indicator: str
    region: str
    year: int
    value: float
    synthetic: bool
    linear: str
    growth: str
    theirs: str
    agrees: bool
    reason: str
    growth_agrees: bool
    growth_reason: str


@dataclass(frozen=True)
class Case:
    """What decides the reason of a difference. `exact`: neither figure nor baseline is a bound or approximate."""

    rule: str
    is_share: bool
    has_figure: bool
    exact: bool
    has_baseline: bool
    meets_with_equality: bool
    at_end: bool
    was_met: bool


def reason_of(case: Case, theirs: str | None, *, growth: bool = False) -> str:
    """Why the classes differ, the first of what holds; a key of REASONS."""
    if not case.has_figure:
        return "no data"
    if case.rule in ("judge", "band"):
        return "text" if case.rule == "judge" else "band"
    if case.is_share:
        return "share"
    if case.rule == "hold":
        return "hold"
    if not case.exact:
        return "bound"
    if case.meets_with_equality:
        return "strict"
    if not case.has_baseline:
        return "base"
    if (case.at_end or case.was_met) and not growth:
        return "end"
    return "short" if theirs in (None, "not_available") else "pace"


def run() -> list[Row]:
    """Every figure of a year of the demonstration: the nation's are published, the provinces' synthetic."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with (
        tempfile.TemporaryDirectory(prefix="monitor-peers-") as name,
        Store.open(Path(name) / "monitor.duckdb") as store,
    ):
        load_demo(store, catalogues, regions, datetime.now(UTC))
        desk = Desk(store, catalogues, regions, MethodSettings())
        linear, growth = desk.scorecard().frame, desk.scorecard(method="cagr").frame
    return compare(catalogues[0], linear, growth)


def compare(catalogue: Catalogue, linear: pd.DataFrame, growth: pd.DataFrame) -> list[Row]:
    """The rows of the plan's years, from our scorecards by both methods."""
    by_id = {one.id: one for one in catalogue.indicators}
    plan, rows = catalogue.plan, []
    classes = growth.set_index(["indicator_id", "region_code", "period"])["class"].to_dict()
    years = linear[linear["period"].str.fullmatch(r"\d{4}")].sort_values("period")
    for (indicator_id, region), frame in years.groupby(["indicator_id", "region_code"], sort=False):
        indicator, series = by_id[str(indicator_id)], dict[int, float]()
        for row in frame.to_dict("records"):
            if not series and pd.notna(row["baseline"]):
                series[plan.period.base] = row["baseline"]
            if pd.notna(row["value"]):
                series[int(row["period"])] = row["value"]
            case = case_of(indicator, row, is_root=region == plan.region, end=plan.period.end)
            theirs = _theirs(case, indicator, row, series, plan.period.base, plan.period.end)
            by_growth = str(classes[indicator_id, region, row["period"]])
            rows.append(judged(row, by_growth, case, theirs))
    return rows


def case_of(indicator: Indicator, row: Mapping[Hashable, Any], *, is_root: bool, end: int) -> Case:
    """What of a row of our scorecard decides the reason."""
    target = indicator.target
    return Case(
        rule=row["rule"],
        is_share=is_root and isinstance(target, ReachTarget) and target.scope == "each_region",
        has_figure=bool(pd.notna(row["value"])),
        exact=row["comparator"] in ("eq", "") and row["certainty"] == "certain",
        has_baseline=bool(pd.notna(row["baseline"])),
        meets_with_equality=isinstance(target, ReachTarget)
        and target.comparator in ("gt", "lt")
        and row["value"] == row["target"],
        at_end=int(row["period"]) >= end,
        was_met=row["class"] == "slipped",
    )


def _theirs(
    case: Case, indicator: Indicator, row: Mapping[Hashable, Any], series: Mapping[int, float], base_year: int, end: int
) -> Progress | None:
    """None where Open SDG cannot be told what is wanted, or there is nothing of that year."""
    if case.rule in ("judge", "band") or case.is_share or not case.has_figure or pd.isna(row["target"]):
        return None
    return progress(
        series, rises=indicator.direction == "up", target=row["target"], base_year=base_year, target_year=end
    )


def judged(row: Mapping[Hashable, Any], by_growth: str, case: Case, theirs: Progress | None) -> Row:
    """The three classes of a row, and why they differ where they do."""
    outcome = "" if theirs is None else theirs.outcome
    agrees = side_of(row["class"]) == _SIDES.get(outcome, "open")
    same = _SAME.get(by_growth, "not_available") == (outcome or "not_available")
    if theirs is None or case.rule == "hold":  # no class of theirs, or one that ours by both methods has not
        same = side_of(by_growth) == _SIDES.get(outcome, "open")
    return Row(
        row["indicator_id"], row["region_code"], int(row["period"]), row["value"], bool(row["synthetic"]),
        row["class"], by_growth, outcome, agrees, "same" if agrees else reason_of(case, outcome), same,
        "same" if same else reason_of(case, outcome, growth=True),
    )  # fmt: skip


def describe(rows: Sequence[Row]) -> str:
    """Agreements and differences, the nation's one by one."""
    national = [row for row in rows if row.region == "000000"]
    others = [row for row in rows if row.region != "000000"]
    lines = [
        _ABOUT,
        "| figures | same side, straight line | same class, our `cagr` |", "|---|---|---|",
        _counted("the nation", national), _counted("provinces, synthetic", others), "",
        "Why they differ:", "",
        "| reason | nation: straight line | `cagr` | provinces: straight line | `cagr` |", "|---|---|---|---|---|",
        *_reasons(national, others), "",
        "Our class by the straight line (down) and Open SDG's (across), provinces:", "", *_crossed(others), "",
        "The nation's figures on which they differ:", "",
        "| indicator | year | figure | straight line | `cagr` | Open SDG | reason |", "|---|---|---|---|---|---|---|",
        *(f"| {row.indicator} | {row.year} | {row.value:.6g}{' 模拟' if row.synthetic else ''} | {row.linear}"
          f" | {row.growth} | {row.theirs or 'cannot be set'}"
          f" | {row.reason if row.reason != 'same' else row.growth_reason} |"
          for row in national if not (row.agrees and row.growth_agrees)),
    ]  # fmt: skip
    return "\n".join(lines)


def _counted(name: str, rows: Sequence[Row]) -> str:
    known = [row for row in rows if pd.notna(row.value)]
    alike, same = sum(row.agrees for row in known), sum(row.growth_agrees for row in known)
    return f"| {name}: {len(known)} | {alike} ({_percent(alike, known)}) | {same} ({_percent(same, known)}) |"


def _percent(part: int, rows: Sequence[Row]) -> str:
    return f"{100 * part / len(rows):.0f} %" if rows else "–"


def _reasons(national: Sequence[Row], others: Sequence[Row]) -> list[str]:
    columns = [
        Counter(getattr(row, name) for row in rows if pd.notna(row.value))
        for rows in (national, others)
        for name in ("reason", "growth_reason")
    ]
    return [
        f"| {key}: {text} | " + " | ".join(str(column[key]) for column in columns) + " |"
        for key, text in REASONS.items()
        if key != "same" and any(column[key] for column in columns)
    ]


def _crossed(rows: Sequence[Row]) -> list[str]:
    counted = Counter((row.linear, row.theirs or "cannot be set") for row in rows if pd.notna(row.value))
    across = [name for name in (*_SIDES, "not_available", "cannot be set") if any(key[1] == name for key in counted)]
    return [
        f"| | {' | '.join(across)} |", "|---|" + "---|" * len(across),
        *(f"| {ours} | " + " | ".join(str(counted[ours, theirs] or "") for theirs in across) + " |"
          for ours in sorted({key[0] for key in counted})),
    ]  # fmt: skip
