"""What several catalogues, loaded side by side, must keep among themselves, and what relations must keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .drafts import Draft, DraftFile
from .models import FigureParts, Indicator, Relation
from .problems import Problem, suggestion
from .relations import DimensionError, Expression, RelationError, alike, figures, measured, parse_expression
from .units import dimension, factor_between


def check_relations(file: DraftFile) -> Iterator[Problem]:
    """Relations that do not parse, name unknown indicators, or compare unlike things."""
    drafts = file.known_ids()
    units = {name: draft.model.unit for name, draft in drafts.items() if draft.knows("unit")}
    for part in file.relations:
        sides: dict[str, Expression] = {}
        for side in ("left", "right"):
            if not part.knows(side):
                continue
            try:
                sides[side] = parse_expression(getattr(part.model, side))
            except RelationError as error:
                yield file.problem((*part.location, side), "bad_relation", error.zh, error.en)
        named = {side: [*figures(expression)] for side, expression in sides.items()}
        for side, mentions in named.items():
            for mention in mentions:
                if drafts and mention.indicator_id not in drafts:
                    zh, en = suggestion(mention.indicator_id, drafts)
                    yield file.problem(
                        (*part.location, side),
                        "unknown_reference",
                        f"第 {mention.position} 个字符处：没有指标“{mention.indicator_id}”{zh}",
                        f"at character {mention.position}: there is no indicator '{mention.indicator_id}'{en}",
                        mention.indicator_id,
                    )
        if len(sides) == 2:
            if not any(named.values()):
                yield file.problem(part.location, "bad_relation", "没有涉及任何指标", "names no indicator")
            yield from _unlike(file, part, sides, units)


def _unlike(
    file: DraftFile, part: Draft[Relation], sides: dict[str, Expression], units: dict[str, str]
) -> Iterator[Problem]:
    found: dict[str, str | None] = {}
    for side, expression in sides.items():
        try:
            found[side] = measured(expression, units)
        except DimensionError:
            yield file.problem(
                (*part.location, side),
                "unit_mismatch",
                "相加减的指标单位不能换算",
                "adds or subtracts indicators whose units do not convert",
            )
            return
    try:
        together = alike(found["left"], found["right"])
    except DimensionError:
        yield file.problem(
            (*part.location, "right"),
            "unit_mismatch",
            "左右两边的单位不能换算",
            "the units of the two sides do not convert",
        )
        return
    if not part.knows("unit"):
        return
    try:
        alike(together, dimension(part.model.unit))
    except DimensionError:
        yield file.problem(
            (*part.location, "unit"),
            "unit_mismatch",
            "与算式中指标的单位不能换算",
            "does not convert to the units of the indicators compared",
        )


def check_together(files: Sequence[DraftFile]) -> Iterator[Problem]:
    """Plans, ids and alignments across files; a parent that is not loaded is no fault."""
    plans: dict[str, DraftFile] = {}
    for file in files:
        if file.plan is None or not file.plan.knows("id"):
            continue
        first = plans.setdefault(file.plan.model.id, file)
        if first is not file:
            zh, en = f"规划编码已用于 {first.file}", f"this plan id is already that of {first.file}"
            yield file.problem(("plan", "id"), "duplicate_plan", zh, en)
    yield from _cycles(plans)
    yield from _conflicts(files)
    for file in files:
        yield from _alignments(file, plans)


def parent_of(file: DraftFile, plans: dict[str, DraftFile]) -> DraftFile | None:
    known = file.plan is not None and file.plan.knows("parent")
    return plans.get(file.plan.model.parent or "") if known and file.plan else None


def _cycles(plans: dict[str, DraftFile]) -> Iterator[Problem]:
    for name, file in plans.items():
        way, ancestor = [name], parent_of(file, plans)
        while ancestor is not None and ancestor.plan is not None and ancestor.plan.model.id not in way:
            way.append(ancestor.plan.model.id)
            ancestor = parent_of(ancestor, plans)
        if ancestor is file:
            chain = " → ".join([*way, name])
            yield file.problem(
                ("plan", "parent"),
                "parent_cycle",
                f"上级规划成环：{chain}",
                f"the parents of plans form a ring: {chain}",
            )


def _conflicts(files: Sequence[DraftFile]) -> Iterator[Problem]:
    """An id means the same figure in every loaded catalogue."""
    first: dict[str, tuple[DraftFile, Draft[Indicator]]] = {}
    for file in files:
        for name, part in file.known_ids().items():
            other_file, other = first.setdefault(name, (file, part))
            if other_file is not file:
                for key, zh, en in _differences(part, other):
                    yield file.problem(
                        (*part.location, *key.split(".")),
                        "conflicting_indicator",
                        f"与 {other_file.file} 中的 {name} 不同：{zh}；同一编码须是同一数字，换编码并写 aligns_to",
                        f"differs from {name} in {other_file.file}: {en}; one id is one figure, "
                        "use another id and `aligns_to`",
                    )


def _differences(part: Draft[Indicator], other: Draft[Indicator]) -> Iterator[tuple[str, str, str]]:
    """Key, and what it is here and there."""
    here, there = part.model, other.model
    if part.knows("unit") and other.knows("unit") and factor_between(here.unit, there.unit) != 1:
        yield "unit", f"{here.unit}，那里是 {there.unit}", f"{here.unit}, there {there.unit}"
    if part.knows("direction") and other.knows("direction") and here.direction != there.direction:
        words = here.direction, there.direction
        yield "direction", f"{words[0]}，那里是 {words[1]}", f"{words[0]}, there {words[1]}"
    if part.knows("figure") and other.knows("figure") and here.figure and there.figure:
        for key, mine, theirs in _figure_differences(here.figure, there.figure):
            yield f"figure.{key}", f"{mine}，那里是 {theirs}", f"{mine}, there {theirs}"


def _figure_differences(here: FigureParts, there: FigureParts) -> Iterator[tuple[str, str, str]]:
    for key, mine, theirs in (
        ("numerator", here.numerator.zh, there.numerator.zh),
        ("denominator", here.denominator.zh, there.denominator.zh),
    ):
        if "".join(mine.split()) != "".join(theirs.split()):
            yield key, mine, theirs
    if here.factor != there.factor:
        yield "factor", str(here.factor), str(there.factor)
    if factor_between(here.unit, there.unit) != 1:
        yield "unit", here.unit, there.unit


def _alignments(file: DraftFile, plans: dict[str, DraftFile]) -> Iterator[Problem]:
    parent = parent_of(file, plans)
    if parent is None:
        return
    above = parent.known_ids()
    claimed: dict[str, str] = {}
    for part in file.indicators:
        name = part.model.aligns_to
        if name is None or not part.knows("aligns_to"):
            continue
        here = (*part.location, "aligns_to")
        if name not in above:
            zh, en = suggestion(name, above)
            yield file.problem(
                here,
                "unknown_reference",
                f"{parent.file} 中没有指标“{name}”{zh}",
                f"{parent.file} has no indicator '{name}'{en}",
            )
            continue
        if part.knows("unit") and above[name].knows("unit"):
            unit, upper = part.model.unit, above[name].model.unit
            if factor_between(unit, upper) is None:
                yield file.problem(
                    here,
                    "unit_mismatch",
                    f"单位 {unit} 不能换算为上级指标的 {upper}",
                    f"the unit {unit} does not convert to the parent indicator's {upper}",
                )
        if name in claimed:
            yield file.problem(
                here,
                "duplicate_alignment",
                f"{claimed[name]} 已对应 {name}",
                f"{claimed[name]} already aligns to {name}",
            )
        claimed.setdefault(name, part.model.id)
