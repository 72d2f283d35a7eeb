"""The matrix's answer: every unit × every indicator, judged, in the order and selection asked for.

One function, `matrix`, asked by the page of the same name; it holds no word of any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region
from monitor.method.settings import MethodSettings

from .evidence import newest
from .figures import CLASSES, GROUPS, Figure, severity
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Desk

# the worst first; what nobody can judge comes after what was judged
_GROUP_RANK = {"lag": 0, "near": 1, "good": 2, "open": 3}
BY_LAG = "lag"


@dataclass(frozen=True)
class Line:
    """One region's row: its figure of each indicator shown (None where there is no row)."""

    region: Region
    figures: Mapping[str, Figure | None]
    matching: frozenset[str]  # ids of the indicators whose figure has the class asked for; all without one

    @property
    def lagging(self) -> int:
        return sum(figure is not None and figure.group == "lag" for figure in self.figures.values())

    @property
    def assessed(self) -> int:
        """Indicators that have been judged at all: what `lagging` is counted out of."""
        return sum(figure is not None and figure.group != "open" for figure in self.figures.values())


@dataclass(frozen=True)
class Ask:
    """What is shown of the matrix. `sort`: an indicator's id, `lag`, or None for codes; `-` before it: best first.

    `show`: what the cells tell, by which a column is sorted. `class_`: a class, a group of classes, or None for all.
    """

    sort: str | None = None
    show: str = "class"
    nature: str | None = None
    category: str | None = None
    class_: str | None = None

    @property
    def key(self) -> str:
        return (self.sort or "").removeprefix("-")

    @property
    def is_best_first(self) -> bool:
        return (self.sort or "").startswith("-")


@dataclass(frozen=True)
class Matrix:
    """`nation` is the plan's own region; `lagging`, `judged`: of all units, by indicator; `hidden_*`: without the class
    asked for."""

    plan: Plan
    ask: Ask
    indicators: tuple[Indicator, ...]
    all_indicators: tuple[Indicator, ...]
    nation: Line | None
    units: tuple[Line, ...]
    lagging: Mapping[str, int]
    judged: Mapping[str, int]
    worst: tuple[Line, ...]  # the units that lag most, of all units and the indicators of the chosen kind
    unit_count: int
    hidden_units: int
    hidden_indicators: int
    classes: Mapping[str, int]  # cells of each class, before the choice of a class
    period: Period | None
    periods: tuple[Period, ...]
    as_of: datetime | None
    newest: datetime | None
    settings: MethodSettings
    catalogue_version: str

    @property
    def lines(self) -> tuple[Line, ...]:
        return ((self.nation,) if self.nation is not None else ()) + self.units

    @property
    def synthetic(self) -> bool:
        return any(f is not None and f.synthetic for line in self.lines for f in line.figures.values())

    @property
    def is_empty(self) -> bool:
        return not any(f is not None and f.has_value for line in self.lines for f in line.figures.values())

    @property
    def widest(self) -> Mapping[str, float]:
        """Indicator → the largest distance to the target of any unit shown, 1 where all are there."""
        found = {}
        for one in self.indicators:
            gaps = [gap_of(line.figures.get(one.id)) or 0.0 for line in self.units]
            found[one.id] = max(gaps, default=0.0) or 1.0
        return found


def gap_of(figure: Figure | None) -> float | None:
    """The distance to the target, 0 where it is met; None where there is none to measure."""
    if figure is None or figure.value is None or figure.target_gap is None or figure.rule == "judge":
        return None
    return max(0.0, figure.target_gap)


def matches(figure: Figure | None, class_: str | None) -> bool:
    """Whether a cell has the class, or a class of the group, that is asked for. A missing row is `no_data`."""
    if class_ is None:
        return True
    if figure is None:
        return class_ in ("no_data", "open")
    return class_ in (figure.class_, figure.group)


def _by_indicator(indicator: Indicator, show: str) -> Callable[[Line], tuple[float, ...] | None]:
    """The worst first, by what the cells tell; None sorts last in either order."""

    def rank(line: Line) -> tuple[float, ...] | None:
        figure = line.figures.get(indicator.id)
        if figure is None or figure.value is None:
            return None
        if show == "value":
            return (figure.value if indicator.direction == "up" else -figure.value,)
        gap = figure.target_gap if figure.target_gap is not None else 0.0
        if show == "gap":
            return (-gap,) if gap_of(figure) is not None else None
        return (_GROUP_RANK[figure.group], severity(figure.class_), -gap)

    return rank


def _by_lagging(line: Line) -> tuple[float, ...]:
    return (-line.lagging, line.assessed)


def _sorted(lines: Sequence[Line], ask: Ask, indicators: Mapping[str, Indicator]) -> list[Line]:
    rank: Callable[[Line], tuple[float, ...] | None]
    if ask.key == BY_LAG:
        rank = _by_lagging
    elif ask.key in indicators:
        rank = _by_indicator(indicators[ask.key], ask.show)
    else:
        return list(lines)
    ranked = [(found, line) for line in lines if (found := rank(line)) is not None]
    sign = -1 if ask.is_best_first else 1
    ranked.sort(key=lambda pair: (tuple(sign * part for part in pair[0]), pair[1].region.code))
    return [line for _, line in ranked] + [line for line in lines if rank(line) is None]


def _line(sheet: Sheet, region: Region, ids: Iterable[str], period: Period | None, class_: str | None) -> Line:
    figures = {one: sheet.latest(region.code, one, period) for one in ids}
    return Line(region, figures, frozenset(one for one, figure in figures.items() if matches(figure, class_)))


def _counts(lines: Sequence[Line], ids: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
    """By indicator: units that lag, units that were judged."""
    lagging, judged = {}, {}
    for one in ids:
        groups = [figure.group for line in lines if (figure := line.figures.get(one)) is not None]
        lagging[one] = groups.count("lag")
        judged[one] = len(groups) - groups.count("open")
    return lagging, judged


def _classes(lines: Sequence[Line]) -> dict[str, int]:
    counts = dict.fromkeys(CLASSES, 0)
    for line in lines:
        for figure in line.figures.values():
            name = "no_data" if figure is None else figure.class_
            counts[name] = counts.get(name, 0) + 1
    return {name: number for name, number in counts.items() if number}


def _most(lines: Sequence[Line]) -> tuple[Line, ...]:
    most = max((line.lagging for line in lines), default=0)
    return tuple(line for line in lines if line.lagging == most) if most else ()


def known_ask(ask: Ask, indicators: Sequence[Indicator]) -> Ask:
    """The same without what the plan does not know, so that an old link still shows a matrix."""
    categories = {one.category.zh for one in indicators if one.category is not None}
    return Ask(
        sort=ask.sort if ask.key == BY_LAG or any(one.id == ask.key for one in indicators) else None,
        show=ask.show if ask.show in ("class", "gap", "value") else "class",
        nature=ask.nature if any(one.nature == ask.nature for one in indicators) else None,
        category=ask.category if ask.category in categories else None,
        class_=ask.class_ if ask.class_ in (*CLASSES, *GROUPS) else None,
    )


def matrix(
    desk: Desk,
    *,
    plan: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
    ask: Ask | None = None,
) -> Matrix:
    """The plan's region and its reporting units as of T; with `period`, exactly that period in every cell.

    With a class asked for, units and indicators that have no such cell fall away; the plan's own region stays.
    """
    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(plan)
    own, regions = catalogue.plan, configuration.regions
    sheet = desk.sheet(own.id, as_of)
    everything = tuple(one for one in catalogue.indicators if not one.is_context)
    asked = known_ask(ask or Ask(), everything)
    kind = tuple(
        one
        for one in everything
        if asked.nature in (None, one.nature)
        and (asked.category is None or (one.category is not None and one.category.zh == asked.category))
    )
    ids = [one.id for one in kind]
    root = regions.get(own.region)
    nation = _line(sheet, root, ids, period, asked.class_) if root is not None else None
    children = [region for region in regions.children(own.region) if region.reporting]
    lines = [_line(sheet, region, ids, period, asked.class_) for region in children]
    of_all = [*lines, *([nation] if nation is not None else [])]
    shown = [one for one in kind if any(one.id in line.matching for line in of_all)]
    lagging, judged = _counts(lines, ids)
    kept = [line for line in lines if line.matching]
    return Matrix(
        plan=own,
        ask=asked,
        indicators=tuple(shown),
        all_indicators=everything,
        nation=nation,
        units=tuple(_sorted(kept, asked, {one.id: one for one in kind})),
        lagging=lagging,
        judged=judged,
        worst=_most(lines),
        unit_count=len(lines),
        hidden_units=len(lines) - len(kept),
        hidden_indicators=len(kind) - len(shown),
        classes=_classes(of_all),
        period=period,
        periods=tuple(parse_period(str(year)) for year in range(own.period.start, own.period.end + 1)),
        as_of=sheet.as_of,
        newest=newest(desk, sheet.as_of),
        settings=sheet.settings,
        catalogue_version=sheet.catalogue_version,
    )
