"""The same bytes from the store's file, from its published Parquet, and from Spark over that."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.spark.conftest import PLAIN_PYTHON, Cluster, World, command

CASES = [
    ("national", ["scorecard"]),
    ("national", ["observations"]),
    ("golden", ["scorecard"]),
    ("golden", ["gaps", "--method", "cagr"]),
    ("peculiar", ["scorecard", "--include-context"]),
    ("peculiar", ["scorecard", "--as-of", "THEN"]),
    ("peculiar", ["observations"]),
    ("peculiar", ["history"]),
    ("peculiar", ["history", "--as-of", "THEN", "--region", "110000"]),
    ("peculiar", ["submissions"]),
    ("demo", ["scorecard"]),
    ("demo", ["scorecard", "--as-of", "THEN", "--period", "2024"]),
    ("demo", ["gaps", "--region", "320000", "--period", "2025"]),
    ("demo", ["observations", "--region", "320000"]),
]


@pytest.fixture(scope="session")
def exported(
    cluster: Cluster, worlds: dict[str, World], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Path]]:
    """By engine, the files of CASES. DuckDB's are made by a program that has neither Spark's client nor pyarrow."""
    engines = {
        "file": (PLAIN_PYTHON, {}, False),
        "parquet": (PLAIN_PYTHON, {}, True),
        "spark": (None, {"MONITOR_ENGINE": "spark", "MONITOR_SPARK_REMOTE": cluster.remote}, True),
    }
    found: dict[str, list[Path]] = {}
    for engine, (python, settings, is_published) in engines.items():
        folder = tmp_path_factory.mktemp(engine)
        found[engine] = [folder / f"{number}.csv" for number in range(len(CASES))]
        for name, world in worlds.items():
            asked = [
                ["export", *(world.then if one == "THEN" else one for one in said), "--output", str(file)]
                + (["--from", str(world.published)] if is_published else [])
                for (of, said), file in zip(CASES, found[engine], strict=True)
                if of == name
            ]
            options = {} if python is None else {"python": python}
            done = command(world.settings | settings, *asked, **options)
            assert (done.returncode, done.stderr) == (0, ""), engine
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{name} {' '.join(said)}" for name, said in CASES])
def test_every_engine_gives_the_same_bytes(exported: dict[str, list[Path]], number: int) -> None:
    texts = {engine: files[number].read_bytes() for engine, files in exported.items()}
    assert texts["file"].count(b"\n") > 1
    assert texts["parquet"] == texts["file"]
    assert texts["spark"] == texts["file"]
    sidecars = {
        engine: files[number].with_name(f"{number}.csv.meta.json").read_bytes() for engine, files in exported.items()
    }
    assert sidecars["spark"] == sidecars["parquet"] == sidecars["file"]


def _rows(exported: dict[str, list[Path]], case: tuple[str, list[str]]) -> list[dict[str, str]]:
    with exported["spark"][CASES.index(case)].open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_spark_tells_what_methods_md_works_out_by_hand(exported: dict[str, list[Path]]) -> None:
    rows = [row for row in _rows(exported, ("golden", ["scorecard"])) if row["region_code"] == "000000"]
    found = {(row["indicator_id"], row["period"]): row for row in rows}
    slipped, parts = found["oop_final", "2023"], found["oop_parts", "2022"]
    assert (slipped["class"], slipped["met_period"], slipped["time_share"]) == ("slipped", "2022", "0.6")
    assert (parts["class"], parts["numerator"]) == ("ahead", "22914.5")
    bound = found["settlement_rate", "2023"]
    assert (bound["class"], bound["certainty"]) == ("achieved", "bound")


def test_spark_keeps_revisions_carried_cells_and_what_is_no_figure(exported: dict[str, list[Path]]) -> None:
    rows = _rows(exported, ("peculiar", ["history"]))
    of_2023 = [
        (row["indicator_id"], row["revision"], row["submission_state"], row["numerator"], row["carried_from"] != "")
        for row in rows
        if (row["region_code"], row["period"]) == ("110000", "2023")
    ]
    assert of_2023 == [
        ("drg_dip_payment_share", "1", "superseded", "60", False),
        ("drg_dip_payment_share", "2", "accepted", "60", True),
        ("enrolment_rate", "1", "superseded", "96", False),
        ("enrolment_rate", "2", "accepted", "90", False),
    ]
    states = {(row["region_code"], row["period"]): (row["state"], row["value"]) for row in rows}
    assert states["120000", "2023"] == ("missing", "—")
    assert states["120000", "2024"] == ("not_applicable", "不适用")
    assert states["130000", "2023"] == ("withheld", "保密")
    then = _rows(exported, ("peculiar", ["scorecard", "--as-of", "THEN"]))
    figure = {(row["indicator_id"], row["region_code"], row["period"]): row for row in then}
    assert figure["enrolment_rate", "110000", "2023"]["value"] == "96"
    assert figure["enrolment_rate", "110000", "2024"]["comparator"] == "ge"
    exact = [row for row in _rows(exported, ("peculiar", ["observations"])) if row["region_code"] == "320000"]
    assert {row["denominator"] for row in exact} == {"", "100.0000000003"}
