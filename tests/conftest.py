"""What holds for all tests: properties without a deadline; tests/system, faults and spark only where they are named."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pytest
from hypothesis import settings
from werkzeug.routing import Rule

from tests.properties import examples

# How long an example takes says how busy the machine is, not whether the program is right.
# Examples differ from run to run, and the fault rounds look further.
settings.register_profile("untimed", deadline=None, max_examples=examples(60))
settings.load_profile("untimed")

# The tests' own processes share the cores, and their tables are small: a database with a thread a core only takes turns
# with itself, a sixth of the time of all. Servers and commands that tests start have the threads they have in service.
duckdb.connect = partial(duckdb.connect, config={"threads": 1})

# As the process that reads files has it (monitor/intake/confined.py), whose work is done here.
os.environ["OPENPYXL_LXML"] = "False"

# An application has 150 addresses, and werkzeug writes two functions for each: two thirds of the time that it takes to
# make one, and the tests make hundreds. What one text has made serves all: what it converts by is asked of the rule.
_write_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    if rule.defaults:
        return _write_builder(rule, append_unknown)
    text = (rule.rule, tuple(rule._trace), append_unknown)
    if text not in _builders:
        _builders[text] = _write_builder(rule, append_unknown)
    return _builders[text]


Rule._compile_builder = _builder  # type: ignore[method-assign]

_HERE = Path(__file__).parent
_ON_REQUEST = (_HERE / "system", _HERE / "faults", _HERE / "spark")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if collection_path not in _ON_REQUEST:
        return None
    asked = [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    return True if not any(path.is_relative_to(collection_path) for path in asked) else None


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demonstration's figures, made once for all processes of a run: copy it."""
    from tests.demo_store import make_demo
    from tests.made_once import made_once

    return made_once(tmp_path_factory, "demo", make_demo)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture is made: those that outlive a test have what the first test that asks for them has."""
    from tests.in_process import have_children
    from tests.new_stores import copy_new_stores
    from tests.read_once import read_once

    apart = any(item.path.is_relative_to(folder) for folder in _ON_REQUEST)
    have_children(real=apart or item.get_closest_marker("child_process") is not None)
    copy_new_stores(not apart and not item.path.is_relative_to(_HERE / "store"))
    read_once(not apart and not item.path.is_relative_to(_HERE / "catalogue"))


def pytest_collection_finish() -> None:
    """Never walk the libraries and the tests again in search of garbage: each walk takes 0.17 s.

    What the tests leave is found as before; the program does the same when it serves (monitor/web/server.py).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
