"""The class of a figure by the main method `linear` (时序进度), decided in the order of methods.md section 5."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .bounds import Codes, Comparators, against_band, against_target, is_open, is_point, is_upper_ray, one_of
from .cells import Cells, Ints
from .exact import Exact, Mask
from .progress import Progress, band_centre
from .settings import MethodSettings

_NAMES = np.array(
    [
        "", "judged", "no_data", "not_assessable", "breached", "held", "achieved", "slipped", "missed",
        "below_baseline", "behind", "ahead", "on_schedule", "nearly",
    ],
    dtype="U16",
)  # fmt: skip
_PLACE = {str(name): np.int8(place) for place, name in enumerate(_NAMES)}
Places = npt.NDArray[np.int8]
"""Of each cell the place of its class among `_NAMES`."""
AT_T = -1
"""Stands for the period of the cell itself where a year is named."""


@dataclass(frozen=True)
class Verdict:
    """Classes and reasons of n cells; `first_failing`, `met` are years, AT_T for the cell's own period, 0 for none."""

    classes: Codes
    reasons: npt.NDArray[np.object_]
    first_failing: Ints
    met: Ints
    evidence_synthetic: Mask


def judge(cells: Cells, progress: Progress, settings: MethodSettings) -> Verdict:
    """The verdict of each cell: rows 1–14 of methods.md section 5, the first that holds."""
    size = cells.size
    places = np.zeros(size, dtype=np.int8)
    reasons = np.full(size, "", dtype=object)
    undecided = np.ones(size, dtype=bool)

    def decide(when: Mask, name: str | Places, reason: str | Codes = "") -> None:
        nonlocal undecided
        rows = undecided & when
        places[rows] = name[rows] if isinstance(name, np.ndarray) else _PLACE[name]
        reasons[rows] = reason[rows] if isinstance(reason, np.ndarray) else reason
        undecided &= ~rows

    yearly = one_of(cells.rule, "hold", "band")
    share = cells.rule == "share"
    inside, outside = _against_goal(cells, cells.v, cells.v_comparator)
    straddles = cells.v.known & ~inside & ~outside
    first_failing, any_straddling = _yearly_record(cells, outside, straddles)
    met = _last_met_year(cells)
    at_end = cells.t >= cells.end

    decide(cells.rule == "judge", "judged")  # 1
    decide(~cells.v.known, "no_data", cells.absence)  # 2
    decide(cells.rule == "none", "")  # context indicators have no target to be judged by
    decide((cells.rule == "band") & ~band_centre(cells).known, "not_assessable", "no_baseline")
    decide(yearly & (first_failing != 0), "breached")  # 3
    decide(yearly & any_straddling, "not_assessable", "bound_straddles_target")
    decide(yearly, "held")
    decide(straddles & ~share, "not_assessable", "bound_straddles_target")  # 4
    decide(inside, "achieved")  # 5
    decide((met != 0) & ~at_end, "slipped")  # 6
    decide(at_end, "missed")  # 7
    decide(cells.has_path & ~cells.path_now.known, "not_assessable", "before_path")
    decide(~cells.b.known & ~cells.has_path & ~share, "not_assessable", "no_baseline")  # 8
    near_end, far_end = _open_classes(cells, progress, settings)
    decide(~is_point(cells.v_comparator) & (near_end != far_end), "not_assessable", "bound_straddles_class")
    decide(undecided, near_end)  # 9–14

    classes = _NAMES[places]
    named = one_of(classes, "slipped", "missed")
    return Verdict(
        classes,
        _with_missing_years(cells, classes, reasons),
        np.where(classes == "breached", first_failing, 0),
        np.where(named, met, 0),
        _evidence_synthetic(cells, classes, met),
    )


def _against_goal(cells: Cells, v: Exact, comparator: Comparators) -> tuple[Mask, Mask]:
    """Wholly inside and wholly outside the target, or the band, of each cell."""
    inside, outside = against_target(v, comparator, cells.g, cells.g_comparator)
    band = np.flatnonzero(cells.rule == "band")
    if len(band):
        centre, tolerance = band_centre(cells).rows(band), cells.tolerance.rows(band)
        inside[band], outside[band] = against_band(
            v.rows(band), comparator[band], centre - tolerance, centre + tolerance
        )
    return inside, outside


def _yearly_record(cells: Cells, outside: Mask, straddles: Mask) -> tuple[Ints, Mask]:
    """The first period certainly outside (its year, AT_T, or 0), and whether any figure straddles."""
    first = np.zeros(cells.size, dtype=np.int64)
    any_straddling = straddles.copy()
    for column in cells.years:
        if column.year < cells.plan_years[0]:
            continue
        year_inside, year_outside = _against_goal(cells, column.v, column.comparator)
        any_straddling |= column.v.known & ~year_inside & ~year_outside
        first = np.where((first == 0) & year_outside, column.year, first)
    return np.where((first == 0) & outside, AT_T, first), any_straddling


def _last_met_year(cells: Cells) -> Ints:
    """The last plan year before the cell's period whose figure certainly met the target; 0 for none."""
    last = np.zeros(cells.size, dtype=np.int64)
    for column in cells.years:
        if cells.plan_years[0] <= column.year <= cells.plan_years[1]:
            inside, _ = against_target(column.v, column.comparator, cells.g, cells.g_comparator)
            earlier = cells.last_month > column.year * 12
            last = np.where(inside & earlier, column.year, last)
    return last


def _open_classes(cells: Cells, progress: Progress, settings: MethodSettings) -> tuple[Places, Places]:
    """Rows 9–14 at the two ends of each figure: at its number, and at infinity (the same for a point).

    An open end towards the worse side lies just below its number, so there "at least" means "more than".
    """
    towards_worse = ~is_point(cells.v_comparator) & (is_upper_ray(cells.v_comparator) == (cells.sign < 0))
    below = towards_worse & is_open(cells.v_comparator)
    s = cells.time_share
    ahead = Exact.constant(Fraction(settings.ahead), cells.size) * s
    near = Exact.constant(Fraction(settings.near), cells.size) * s

    def reaches(threshold: Exact) -> Mask:
        signs = progress.compare(threshold)
        return progress.known() & threshold.known & np.where(below, signs > 0, signs >= 0)

    zero = Exact.constant(0, cells.size)
    nearly = reaches(near)
    straight = np.select(
        [
            _worse(cells, cells.b, below),
            cells.g == cells.b,
            reaches(ahead) & progress.known() & (progress.compare(s) > 0),
            reaches(s),
            nearly,
        ],
        [_PLACE[name] for name in ("below_baseline", "behind", "ahead", "on_schedule", "nearly")],
        _PLACE["behind"],
    )
    on_path = np.select(
        [
            _meets(cells, cells.path_next, below),
            _meets(cells, cells.path_now, below),
            nearly & progress.positive() & (s > zero),
        ],
        [_PLACE[name] for name in ("ahead", "on_schedule", "nearly")],
        _PLACE["behind"],
    )
    at_number = np.where(cells.has_path, on_path, straight)
    worst = np.where(cells.has_path, _PLACE["behind"], _PLACE["below_baseline"])
    best = np.where(~cells.has_path & (cells.g == cells.b), _PLACE["behind"], _PLACE["ahead"])
    return at_number, np.where(towards_worse, worst, best)


def _worse(cells: Cells, b: Exact, below: Mask) -> Mask:
    worse = np.where(cells.sign >= 0, cells.v < b, cells.v > b)
    return (worse | (below & (cells.v == b))).astype(bool)


def _meets(cells: Cells, path: Exact, below: Mask) -> Mask:
    """Inclusive, in the indicator's direction, whatever the target's comparator."""
    better = np.where(cells.sign >= 0, cells.v > path, cells.v < path)
    return (better | (~below & (cells.v == path))).astype(bool)


def _with_missing_years(cells: Cells, classes: Codes, reasons: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Adds `years_without_figure:…` to hold and band verdicts: plan years ending at or before t that have none."""
    rows = np.flatnonzero(one_of(cells.rule, "hold", "band") & (classes != "no_data"))
    present = {column.year: column.v.known for column in cells.years}
    start, stop = cells.plan_years
    groups: list[tuple[npt.NDArray[np.intp], tuple[str, ...]]] = [(rows, ())]  # rows that lack the same years
    for year in range(start, stop + 1):
        lacks = cells.last_month >= year * 12
        if year in present:
            lacks &= ~present[year]
        groups = [
            (chosen, years)
            for some, before in groups
            for chosen, years in ((some[lacks[some]], (*before, str(year))), (some[~lacks[some]], before))
            if len(chosen)
        ]
    for chosen, years in groups:
        if years:
            told = f"years_without_figure:{','.join(years)}"
            reasons[chosen] = [f"{said};{told}" if said else told for said in reasons[chosen]]
    return reasons


def _evidence_synthetic(cells: Cells, classes: Codes, met: Ints) -> Mask:
    """Whether a class rests on a synthetic figure of an earlier year."""
    yearly = one_of(cells.rule, "hold", "band") & (classes != "no_data")
    named = one_of(classes, "slipped", "missed")
    found = np.zeros(cells.size, dtype=bool)
    for column in cells.years:
        of_plan = (column.year >= cells.plan_years[0]) & (column.year * 12 < cells.last_month)
        found |= column.synthetic & of_plan & (yearly | (named & (met == column.year)))
    return found
