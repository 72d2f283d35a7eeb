"""Who lags and by how much: the rows of a scorecard that still have something to go."""

from __future__ import annotations

import pandas as pd

COLUMNS = (
    "plan_id", "indicator_id", "indicator_name", "nature", "region_code", "region_name", "period", "vintage",
    "value", "comparator", "unit", "baseline", "baseline_printed", "target", "target_printed", "rule", "class",
    "reason", "schedule_gap_pp", "target_gap", "numerator_gap", "required_per_year", "projected_value",
    "projected_year", "outlook", "synthetic", "certainty", "partial", "method", "as_of", "catalogue_version",
    "software_version", "settings",
)  # fmt: skip


def latest_rows(scorecard: pd.DataFrame) -> pd.DataFrame:
    """Each indicator's and region's row of the latest period that has a figure; without any, its last row."""
    has_figure = scorecard["vintage"] != ""
    place = pd.Series(range(len(scorecard)), index=scorecard.index).where(has_figure, -1)
    keys = [scorecard["plan_id"], scorecard["indicator_id"], scorecard["region_code"]]
    best = place.groupby(keys).transform("max")
    last = pd.Series(range(len(scorecard)), index=scorecard.index).groupby(keys).transform("max")
    chosen = best.where(best >= 0, last)
    return scorecard[chosen == range(len(scorecard))]


def build_gaps(scorecard: pd.DataFrame) -> pd.DataFrame:
    """Rows with a positive target gap, the largest first within an indicator (in the indicator's unit)."""
    to_go = scorecard[scorecard["target_gap"] > 0]
    order = {name: place for place, name in enumerate(dict.fromkeys(scorecard["indicator_id"]))}
    ranked = to_go.assign(_order=to_go["indicator_id"].map(order)).sort_values(
        ["_order", "target_gap", "region_code"], ascending=[True, False, True], kind="stable"
    )
    return ranked[list(COLUMNS)].reset_index(drop=True)
