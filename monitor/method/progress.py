"""Numbers about a figure's way from baseline to target: shares, gaps, pace (methods.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bounds import EQ, against_target, one_of
from .cells import Cells
from .exact import Exact, Floats, Mask, larger, where
from .named import percent_drop_progress, required_yearly_drop
from .reals import as_decimal, compare, power


@dataclass(frozen=True)
class Progress:
    """The progress share `p`, exact where it is rational; of a percentage drop it is a ratio of logarithms."""

    cells: Cells
    p: Exact
    drop_known: Mask

    def known(self) -> Mask:
        return self.p.known | self.drop_known

    def positive(self) -> Mask:
        zero = Exact.constant(0, self.cells.size)
        return (self.p > zero) | (self.drop_known & (self.cells.v > zero))

    def compare(self, share: Exact) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Sign of p − share by exact arithmetic; 0 also where either is unknown (ask `known`)."""
        signs = self.p.sign_of_difference(share).astype(np.int64)
        for row in np.flatnonzero(self.drop_known & share.known):
            v, g, s = self.cells.v[row], self.cells.g[row], share[row]
            assert v is not None and g is not None and s is not None
            # ln(1−v) ÷ ln(1−g) ≥ s  ⇔  1−v ≤ (1−g)^s, both logarithms' signs considered
            signs[row] = compare(power(1 - g / 100, s), as_decimal(1 - v / 100))
        return signs

    def floats(self) -> Floats:
        shares = self.p.floats()
        for row in np.flatnonzero(self.drop_known):
            v, g = self.cells.v[row], self.cells.g[row]
            assert v is not None and g is not None
            share = percent_drop_progress(v / 100, g / 100)
            shares[row] = np.nan if share is None else share
        return shares


def progress(cells: Cells) -> Progress:
    """`p = (v − b) ÷ (g − b)`; none for band and judge, where g = b, or where b already meets the target.

    Of regions that reached, p is their share; of a percentage drop `ln(1 − v/100) ÷ ln(1 − g/100)`.
    """
    reach_or_hold = one_of(cells.rule, "reach", "hold")
    base_meets, _ = against_target(cells.b, np.zeros(cells.size, dtype=np.int8), cells.g, cells.g_comparator)
    apart = (cells.g - cells.b).only(reach_or_hold & ~base_meets & ~cells.percent_drop)
    p = (cells.v - cells.b) / apart
    p = where(cells.rule == "share", cells.v / Exact.constant(100, cells.size), p)
    hundred = Exact.constant(100, cells.size)
    drop_known = cells.percent_drop & ~base_meets & ~(cells.g == cells.b) & (cells.v < hundred)
    return Progress(cells, p, drop_known)


def target_gap(cells: Cells) -> Exact:
    """What is still to go in the indicator's unit: positive = to go, 0 or negative when met.

    For a band the distance outside it, else 0; for `eq` targets the distance.
    """
    signed = (cells.g - cells.v) * _signs(cells)
    gap = where(cells.g_comparator == EQ, abs(cells.g - cells.v), signed)
    zero = Exact.constant(0, cells.size)
    centre = band_centre(cells)
    outside = larger(abs(cells.v - centre) - cells.tolerance, zero).only(cells.v.known & centre.known)
    gap = where(cells.rule == "band", outside, gap)
    return gap.only(one_of(cells.rule, "reach", "hold", "band", "share"))


def _signs(cells: Cells) -> Exact:
    return Exact(cells.sign, np.ones(cells.size, dtype=np.int64), np.ones(cells.size, dtype=bool))


def band_centre(cells: Cells) -> Exact:
    """The centre of a band: the target's value, else the baseline."""
    return where(cells.g.known, cells.g, cells.b)


def numerator_gap(cells: Cells) -> Exact:
    """`max(0, d·(g × denominator ÷ factor − numerator))`: persons or yuan to go with the present denominator."""
    judged = one_of(cells.rule, "reach", "hold", "share")
    missing = cells.g * cells.denominator / cells.factor - cells.numerator
    signed = missing * _signs(cells)
    return larger(signed, Exact.constant(0, cells.size)).only(signed.known & judged)


def pace_per_year(cells: Cells) -> Exact:
    """`(v − b) ÷ (t − t0)`, only where v, b and g exist and never for band or judge."""
    judged = one_of(cells.rule, "reach", "hold") & cells.g.known
    return ((cells.v - cells.b) / (cells.t - cells.t0)).only(judged)


def required_per_year(cells: Cells) -> Floats:
    """`(g − v) ÷ (T − t)`, none when t ≥ T; for a percentage drop the required yearly drop in %."""
    judged = one_of(cells.rule, "reach", "hold", "share") & (cells.t < cells.end)
    required = ((cells.g - cells.v) / (cells.end - cells.t)).only(judged & ~cells.percent_drop).floats()
    for row in np.flatnonzero(judged & cells.percent_drop & cells.v.known):
        v, g, end, t = cells.v[row], cells.g[row], cells.end[row], cells.t[row]
        assert v is not None and g is not None and end is not None and t is not None
        yearly = required_yearly_drop(v / 100, g / 100, end - t)
        required[row] = np.nan if yearly is None else 100 * yearly
    return required
