"""The rules of Chongqing as they ship, and a district's year as its amounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.pooling.cases import read_case
from monitor.pooling.outcome import Outcome
from monitor.pooling.rules import Rules, load_rules
from monitor.pooling.table import work_out
from monitor.shipped import find_shipped

Work = Callable[..., Outcome]


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(find_shipped("data/pooling/chongqing-2011.yaml"))


@pytest.fixture(scope="session")
def work(rules: Rules) -> Work:
    """`work("employees", task="10000", …)`: what comes of a year that has no fault."""

    def worked(scheme: str, **texts: str) -> Outcome:
        texts = {name.rstrip("_"): text for name, text in texts.items()}
        case, problems = read_case(rules, scheme, texts)  # type: ignore[arg-type]
        assert problems == ()
        return work_out(rules, case)

    return worked
