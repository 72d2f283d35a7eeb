"""One question of `bench.growth`, in a process of its own, so that its memory can be read at the end.

`python -m bench.growth_asked QUESTION STORE REGIONS ROUNDS [FOLDER]` prints {"first", "median", "peak", "rows"} as
JSON: seconds of the first answer and of those after it, with nothing kept in between but for `acceptance`; bytes of
memory at most; how many rows or bytes the answer has.
"""

from __future__ import annotations

import csv
import gc
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.explain import explain_cell
from monitor.report.exported import exported_table, write_exported
from monitor.report.whole_tree import whole_tree
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .ingest import COLUMNS, figures

PERIOD = "2024"
AS_OF = datetime.fromisoformat("2025-06-30")
UNIT = "110000"
INDICATOR = "enrolment_rate"


def _questions(desk: Desk, catalogue: Catalogue, folder: Path) -> dict[str, Callable[[], int]]:
    def scorecard() -> int:
        return len(desk.scorecard(period=PERIOD, as_of=AS_OF).frame)

    def tree() -> int:
        return len(whole_tree(desk, period=PERIOD, as_of=AS_OF).frame)

    def explain() -> int:
        explained = explain_cell(desk, INDICATOR, UNIT, parse_period(PERIOD), today=date(2026, 1, 1), as_of=AS_OF)
        return 0 if explained is None or explained.figure is None else 1

    def export() -> int:
        """Every figure in force at a moment, as a file."""
        asked = {"plan": None, "region": None, "period": None}
        table, facts = exported_table(desk, "observations", AS_OF, asked)
        return write_exported(table, facts, folder / "observations.csv")

    units = itertools.cycle(one.code for one in desk.current.regions.children(catalogue.plan.region) if one.reporting)

    def acceptance() -> int:
        """A unit's month is taken, accepted and shown."""
        path = folder / "accepted.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            rows = figures(catalogue, [next(units)], first_year=2024)
            writer.writerows(itertools.islice(rows, len(catalogue.indicators) - 1))
        regions = desk.current.regions
        taken = ingest(desk.store, [catalogue], regions, path, by="bench", accept=True, explain="模拟数据")
        assert taken.submissions[0].is_new, taken.problems
        return len(list(desk.sheet().course(catalogue.plan.region, INDICATOR)))

    return {
        "scorecard": scorecard, "tree": tree, "explain": explain, "export": export, "acceptance": acceptance,
        "page": _page_opener(desk, "/"), "region": _page_opener(desk, f"/region/{UNIT}"),
    }  # fmt: skip


def _page_opener(desk: Desk, pathname: str) -> Callable[[], int]:
    """Draws a page by its callback, as a browser asks for it, each time of another day: none is kept then."""
    from monitor.web.app import create_app

    app = create_app(desk, secret_key=b"bench" * 8, plain_http=True, demo=True)
    client = app.server.test_client()
    said = client.post("/login/demo", data={"who": "demo-planner"}, headers={"Origin": "http://localhost"})
    assert said.status_code == 303, said.text
    days = itertools.count()

    def opened() -> int:
        day = AS_OF.date() - timedelta(days=next(days))
        inputs = {"pathname": pathname, "search": f"?period={PERIOD}&as_of={day}"}
        body = {
            "output": "page.children",
            "outputs": {"id": "page", "property": "children"},
            "inputs": [{"id": "address", "property": name, "value": value} for name, value in inputs.items()],
            "changedPropIds": [f"address.{name}" for name in inputs],
        }
        answer = client.post("/_dash-update-component", json=body)
        assert answer.status_code == 200, answer.text
        return len(answer.data)

    return opened


def main(question: str, store_path: str, regions_path: str, rounds: str, folder: str = ".") -> None:
    regions = load_regions(Path(regions_path))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    times = []
    with Store.open(Path(store_path)) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        ask = _questions(desk, catalogues[0], Path(folder))[question]
        for _ in range(int(rounds)):
            if question != "acceptance":  # which follows on what was shown before
                desk.forget()
            gc.collect()
            started = time.perf_counter()
            size = ask()
            times.append(time.perf_counter() - started)
    # of this program alone: ru_maxrss would count what the process that started it held
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    median = statistics.median(times[1:] or times)
    print(json.dumps({"first": times[0], "median": median, "peak": peak, "rows": size}))


if __name__ == "__main__":
    main(*sys.argv[1:])
