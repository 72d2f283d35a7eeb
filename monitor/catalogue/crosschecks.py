"""What one catalogue must keep beyond the shape of its keys (catalogue.md, methods.md section 5).

Every check yields (location, code, Chinese, English) and judges only keys the draft knows, so that one
fault is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .drafts import Draft, DraftFile
from .models import (
    Baseline,
    ChangeCheck,
    HoldTarget,
    Indicator,
    JudgeTarget,
    Plan,
    ReachTarget,
    Target,
)
from .problems import Problem, suggestion
from .regions import Regions
from .yaml_nodes import Key, Location

Finding = tuple[Location, str, str, str]

# Which comparator a direction may have: "higher is better" is not reached from above.
_AGAINST = {"up": {"le", "lt"}, "down": {"ge", "gt"}}
_WORDS = {"up": "越高越好", "down": "越低越好"}


@dataclass(frozen=True)
class Goal:
    """A target with the baseline and path that go with it, and where each is written."""

    target: Target | None
    baseline: Baseline | None
    path: Mapping[int, Decimal] | None
    target_at: Location
    baseline_at: Location
    path_at: Location


def check_file(draft: DraftFile, regions: Regions | None, evidence_ids: frozenset[str]) -> Iterator[Problem]:
    """Every fault within one file. `evidence_ids`: the ids of all loaded catalogues."""
    ids = frozenset(draft.known_ids())
    for finding in _findings(draft, regions, ids, evidence_ids):
        yield draft.problem(*finding)


def _findings(
    draft: DraftFile, regions: Regions | None, ids: frozenset[str], evidence_ids: frozenset[str]
) -> Iterator[Finding]:
    plan = draft.plan.model if draft.plan and draft.plan.knows("period", "notes") else None
    if draft.plan and draft.plan.knows("region"):
        yield from _region(draft.plan.model.region, ("plan", "region"), regions)
    yield from _duplicates(draft.indicators)
    for part in draft.indicators:
        yield from _indicator(part)
        yield from _references(part, ids, evidence_ids)
        yield from _aligned(part, draft.plan)
        if part.knows("regional_targets"):
            for code in part.model.regional_targets:
                yield from _region(code, (*part.location, "regional_targets", code), regions)
        for goal in goals(part):
            yield from _goal(part, goal, regions)
            if plan is not None:
                yield from _timing(goal, plan)
                yield from _note(goal, plan)


def _region(code: str, location: Location, regions: Regions | None) -> Iterator[Finding]:
    if regions is None or code in regions:
        return
    zh, en = suggestion(code, regions.codes)
    yield location, "unknown_region", f"地区表中没有 {code}{zh}", f"the regions file has no {code}{en}"


def _duplicates(parts: tuple[Draft[Indicator], ...]) -> Iterator[Finding]:
    for key, code in (("id", "duplicate_id"), ("number", "duplicate_number")):
        first: dict[object, Location] = {}
        for part in parts:
            if not part.knows(key):
                continue
            value = getattr(part.model, key)
            earlier = first.setdefault(value, part.location)
            if earlier is not part.location:
                where = f"indicators[{earlier[1]}]"
                yield ((*part.location, key), code, f"{key} {value} 已用于 {where}；每个指标各不相同",
                       f"{key} {value} is already that of {where}; each indicator has its own")  # fmt: skip


def goals(part: Draft[Indicator]) -> Iterator[Goal]:
    """The indicator's own target, those of its versions and those of its regions, as they stand together."""
    at, indicator = part.location, part.model
    target, baseline = indicator.target, indicator.baseline
    own = Goal(target, baseline, indicator.path, (*at, "target"), (*at, "baseline"), (*at, "path"))
    if part.knows("target", "baseline", "path"):
        yield own
    for index, version in enumerate(indicator.versions):
        here: Location = (*at, "versions", index)
        if version.target or version.baseline:
            target, baseline = version.target or target, version.baseline or baseline
            yield Goal(
                target, baseline, None,
                (*here, "target") if version.target else own.target_at,
                (*here, "baseline") if version.baseline else own.baseline_at,
                own.path_at,
            )  # fmt: skip
    for code, regional in indicator.regional_targets.items():
        here = (*at, "regional_targets", code)
        if regional.target or part.knows("target"):
            yield Goal(
                regional.target or indicator.target, regional.baseline, regional.path,
                (*here, "target") if regional.target else (*at, "target"), (*here, "baseline"), (*here, "path"),
            )  # fmt: skip


def _indicator(part: Draft[Indicator]) -> Iterator[Finding]:
    """Keys of one indicator that must fit each other."""
    at, indicator = part.location, part.model
    if part.knows("nature", "target"):
        if indicator.is_context and indicator.target:
            yield ((*at, "target"), "target_on_context", "context 指标不设目标；删去 target 或改 nature",
                   "a context indicator has no target; remove it or change `nature`")  # fmt: skip
        if not indicator.is_context and indicator.target is None:
            yield ((*at, "target"), "missing_target", "缺少 target；只有 context 指标可以没有目标",
                   "the target is missing; only a context indicator has none")  # fmt: skip
    if part.knows("unit", "figure") and indicator.unit == "%" and indicator.factor != 100:
        yield ((*at, "figure", "factor"), "bad_factor", "以 % 计的指标 factor 为 100",
               "the factor of an indicator in % is 100")  # fmt: skip
    if part.knows("aggregate", "weight") and indicator.aggregate == "weighted_mean" and not indicator.weight:
        yield ((*at, "weight"), "missing_weight", "aggregate: weighted_mean 需要 weight（指标编码）",
               "`aggregate: weighted_mean` needs `weight`, an indicator id")  # fmt: skip
    if part.knows("aggregate", "target") and indicator.aggregate in {"share_reached", "count_reached"}:
        if indicator.target is None or isinstance(indicator.target, JudgeTarget):
            yield ((*at, "aggregate"), "aggregate_without_target", f"{indicator.aggregate} 要有数值目标才能计算",
                   f"`{indicator.aggregate}` counts regions that reached a numeric target; there is none")  # fmt: skip
    if part.knows("checks", "unit"):
        for index, check in enumerate(indicator.checks):
            if isinstance(check, ChangeCheck) and check.max_points is not None and indicator.unit != "%":
                yield ((*at, "checks", index, "max_points"), "points_without_percent",
                       "max_points 是百分点，只用于以 % 计的指标；改用 max_percent",
                       "`max_points` are percentage points, for indicators in %; use `max_percent`")  # fmt: skip
    yield from _history(part)


def _history(part: Draft[Indicator]) -> Iterator[Finding]:
    """Breaks and versions."""
    at, indicator = part.location, part.model
    seen: set[str] = set()
    for index, each in enumerate(indicator.breaks):
        if each.period in seen:
            yield ((*at, "breaks", index, "period"), "duplicate_break", f"{each.period} 的断点写了两次",
                   f"the break at {each.period} is written twice")  # fmt: skip
        seen.add(each.period)
    for index, version in enumerate(indicator.versions):
        here: Location = (*at, "versions", index)
        if version.baseline is None and version.target is None and version.definition is None:
            yield (here, "empty_version", "没有改动；写 baseline、target 或 definition",
                   "changes nothing; give baseline, target or definition")  # fmt: skip
        if index and version.valid_from <= indicator.versions[index - 1].valid_from:
            yield ((*here, "valid_from"), "versions_not_ascending", "valid_from 须逐个推后",
                   "each version is valid from a later day than the one before")  # fmt: skip


def _references(part: Draft[Indicator], ids: frozenset[str], evidence_ids: frozenset[str]) -> Iterator[Finding]:
    at, indicator = part.location, part.model
    if indicator.weight is not None:
        here: Location = (*at, "weight")
        if part.knows("id") and indicator.weight == indicator.id:
            yield here, "self_reference", "权重不能是指标自身", "an indicator cannot be its own weight"
        elif indicator.weight not in ids:
            yield here, "unknown_reference", *_no_indicator(indicator.weight, ids)
    for goal in goals(part):
        evidence = goal.target.evidence if isinstance(goal.target, JudgeTarget) else ()
        for index, name in enumerate(evidence):
            if name not in evidence_ids:
                yield (*goal.target_at, "evidence", index), "unknown_reference", *_no_indicator(name, evidence_ids)


def _no_indicator(name: str, ids: frozenset[str]) -> tuple[str, str]:
    zh, en = suggestion(name, sorted(ids))
    return f"没有指标“{name}”{zh}", f"there is no indicator '{name}'{en}"


def _aligned(part: Draft[Indicator], plan: Draft[Plan] | None) -> Iterator[Finding]:
    if part.model.aligns_to and plan and plan.knows("parent") and plan.model.parent is None:
        yield ((*part.location, "aligns_to"), "aligns_without_parent", "规划没有 parent，aligns_to 无所指；写 plan.parent",
               "the plan has no parent for this to align to; give plan.parent")  # fmt: skip


def _goal(part: Draft[Indicator], goal: Goal, regions: Regions | None) -> Iterator[Finding]:
    """A target against the indicator's direction, and its path against the target."""
    target, direction = goal.target, part.model.direction
    if isinstance(target, ReachTarget | HoldTarget) and part.knows("direction"):
        if direction == "none":
            yield ((*goal.target_at, "rule"), "direction_required", f"rule: {target.rule} 需要 direction 为 up 或 down",
                   f"`rule: {target.rule}` needs `direction` up or down")  # fmt: skip
        elif target.comparator in _AGAINST[direction]:
            yield ((*goal.target_at, "comparator"), "comparator_against_direction",
                   f"direction: {direction}（{_WORDS[direction]}）与 comparator: {target.comparator} 相反",
                   f"`comparator: {target.comparator}` contradicts `direction: {direction}`")  # fmt: skip
    if isinstance(target, ReachTarget):
        if target.progress == "percent_drop" and direction == "down" and part.knows("direction"):
            yield ((*goal.target_at, "progress"), "direction_of_drop",
                   "percent_drop 的数值是累计降幅，越大越好；direction 写 up",
                   "with `percent_drop` the figure is the drop itself, higher is better; `direction` is up")  # fmt: skip
        for index, code in enumerate(target.expected or ()):
            here: Location = (*goal.target_at, "expected", index)
            yield from _region(code, here, regions)
            if target.expected and code in target.expected[:index]:
                yield here, "duplicate_region", f"{code} 写了两次", f"{code} is written twice"
    if goal.path and target and not isinstance(target, ReachTarget):
        yield (goal.path_at, "path_without_reach", f"path 只用于 rule: reach，不用于 {target.rule}",
               f"a path belongs to `rule: reach`, not to `{target.rule}`")  # fmt: skip


def _timing(goal: Goal, plan: Plan) -> Iterator[Finding]:
    """Years in order: baseline < path ≤ target ≤ the plan's end."""
    first = goal.baseline.year if goal.baseline and goal.baseline.year else plan.period.base
    last = goal.target.year if goal.target and goal.target.year else plan.period.end
    if goal.target and goal.target.year and not plan.period.base < last <= plan.period.end:
        yield ((*goal.target_at, "year"), "target_year_outside_plan",
               f"目标年须在规划期内（{plan.period.base} 之后，至 {plan.period.end}）",
               f"the target year lies after {plan.period.base} and not after {plan.period.end}")  # fmt: skip
    elif goal.target and first >= last:
        written = goal.baseline is not None and goal.baseline.year is not None
        yield ((*goal.baseline_at, "year") if written else (*goal.target_at, "year"), "baseline_not_before_target",
               f"基期年 {first} 须早于目标年 {last}", f"the baseline year {first} is not before the target year {last}")  # fmt: skip
    if goal.path and isinstance(goal.target, ReachTarget):
        yield from _path(goal, goal.path, goal.target, first, last)


def _path(goal: Goal, path: Mapping[int, Decimal], target: ReachTarget, first: int, last: int) -> Iterator[Finding]:
    """The years of a path; with no baseline it may begin in the base year itself."""
    earliest = first + 1 if goal.baseline else first
    for year, value in path.items():
        here: tuple[Key, ...] = (*goal.path_at, str(year))
        if not earliest <= year <= last:
            yield (here, "path_year_outside", f"path 的年份须在 {earliest} 至 {last} 之间",
                   f"the years of a path lie between {earliest} and {last}")  # fmt: skip
        elif year == last and value != target.value:
            yield (here, "path_misses_target", f"path 在目标年 {last} 的值须等于目标 {target.value}",
                   f"in the target year {last} the path must be the target, {target.value}")  # fmt: skip


def _note(goal: Goal, plan: Plan) -> Iterator[Finding]:
    """`note` names one of the plan's notes; a plan that keeps none may write the note itself there."""
    if goal.target and goal.target.note and plan.notes and goal.target.note not in plan.notes:
        yield ((*goal.target_at, "note"), "unknown_note", f"plan.notes 中没有“{goal.target.note}”",
               f"plan.notes has no '{goal.target.note}'")  # fmt: skip
