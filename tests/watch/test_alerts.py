"""Each alert rule is tried by the test beside it: where all is well, and where its fault is there."""

from __future__ import annotations

from pathlib import Path

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_the_rules_and_their_tests_name_the_same_alerts() -> None:
    said, tried = (
        yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
        for name in ("prometheus-alerts.yaml", "prometheus-alerts.test.yaml")
    )
    rules = [rule["alert"] for group in said["groups"] for rule in group["rules"]]
    well, faulty = tried["tests"]
    assert len(set(rules)) == len(rules) > 20
    assert sorted(one["alertname"] for one in well["alert_rule_test"]) == sorted(rules)
    assert all(one["exp_alerts"] == [] for one in well["alert_rule_test"])
    firing = faulty["promql_expr_test"][0]
    assert firing["expr"] == 'group by (alertname) (ALERTS{alertstate="firing"})'
    assert [(one["labels"], one["value"]) for one in firing["exp_samples"]] == [
        (f'{{alertname="{name}"}}', 1) for name in rules
    ]
