"""One period of a plan on its whole tree of regions: every indicator, every region, each judged as in the scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions

if TYPE_CHECKING:
    from .desk import Desk
    from .scorecard import Judged

TREE_COLUMNS = (
    "region_code", "parent_code", "level", "region_name", "indicator_id", "value", "comparator", "numerator",
    "denominator", "unit", "target", "class", "schedule_gap_pp", "target_gap", "coverage", "weight_coverage", "partial",
    "reason", "vintage", "synthetic", "aggregated_value",
)  # fmt: skip


@dataclass(frozen=True)
class WholeTree:
    """`frame`: TREE_COLUMNS, a row for each indicator (in order of number) and region (in order of code).

    The regions are the plan's own and all its descendants on the period's last day, whether they report or not. Numbers
    are float64 (NaN = none), texts ("" = none) and booleans as in the scorecard, whose rows these are. `parent_code` is
    empty for the plan's own region. `as_of`: naive UTC, None in a store without acceptances.
    """

    frame: pd.DataFrame
    plan_id: str
    period: str
    as_of: datetime | None


def whole_tree(desk: Desk, *, plan: str | None = None, period: str, as_of: datetime | None = None) -> WholeTree:
    """The tree of a plan (the first loaded without `plan`) at a period, as known at a moment (naive UTC, None for now).

    The frame is the caller's own. Raises QuestionError for an unknown plan or a text that is no period.
    """
    return desk.whole_tree(plan=plan, period=period, as_of=as_of)


def lay_out(judged: Judged, regions: Regions, period: Period) -> pd.DataFrame:
    """Judged rows as a frame with TREE_COLUMNS."""
    table = judged.table
    laid = table.assign(**placed(table["region_code"].to_list(), judged.selected.tree.plan.region, regions, period))
    return laid[list(TREE_COLUMNS)].reset_index(drop=True)


def placed(codes: Sequence[str], root: str, regions: Regions, period: Period) -> dict[str, list[str]]:
    """Of each code its parent and its level on the period's last day."""
    on_day = {code: regions.get(code, period.end) for code in dict.fromkeys(codes)}
    parents = {code: (row.parent_code or "") if row and code != root else "" for code, row in on_day.items()}
    levels = {code: row.level if row else "" for code, row in on_day.items()}
    return {"parent_code": [parents[code] for code in codes], "level": [levels[code] for code in codes]}
