"""The desk where questions are asked: an open store with its plans, regions and settings.

Answers are kept by what is known (`Since`) and the question, so that the same question costs nothing twice. A new
acceptance changes what is known now, not what was known at an earlier day; and two days between which nothing was
accepted share their figures: only the printed as-of differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from importlib.resources import files

import pandas as pd

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree
from monitor.store.store import Store

from .acceptances import PLAN
from .as_of import format_as_of
from .columns import NotByColumns
from .configured import Configuration, QuestionError, Since, asked_period, codes_of, parse_recorded
from .figure_questions import figure_questions
from .known import (
    Acceptances,
    Known,
    Nearest,
    Question,
    Visible,
    by_submissions,
    read_acceptances,
    read_known,
    visible_at,
)  # fmt: skip
from .loading import Loaded, build_tree, load_tree
from .many_regions import BranchTrees, ManyRegions, in_branches, is_large
from .once import KeptOnce
from .scorecard import Judged, Stamp, judge_rows, stamped
from .selection import Method, Selection
from .sheet import Sheet
from .whole_columns import by_columns, grow
from .whole_tree import WholeTree, lay_out

__all__ = ["Configuration", "Desk", "QuestionError", "Scorecard", "Since"]

_SQL = files("monitor.report") / "sql"
_STORE_SQL = files("monitor.store") / "sql"
# an answer of everything is some megabytes, one of a region or a period a tenth of one
_WHOLE_KEPT = 4
_PARTS_KEPT = 64
_TREES_KEPT = 8
_LOADED_KEPT = 4
_JUDGED_KEPT = 8
_MOMENTS_KEPT = 256
_WHOLE_TREES_KEPT = 4
_BRANCHES_KEPT = 16
_ACCEPTED_KEPT = 2
_NEAR_KEPT = 4
_BEFORE_ALL = datetime.min  # noqa: DTZ901 — the store's moments are UTC without a zone


@dataclass(frozen=True)
class Scorecard:
    """An answer: the rows (interface.md, Scorecard) and what they were made from.

    `as_of`: naive UTC, None in a store without acceptances and for figures without a store.
    """

    frame: pd.DataFrame
    plan_id: str
    as_of: datetime | None
    catalogue_version: str
    settings: MethodSettings


class Desk:
    """Answers from one store; safe to ask from many threads."""

    def __init__(
        self,
        store: Store,
        catalogues: Sequence[Catalogue],
        regions: Regions,
        settings: MethodSettings,
        timezone: str = "Asia/Shanghai",
    ) -> None:
        self.store, self.timezone = store, timezone
        self.current = Configuration(tuple(catalogues), regions, settings)
        self._whole = KeptOnce(self._build_answer, _WHOLE_KEPT)
        self._part = KeptOnce(self._build_answer, _PARTS_KEPT)
        self._judged = KeptOnce(self._judge, _JUDGED_KEPT)
        self._sheet = KeptOnce(self._build_sheet, _TREES_KEPT)
        self._branch = KeptOnce(self._build_sheet, _BRANCHES_KEPT)
        self._whole_tree = KeptOnce(self._build_whole_tree, _WHOLE_TREES_KEPT)
        self._tree = KeptOnce(self._build_tree, _TREES_KEPT)
        self._branch_trees = KeptOnce(self._build_branch_trees, _TREES_KEPT)
        self._loaded = KeptOnce(self._load, _LOADED_KEPT)
        self._latest = KeptOnce(self._read_latest, _TREES_KEPT)
        self._visible = KeptOnce(self._read_visible, _TREES_KEPT)
        self._accepted = KeptOnce(self._read_accepted, _ACCEPTED_KEPT)
        self._since = KeptOnce(self._read_since, _MOMENTS_KEPT)
        self._until = KeptOnce(self._read_until, _MOMENTS_KEPT)
        self._recorded = KeptOnce(self._read_configuration, _MOMENTS_KEPT)
        self._parsed = KeptOnce(self._parse_configuration, _TREES_KEPT)
        self._kept_once = (
            self._whole, self._part, self._judged, self._sheet, self._tree, self._loaded, self._visible, self._since,
            self._until, self._recorded, self._latest, self._accepted, self._whole_tree,
            self._branch, self._branch_trees,
        )  # fmt: skip
        self._last_accepted: dict[tuple[str, ...], Acceptances] = {}
        self._many_regions = ManyRegions(store)
        self._near_trees: Nearest[Loaded] = Nearest(_NEAR_KEPT)
        self._near_judged: Nearest[Judged] = Nearest(_NEAR_KEPT)

    def scorecard(
        self,
        *,
        plan: str | None = None,
        region: str | None = None,
        period: str | None = None,
        as_of: datetime | None = None,
        method: Method = "linear",
        include_context: bool = False,
    ) -> Scorecard:
        """The judged rows of a plan (the first loaded without `plan`), of one region and period or of all.

        `as_of`: naive UTC, None for what is known now. The frame is the caller's own.
        Raises QuestionError for an unknown plan, region or period.
        """
        configuration = self.configuration(as_of)
        catalogue = configuration.plan(plan)
        if region is not None and region not in codes_of(catalogue, configuration.regions):
            raise QuestionError(f"规划范围内没有地区“{region}”", f"the plan has no region '{region}'")
        selection = Selection(region, asked_period(period), method, include_context)
        kept = self._whole if region is None and period is None else self._part
        answer = kept(self.since(as_of), catalogue.plan.id, selection, as_of)
        return replace(answer, frame=answer.frame.copy(deep=False))

    def sheet(self, plan: str | None = None, as_of: datetime | None = None) -> Sheet:
        """A plan's whole scorecard laid out for pages."""
        plan_id = self.configuration(as_of).plan(plan).plan.id
        sheet = self._sheet(self.since(as_of), plan_id)
        return sheet if as_of is None else sheet.told_as_of(as_of)

    def whole_tree(self, *, plan: str | None = None, period: str, as_of: datetime | None = None) -> WholeTree:
        """See `whole_tree.whole_tree`."""
        plan_id = self.configuration(as_of).plan(plan).plan.id
        found = self._whole_tree(self.since(as_of), plan_id, asked_period(period))
        return replace(found, frame=found.frame.copy(deep=False), as_of=self.moment(as_of))

    def tree(
        self, *, plan: str | None = None, as_of: datetime | None = None, only: frozenset[str] | None = None
    ) -> Tree:
        """All figures of a plan as they were known then; `only`: at least those of some indicators and of what they
        rest on. Those of many regions are read when they are asked for.
        """
        configuration = self.configuration(as_of)
        catalogue, since = configuration.plan(plan), self.since(as_of)
        if in_branches(catalogue, configuration):
            return self._branch_trees(since, catalogue.plan.id).named
        whole = None if only is None else self._loaded.held(since, catalogue.plan.id)
        return self._tree(since, catalogue.plan.id, None, only) if whole is None else whole.tree

    def judged(self, plan_id: str, as_of: datetime | None) -> Judged:
        """Every row of a plan with its verdict."""
        return self._judged(self.since(as_of), plan_id, Selection())

    def known(self, since: Since, plan_id: str) -> Known:
        """The rows from which the figures of a plan are worked out."""
        return self._loaded(since, plan_id).known

    def visible(self, as_of: datetime | None) -> Visible:
        """The submissions that decide the figures of the configured regions at a moment."""
        return self._visible(self.since(as_of))

    def since(self, as_of: datetime | None) -> Since:
        """What is known at a moment: the same for two moments at which the same is known."""
        version = self.store.data_version()
        return Since(None, version) if as_of is None else self._since(version, as_of)

    def cycle_version(self, as_of: datetime | None) -> int:
        """The newest event that is known at a moment: all that shows who has sent what by then rests on it."""
        version = self.store.event_version()
        return version if as_of is None else self._until(version, as_of)

    def configuration(self, as_of: datetime | None) -> Configuration:
        """Catalogues, regions and settings in force at a moment; the present ones for None."""
        if as_of is None:
            return self.current
        return self._recorded(self.store.data_version(), as_of)

    def codes(
        self, region: str | None, period: str | None, as_of: datetime | None
    ) -> tuple[list[str] | None, list[str] | None]:
        """A region and a period asked for, as the lists that the store's questions take; None for all.

        Raises QuestionError for an unknown region or a text that is no period.
        """
        if region not in (None, "all") and region not in self.configuration(as_of).regions:
            raise QuestionError(f"没有地区“{region}”", f"there is no region '{region}'")
        one = asked_period(period)
        return None if region in (None, "all") else [str(region)], None if one is None else [one.code]

    def moment(self, as_of: datetime | None) -> datetime | None:
        """What `as_of` prints: the moment asked for, else that of the latest acceptance; None in an empty store."""
        return as_of or self._latest(self.store.data_version())

    def prepare(self, version: int) -> None:
        """Work out what pages show first at a data version that is about to come, and let older answers go."""
        held = {version, self.store.data_version()}
        for kept in self._kept_once:
            kept.keep_only(
                lambda key: key[0] in held if isinstance(key[0], int) else key[0].is_past or key[0].seq in held
            )
        for catalogue in self.current.catalogues:
            self._sheet(Since(None, version), catalogue.plan.id)

    def _build_answer(self, since: Since, plan_id: str, selection: Selection, as_of: datetime | None) -> Scorecard:
        configuration = self.configuration(as_of)
        catalogue = configuration.plan(plan_id)
        moment = as_of or self._latest(since.seq)
        judged = self._judged(since, plan_id, selection)
        frame = stamped(judged, configuration.settings, Stamp(format_as_of(moment), catalogue.version))
        return Scorecard(frame, plan_id, moment, catalogue.version, configuration.settings)

    def _build_sheet(self, since: Since, plan_id: str, above: str | None = None) -> Sheet:
        """`above`: of the regions below that one; without it of the whole plan, or of its first regions if many."""
        configuration = self.configuration(since.at)
        catalogue, regions = configuration.plan(plan_id), configuration.regions
        codes, deeper = None, None
        if above is not None:
            codes = {row.code for row in regions.children(above)}
        elif is_large(catalogue, configuration):
            root = catalogue.plan.region
            codes = {root, *(row.code for row in regions.children(root))}
            deeper = partial(self._sheet_with, since, plan_id)
        cells = None if codes is None else frozenset((one.id, code) for one in catalogue.indicators for code in codes)
        card = self._build_answer(since, plan_id, Selection(cells=cells), since.at)
        return Sheet(card.frame, card.as_of, card.settings, card.catalogue_version, deeper)

    def _sheet_with(self, since: Since, plan_id: str, region: str) -> Sheet | None:
        """The sheet of a region and those beside it; None outside the plan."""
        configuration = self.configuration(since.at)
        row = configuration.regions.get(region)
        if (
            row is None
            or not row.parent_code
            or region not in codes_of(configuration.plan(plan_id), configuration.regions)
        ):
            return None
        return self._branch(since, plan_id, row.parent_code)

    def _build_whole_tree(self, since: Since, plan_id: str, period: Period) -> WholeTree:
        configuration = self.configuration(since.at)
        catalogue, regions = configuration.plan(plan_id), configuration.regions
        try:
            grown = grow(self.store, catalogue, configuration.catalogues, regions, self._visible(since), period)
            frame = by_columns(grown, catalogue.indicators, configuration.settings, period)
        except NotByColumns:
            judged = self._judged(since, plan_id, Selection(period=period, every_region=True))
            frame = lay_out(judged, regions, period)
        return WholeTree(frame, plan_id, period.code, since.at)

    def _judge(self, since: Since, plan_id: str, selection: Selection) -> Judged:
        """The verdicts; those that are as at a moment whose verdicts are still held are taken from there."""
        configuration, moment = self.configuration(since.at), self._when(since)
        tree = self._tree_for(since, plan_id, selection)
        question = (plan_id, selection, id(configuration))
        before = self._near_judged.find(question, moment)
        same = before if before is not None and before.selected.tree.plan is tree.plan else None
        judged = judge_rows(tree, selection, configuration.settings, same)
        self._near_judged.keep(question, moment, judged)
        return judged

    def _tree_for(self, since: Since, plan_id: str, selection: Selection) -> Tree:
        """The figures that the rows of a selection rest on."""
        configuration, some = self.configuration(since.at), None
        if in_branches(configuration.plan(plan_id), configuration):
            some = self._branch_trees(since, plan_id).summed_for(selection)
        return self._tree(since, plan_id, selection.period) if some is None else some

    def _build_branch_trees(self, since: Since, plan_id: str) -> BranchTrees:
        configuration = self.configuration(since.at)
        catalogue = configuration.plan(plan_id)
        return self._many_regions.trees(configuration, catalogue, self._visible(since), self._when(since))

    def _when(self, since: Since) -> datetime:
        return since.at or self._latest(since.seq) or _BEFORE_ALL

    def figure_questions(
        self,
        catalogue: Catalogue,
        as_of: datetime | None,
        period: Period | None,
        only: frozenset[str] | None = None,
    ) -> list[Question]:
        """See `figure_questions.figure_questions`."""
        return figure_questions(self.configuration(as_of), catalogue, as_of, period, only)

    def forget(self) -> None:
        """Drops every kept answer. Which submissions were accepted is no answer, and stays known."""
        for kept in self._kept_once:
            if kept is not self._accepted:
                kept.cache_clear()
        self._many_regions.clear()
        self._near_trees.clear()
        self._near_judged.clear()

    def _build_tree(
        self, since: Since, plan_id: str, period: Period | None, only: frozenset[str] | None = None
    ) -> Tree:
        configuration = self.configuration(since.at)
        catalogue = configuration.plan(plan_id)
        if period is None and only is None:
            return self._loaded(since, plan_id).tree
        questions = self.figure_questions(catalogue, since.at, period, only)
        if self._holds_acceptances(since):
            questions = by_submissions(questions, self._visible(since), catalogue.plan.vintages)
        found = [row for question in questions for row in self.store.ask(*question)]
        figures, plan_rows = ([row for row in found if (row[3] == PLAN) == of_plan] for of_plan in (False, True))
        return build_tree(catalogue, configuration.catalogues, configuration.regions, figures, plan_rows)

    def _holds_acceptances(self, since: Since) -> bool:
        """Whether what decides need not be asked of the store, which takes longer than the figures."""
        version = max(since.seq, self.store.data_version()) if since.is_past else since.seq
        return self._accepted.held(version, self.configuration(since.at).regions.codes) is not None

    def _load(self, since: Since, plan_id: str) -> Loaded:
        """A tree of all figures, from that of the nearest moment whose tree is still held."""
        configuration = self.configuration(since.at)
        catalogue = configuration.plan(plan_id)
        question, moment = (catalogue.plan.id, id(configuration)), self._when(since)
        found = self._near_trees.find(question, moment)
        before = found if found is not None and found.tree.plan is catalogue.plan else None
        ids = {one.id for other in configuration.catalogues for one in other.indicators}
        earlier = before.known if before else None
        known = read_known(self.store, self._visible(since), ids, catalogue.plan.vintages, earlier)
        loaded = load_tree(catalogue, configuration.catalogues, configuration.regions, known, before)
        self._near_trees.keep(question, moment, loaded)
        return loaded

    def _read_latest(self, version: int) -> datetime | None:
        """`version`: the data version that is asked about; one that is about to come may be written already."""
        latest = self.store.ask(_SQL / "latest_moment.sql", {"last": version})[0][0]
        return latest if isinstance(latest, datetime) else None

    def _read_visible(self, since: Since) -> Visible:
        # what is known may end with an acceptance that is written already and not yet told of
        version = max(since.seq, self.store.data_version()) if since.is_past else since.seq
        return visible_at(self._accepted(version, self.configuration(since.at).regions.codes), since.at, since.seq)

    def _read_accepted(self, _version: int, codes: tuple[str, ...]) -> Acceptances:
        """`_version`: the data version of which these are all, and which may be about to come."""
        accepted = read_acceptances(self.store, codes, self._last_accepted.get(codes))
        self._last_accepted.pop(codes, None)
        self._last_accepted[codes] = accepted
        for old in tuple(self._last_accepted)[:-_ACCEPTED_KEPT]:
            self._last_accepted.pop(old, None)
        return accepted

    def _read_since(self, version: int, as_of: datetime) -> Since:
        at, seq = self.store.ask(_SQL / "last_change.sql", {"as_of": as_of})[0]
        if seq == version and self.configuration(as_of) is self.current:
            now = self.store.ask(_SQL / "last_change.sql", {"as_of": None})[0]
            if (at, seq) == now:
                return Since(None, version)
        return Since(at or _BEFORE_ALL, seq or 0)

    def _read_until(self, _version: int, as_of: datetime) -> int:
        return int(self.store.ask(_SQL / "last_event_until.sql", {"as_of": as_of})[0][0])

    def _read_configuration(self, _version: int, as_of: datetime) -> Configuration:
        rows = self.store.ask(_STORE_SQL / "configuration_as_of.sql", {"as_of": as_of})
        return self._parsed(str(rows[0][-1])) if rows else self.current

    def _parse_configuration(self, text: str) -> Configuration:
        return parse_recorded(text, self.current)
