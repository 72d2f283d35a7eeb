"""Verdicts that are kept from an earlier answer are those that judging everything anew would give."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.report.scorecard import judge_rows
from monitor.report.selection import Selection
from tests.properties import examples

from .oracle_tree import World
from .worlds import to_tree, tree_worlds


@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(tree_worlds(), st.data(), st.sampled_from(["linear", "cagr"]))
def test_a_changed_world_is_judged_as_if_for_the_first_time(now: World, data: st.DataObject, method: str) -> None:
    keys = sorted(now.sent)
    gone = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    swapped = data.draw(st.permutations(list(now.sent.values())))
    moved = dict(zip(keys, swapped, strict=True)) if data.draw(st.booleans()) else dict(now.sent)
    rows = {} if data.draw(st.booleans()) else now.plan_rows
    then = replace(now, sent={key: cell for key, cell in moved.items() if key not in gone}, plan_rows=rows)
    selection = Selection(method=method, include_context=True)  # type: ignore[arg-type]
    earlier, later = to_tree(then), to_tree(now)
    # one regions file and one catalogue, as between two acceptances: what is the same is known by being the same object
    later = replace(later, regions=earlier.regions)
    before = judge_rows(earlier, selection, now.settings)
    again = judge_rows(later, selection, now.settings, before)
    fresh = judge_rows(to_tree(now), selection, now.settings)
    assert again.rows == fresh.rows
    pd.testing.assert_frame_equal(again.table, fresh.table)
