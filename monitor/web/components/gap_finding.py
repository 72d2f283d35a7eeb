"""What the division of a gap says, in a sentence. A share of the gap is told only where nothing takes off it."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.catalogue.regions import Region
from monitor.method.decomposition import Refusal
from monitor.report.units_gap import GapLine, UnitsGap

from ..words import Words


def names_of(words: Words, regions: Sequence[Region], most: int = 5) -> str:
    """The first names; of more, how many there are in all."""
    named = words.join([words.region_short(region) for region in regions[:most]])
    return named if len(regions) <= most else words("gap.and_more", names=named, n=len(regions))


def gap_finding(words: Words, gap: UnitsGap) -> str:
    """Who makes the gap, or who holds up what has been reached and who is below."""
    if gap.division.form == "share_reached":
        return _of_regions(words, gap)
    below, above = gap.below, gap.above
    values = {"n": len(below), "m": len(above), "gap": words.points(float(gap.division.gap), gap.figure.unit)}
    if gap.is_met:
        holders, _ = gap.holders()
        values["names"] = _names(words, holders)
        if gap.figure.rule == "band":
            return words("gap.met_band", **values)
        if not below:
            return words("gap.met_all", **values)
        return words("gap.met" if holders else "gap.met_plain", below=names_of(words, _regions(below)), **values)
    if not below:
        return words("gap.none_below", **values)
    leaders, share = gap.leaders()
    values |= {"names": _names(words, leaders), "share": words.share(float(share)), "k": len(leaders)}
    values["adding"] = words.points(float(gap.adding), gap.figure.unit)
    if above or (gap.division.difference or 0) != 0:
        values["taking"] = words.points(float(gap.taking), gap.figure.unit)
        if gap.figure.rule == "band":
            return words("gap.cancelling_band", **values)
        return words("gap.cancelling" if above else "gap.not_published", **values)
    return words("gap.shares_band" if gap.figure.rule == "band" else "gap.shares", **values)


def lacking(gap: UnitsGap | Refusal) -> list[Region]:
    """Of a division by regions those that have not reached; none of any other."""
    if not isinstance(gap, UnitsGap) or gap.division.form != "share_reached":
        return []
    return _regions(gap.below)


def _of_regions(words: Words, gap: UnitsGap) -> str:
    short = gap.below
    silent = [line for line in short if not line.contribution.part.has_figure]
    if not short:
        return words("gap.regions_all", n=len(gap.lines))
    said = words("gap.regions", n=len(gap.lines), k=len(short), names=names_of(words, _regions(short), 8))
    return said + (words("gap.regions_silent", k=len(silent)) if silent else "")


def own_lines(words: Words, gap: UnitsGap, part_unit: str) -> tuple[str, list[str]]:
    """Of one unit: what it does to its parent's gap as a title, and the facts behind it."""
    own, division, unit = gap.own, gap.division, gap.figure.unit
    assert own is not None
    one, parent = own.contribution, words.region_short(gap.parent)
    names = {"region": words.region_short(own.region), "parent": parent}
    if division.form == "share_reached":
        key = "gap.own_reached" if one.amount == 0 else "gap.own_not_reached"
        return words(key, n=len(gap.lines), **names), []
    amount = words.points(float(one.amount), unit)
    key = "gap.own_adds" if one.amount > 0 else "gap.own_takes" if one.amount < 0 else "gap.own_even"
    title = words(key, amount=amount, **names)
    whole = "gap.own_whole" if division.gap > 0 else "gap.own_whole_met" if division.gap < 0 else "gap.own_whole_even"
    facts = [words(whole, gap=words.points(float(division.gap), unit), parent=parent)]
    if one.amount > 0:
        place = 1 + sum(line.contribution.amount > one.amount for line in gap.below)
        facts.append(words("gap.own_place", place=place, n=len(gap.below)))
    facts.append(words("gap.own_weight", weight=words.share(float(one.part.weight), 1), parent=parent))
    if one.change:
        change = words.amount(float(abs(one.change)), part_unit)
        facts.append(words("gap.own_add" if one.change > 0 else "gap.own_cut", amount=change, parent=parent))
    return title, facts


def _names(words: Words, lines: Sequence[GapLine]) -> str:
    return words.join([words.region_short(line.region) for line in lines])


def _regions(lines: Sequence[GapLine]) -> list[Region]:
    return [line.region for line in lines]
