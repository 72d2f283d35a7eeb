"""What the database may take: little in a server, which goes on for weeks; what it needs in a command."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import pytest

from monitor.commands.common import open_desk, own_store
from monitor.settings import load_settings
from monitor.store.store import Store
from monitor.store.switches import serving_memory

_LIMIT = files("monitor.store") / "sql" / "memory_limit.sql"
_UNITS = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def limit(store: Store) -> float:
    number, unit = str(store.ask(_LIMIT)[0][0]).split()
    return float(number) * _UNITS[unit]


def test_a_servers_database_takes_little_and_a_commands_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_STORE", str(tmp_path / "monitor.duckdb"))
    settings = load_settings()
    with open_desk(settings, must_exist=False) as desk:
        of_command = limit(desk.store)
    with own_store(settings) as ownership, open_desk(settings, must_exist=True, ownership=ownership) as desk:
        of_server = limit(desk.store)
    assert of_server <= serving_memory(len(os.sched_getaffinity(0))) < of_command
    monkeypatch.setenv("MONITOR_STORE_MEMORY_BYTES", "500000000")
    settings = load_settings()
    with own_store(settings) as ownership, open_desk(settings, must_exist=True, ownership=ownership) as desk:
        assert 490_000_000 < limit(desk.store) <= 500_000_000
