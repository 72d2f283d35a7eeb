"""What one catalogue must keep beyond the shape of its keys (catalogue.md, methods.md section 5).

The checks judge only keys that the draft knows, so that one slip is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from .drafts import Draft, DraftFile
from .goals import WrittenGoal, written_goals
from .models import ChangeCheck, HoldTarget, Indicator, JudgeTarget, Plan, ReachTarget
from .problems import Problem, suggestion
from .regions import Regions
from .yaml_nodes import Location

# A comparator that contradicts the direction: "higher is better" is not reached from above.
_AGAINST = {"up": {"le", "lt"}, "down": {"ge", "gt"}}


class Fault(NamedTuple):
    location: Location
    code: str
    zh: str
    en: str
    text: str | None = None


def check_file(file: DraftFile, regions: Regions | None, all_ids: frozenset[str]) -> Iterator[Problem]:
    """Every fault within one file. `all_ids` are those of all loaded catalogues: evidence may lie in another plan."""
    # Two regions that share the plan's target share its faults.
    for fault in dict.fromkeys(_faults(file, regions, all_ids)):
        yield file.problem(*fault)


def _faults(file: DraftFile, regions: Regions | None, all_ids: frozenset[str]) -> Iterator[Fault]:
    ids = frozenset(file.known_ids())
    plan = file.plan
    if plan and plan.knows("region"):
        yield from _region(plan.model.region, ("plan", "region"), regions)
    yield from _duplicates(file.indicators)
    for part in file.indicators:
        yield from _target_and_nature(part)
        yield from _aggregation(part)
        yield from _history(part)
        yield from _weight(part, ids)
        yield from _alignment(part, plan)
        for code in part.model.regional_targets:
            yield from _region(code, (*part.location, "regional_targets", code), regions)
        for goal in written_goals(part):
            yield from _goal(part, goal)
            own = plan.model.region if plan and plan.knows("region") else None
            yield from _names_in_target(goal, own, regions, all_ids)
            if plan and plan.knows("period") and part.knows("target", "baseline"):
                yield from _timing(goal, plan.model)
            if plan and plan.knows("notes"):
                yield from _note(goal, plan.model)


def _region(code: str, location: Location, regions: Regions | None) -> Iterator[Fault]:
    if regions is not None and code not in regions:
        zh, en = suggestion(code, regions.codes)
        yield Fault(location, "unknown_region", f"地区表中没有 {code}{zh}", f"the regions file has no {code}{en}", code)


def _duplicates(parts: tuple[Draft[Indicator], ...]) -> Iterator[Fault]:
    for key, code in (("id", "duplicate_id"), ("number", "duplicate_number")):
        first: dict[object, Draft[Indicator]] = {}
        for part in parts:
            value = getattr(part.model, key)
            if part.knows(key) and (earlier := first.setdefault(value, part)) is not part:
                zh = f"{key} {value} 已用于 indicators[{earlier.location[1]}]；每个指标各不相同"
                en = f"{key} {value} is already that of indicators[{earlier.location[1]}]; each indicator has its own"
                yield Fault((*part.location, key), code, zh, en)


def _target_and_nature(part: Draft[Indicator]) -> Iterator[Fault]:
    indicator, here = part.model, (*part.location, "target")
    if not part.knows("nature", "target"):
        return
    if indicator.target is None and not indicator.is_context:
        zh, en = (
            "缺少 target；只有 context 指标可以没有目标",
            "the target is missing; only a context indicator has none",
        )
        yield Fault(here, "missing_target", zh, en)
    if not indicator.is_context:
        return
    zh = "context 指标不设目标；删去它或改 nature"
    en = "a context indicator has no target; remove this or change `nature`"
    if indicator.target is not None:
        yield Fault(here, "target_on_context", zh, en)
    for code, regional in indicator.regional_targets.items():
        if regional.target is not None:
            where = (*part.location, "regional_targets", code, "target")
            yield Fault(where, "target_on_context", zh, en)


def _aggregation(part: Draft[Indicator]) -> Iterator[Fault]:
    """Unit, parts, aggregate and checks that must fit each other."""
    at, indicator = part.location, part.model
    if part.knows("unit", "figure") and indicator.unit == "%" and indicator.factor != 100:
        zh, en = "以 % 计的指标 factor 为 100", "the factor of an indicator in % is 100"
        yield Fault((*at, "figure", "factor"), "bad_factor", zh, en)
    counts_regions = indicator.aggregate in {"share_reached", "count_reached"}
    without_goal = indicator.target is None or isinstance(indicator.target, JudgeTarget)
    if part.knows("aggregate", "target", "nature") and counts_regions and without_goal:
        zh = f"{indicator.aggregate} 数的是达到数值目标的地区，这里没有数值目标"
        en = f"`{indicator.aggregate}` counts the regions that reached a numeric target; there is none"
        yield Fault((*at, "aggregate"), "aggregate_without_target", zh, en)
    for index, check in enumerate(indicator.checks):
        if isinstance(check, ChangeCheck) and check.max_points is not None and indicator.unit != "%":
            zh = "max_points 是百分点，只用于以 % 计的指标；改用 max_percent"
            en = "`max_points` are percentage points, for indicators in %; use `max_percent`"
            if part.knows("unit"):
                yield Fault((*at, "checks", index, "max_points"), "points_without_percent", zh, en)


def _history(part: Draft[Indicator]) -> Iterator[Fault]:
    """Breaks and versions."""
    at, indicator = part.location, part.model
    seen: set[str] = set()
    for index, each in enumerate(indicator.breaks):
        if each.period in seen:
            zh, en = f"{each.period} 的断点写了两次", f"the break at {each.period} is written twice"
            yield Fault((*at, "breaks", index, "period"), "duplicate_break", zh, en)
        seen.add(each.period)
    for index, version in enumerate(indicator.versions):
        here: Location = (*at, "versions", index)
        if version.baseline is None and version.target is None and version.definition is None:
            zh = "没有改动任何内容；写 baseline、target 或 definition"
            yield Fault(here, "empty_version", zh, "changes nothing; give baseline, target or definition")
        if index and version.valid_from <= indicator.versions[index - 1].valid_from:
            zh, en = "valid_from 须晚于前一条", "each version is valid from a later day than the one before it"
            yield Fault((*here, "valid_from"), "versions_not_ascending", zh, en)


def _weight(part: Draft[Indicator], ids: frozenset[str]) -> Iterator[Fault]:
    indicator, here = part.model, (*part.location, "weight")
    if not part.knows("weight", "aggregate"):
        return
    if indicator.weight is None:
        if indicator.aggregate == "weighted_mean":
            zh = "aggregate: weighted_mean 需要 weight（指标编码）"
            yield Fault(here, "missing_weight", zh, "`aggregate: weighted_mean` needs `weight`, an indicator id")
    elif part.knows("id") and indicator.weight == indicator.id:
        yield Fault(here, "self_reference", "权重不能是指标自身", "an indicator cannot be its own weight")
    elif indicator.weight not in ids:
        yield Fault(here, "unknown_reference", *_no_indicator(indicator.weight, ids))


def _no_indicator(name: str, ids: Iterable[str]) -> tuple[str, str]:
    zh, en = suggestion(name, sorted(ids))
    return f"没有指标“{name}”{zh}", f"there is no indicator '{name}'{en}"


def _alignment(part: Draft[Indicator], plan: Draft[Plan] | None) -> Iterator[Fault]:
    if part.model.aligns_to and plan and plan.knows("parent") and plan.model.parent is None:
        zh = "规划没有上级，无从对应；写 plan.parent 或删去它"
        en = "the plan has no parent to align to; give plan.parent or remove this"
        yield Fault((*part.location, "aligns_to"), "aligns_without_parent", zh, en)


def _goal(part: Draft[Indicator], goal: WrittenGoal) -> Iterator[Fault]:
    """A target against the indicator's direction, a path against the target's rule."""
    target, direction = goal.target, part.model.direction
    if isinstance(target, ReachTarget | HoldTarget) and part.knows("direction"):
        if direction == "none":
            zh = f"rule: {target.rule} 需要 direction 为 up 或 down"
            yield Fault(
                (*goal.target_at, "rule"), "direction_required", zh, f"`rule: {target.rule}` needs direction up or down"
            )
        elif target.comparator in _AGAINST[direction]:
            zh = f"direction: {direction} 与 comparator: {target.comparator} 相反"
            en = f"`comparator: {target.comparator}` contradicts `direction: {direction}`"
            yield Fault((*goal.target_at, "comparator"), "comparator_against_direction", zh, en)
        elif isinstance(target, ReachTarget) and target.progress == "percent_drop" and direction == "down":
            zh = "percent_drop 的数值是累计降幅本身，越大越好；direction 写 up"
            en = "with `percent_drop` the figure is the drop itself and higher is better; direction is up"
            yield Fault((*goal.target_at, "progress"), "direction_of_drop", zh, en)
    if goal.path and target is not None and not isinstance(target, ReachTarget):
        zh, en = (
            f"path 只用于 rule: reach，不用于 {target.rule}",
            f"a path belongs to `rule: reach`, not `{target.rule}`",
        )
        yield Fault(goal.path_at, "path_without_reach", zh, en)
    if goal.path and target is None and part.knows("target"):
        yield Fault(
            goal.path_at, "path_without_reach", "没有目标就没有 path", "a path leads to a target; there is none"
        )


def _names_in_target(
    goal: WrittenGoal, own_region: str | None, regions: Regions | None, all_ids: frozenset[str]
) -> Iterator[Fault]:
    target = goal.target
    if isinstance(target, JudgeTarget):
        for index, name in enumerate(target.evidence):
            if name not in all_ids:
                here: Location = (*goal.target_at, "evidence", index)
                yield Fault(here, "unknown_reference", *_no_indicator(name, all_ids))
    if isinstance(target, ReachTarget) and target.expected:
        for index, code in enumerate(target.expected):
            here = (*goal.target_at, "expected", index)
            yield from _region(code, here, regions)
            if code in target.expected[:index]:
                yield Fault(here, "duplicate_region", f"{code} 写了两次", f"{code} is written twice")
            if code == own_region:
                zh = f"{code} 是规划本身的地区，其结果由所列地区汇总而来；请只列下级地区"
                en = f"{code} is the plan's own region, whose verdict counts the regions listed: list those below it"
                yield Fault(here, "own_region_expected", zh, en)


def _timing(goal: WrittenGoal, plan: Plan) -> Iterator[Fault]:
    """Years in order: baseline < path ≤ target ≤ the plan's end."""
    period = plan.period
    first = goal.base_year or period.base
    last = goal.target.year if goal.target and goal.target.year else period.end
    if not period.base < last <= period.end:
        zh = f"目标年须在规划期内（{period.base} 年之后，至 {period.end} 年）"
        en = f"the target year lies after {period.base} and not after {period.end}"
        yield Fault((*goal.target_at, "year"), "target_year_outside_plan", zh, en)
    elif first >= last:
        zh = f"基期年 {first} 须早于目标年 {last}"
        en = f"the baseline year {first} is not before the target year {last}"
        yield Fault((*goal.baseline_at, "year"), "baseline_not_before_target", zh, en)
    elif goal.path and isinstance(goal.target, ReachTarget):
        # With no baseline the path may begin in the base year itself.
        yield from _path(goal.path, goal.target.value, goal.path_at, first + 1 if goal.baseline else first, last)


def _path(path: Mapping[int, Decimal], target: Decimal, at: Location, earliest: int, last: int) -> Iterator[Fault]:
    for year, value in path.items():
        if not earliest <= year <= last:
            zh = f"path 的年份须在 {earliest} 至 {last} 之间"
            yield Fault((*at, str(year)), "path_year_outside", zh, f"the years of this path are {earliest} to {last}")
        elif year == last and value != target:
            zh = f"path 在目标年 {last} 的值须等于目标 {target}"
            en = f"in the target year {last} the path must be at the target, {target}"
            yield Fault((*at, str(year)), "path_misses_target", zh, en)


def _note(goal: WrittenGoal, plan: Plan) -> Iterator[Fault]:
    """`note` names one of the plan's notes; a plan that keeps none may write the note itself there."""
    note = goal.target.note if goal.target else None
    if note and plan.notes and note not in plan.notes:
        zh, en = suggestion(note, plan.notes)
        marks = "、".join(plan.notes)
        yield Fault(
            (*goal.target_at, "note"),
            "unknown_note",
            f"plan.notes 中没有“{note}”{zh}；有：{marks}",
            f"plan.notes has no '{note}'{en}; it has {', '.join(plan.notes)}",
        )
