"""The two methods side by side (methods.md sections 3 to 5): where they disagree, and which of their ways of looking
makes them do so. They can disagree about the very same figure, and neither is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.catalogue.models import Indicator
from monitor.method.cells import Cell
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree

from .figures import Figure
from .scorecard import judge_rows
from .selection import Selection

Cause = Literal[
    "no_baseline", "zero_baseline", "sign_change", "short_time", "bound", "yearly_table", "at_the_end", "slipped",
    "tiny_base", "equal_base", "falling", "rising",
]  # fmt: skip
_SIDES = {
    **dict.fromkeys(("achieved", "held", "ahead", "on_schedule", "target_achieved", "substantial"), "good"),
    **dict.fromkeys(("nearly", "behind", "below_baseline", "slipped", "missed", "breached"), "short"),
    **dict.fromkeys(("moderate", "limited", "deterioration"), "short"),
}
_TINY = 3
"""From a base so many times smaller than the target on, compound growth runs far below the straight line."""


@dataclass(frozen=True)
class MethodPair:
    """One period by both: the row of the main method, the class of the second with its ratio R.

    `agree`: both say good (on the way or there), both say short of it, or neither can say; `cause`: what makes the
    difference where they do not.
    """

    figure: Figure
    growth_class: str
    ratio: float | None
    agree: bool
    cause: Cause | None


def side_of(class_: str) -> str:
    """good, short, or open where a method does not say."""
    return _SIDES.get(class_, "open")


def method_pairs(
    tree: Tree, indicator: Indicator, region: str, figures: Sequence[Figure], settings: MethodSettings
) -> tuple[MethodPair, ...]:
    """The year figures by both methods, in order of time.

    None for hold, band and text targets and for the share of regions that reached: both judge those alike.
    """
    years = {f.period: f for f in figures if f.period.kind == "year" and f.has_value and f.rule == "reach"}
    if not years or tree.is_region_share(indicator, region):
        return ()
    selection = Selection(region=region, method="cagr", cells=frozenset({(indicator.id, region)}))
    judged = judge_rows(tree, selection, settings)
    pairs = []
    for row, class_, ratio in zip(judged.rows, judged.table["class"], judged.table["progress_share"], strict=True):
        figure = years.get(row.cell.period)
        if figure is None:
            continue
        agree = side_of(figure.class_) == side_of(str(class_))
        known = None if ratio is None or ratio != ratio else float(ratio)
        cause = None if agree else _cause(row.cell, figure, str(class_))
        pairs.append(MethodPair(figure, str(class_), known, agree, cause))
    return tuple(sorted(pairs, key=lambda pair: pair.figure.period.order))


def _cause(cell: Cell, figure: Figure, growth_class: str) -> Cause:
    """The first of these that holds; each is something one method looks at and the other does not."""
    goal, value = cell.goal, cell.figure
    if value is not None and value.comparator not in ("eq", "approx"):
        return "bound"
    if growth_class == "not_available":
        return _why_no_ratio(cell)
    if figure.class_ == "missed":
        return "at_the_end"
    if figure.class_ == "slipped":
        return "slipped"
    if goal.path is not None:
        return "yearly_table"
    assert goal.base is not None and goal.value is not None
    if goal.base.value and abs(goal.value) >= _TINY * abs(goal.base.value):
        return "tiny_base"
    return "falling" if cell.indicator.direction == "down" else "rising"


def _why_no_ratio(cell: Cell) -> Cause:
    base, g = cell.goal.base, cell.goal.value
    v = None if cell.figure is None else cell.figure.value
    if base is None or v is None or g is None:
        return "no_baseline"
    if base.value == 0 or g == 0:
        return "zero_baseline"
    if v / base.value < 0 or g / base.value < 0:
        return "sign_change"
    return "equal_base" if g == base.value else "short_time"
