"""The API against its own document, by another hand: schemathesis asks what the document allows and what it does not.

All checks in all phases, as three kinds of caller; schemathesis.toml says what is expected of it and why. The same
examples every time; `st run` without --generation-deterministic looks further.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from waitress.server import create_server

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.intake.limits import Limits
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.snapshots import freeze
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.app import create_app

CHECKOUT = Path(__file__).parents[2]
SECONDS = "28"
HEADER = "indicator_id,region_code,period,numerator,denominator,value\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """The address of a server over a small store: figures that count, and some that wait."""
    folder = tmp_path_factory.mktemp("api")
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(folder / "monitor.duckdb") as store:
        for period, unit in ((period, unit) for period in ("2024", "2025") for unit in ("320000", "110000")):
            path = folder / f"{unit}-{period}.csv"
            path.write_text(f"{HEADER}enrolment_rate,{unit},{period},8000,8200,\n", encoding="utf-8")
            ingest(store, catalogues, regions, path, by="从前", accept=period == "2024", explain="核实")
        freeze(store, "第1版", by="从前")
        limits = replace(Limits(), files_per_day=100_000)  # as many as it thinks of
        app = create_app(Desk(store, catalogues, regions, MethodSettings()), secret_key=b"k" * 32, limits=limits)
        served = create_server(app.server, host="127.0.0.1", port=0, threads=8)
        thread = threading.Thread(target=served.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.effective_port}", store
        served.close()
        thread.join(timeout=10)


@pytest.mark.parametrize("role", ["reporter", "reviewer", "viewer", "operator"])
def test_the_api_is_as_its_document_says(server: tuple[str, Store], role: str, tmp_path: Path) -> None:
    address, store = server
    reach = ["320000"] if role == "reporter" else None
    _, token = make_token(store, name=role, role=role, regions=reach, by="admin")
    command = [
        str(Path(sys.executable).with_name("st")), "--config-file", str(CHECKOUT / "schemathesis.toml"), "run",
        f"{address}/api/openapi.json", "--header", f"Authorization: Bearer {token}", "--checks", "all", "--mode", "all",
        "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "10", "--max-time", SECONDS,
        "--continue-on-failure", "--generation-deterministic",
    ]  # fmt: skip
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "passed" in ended.stdout
