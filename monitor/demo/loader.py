"""Fill an empty store with the demonstration: published national figures and synthetic submissions, back-dated."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.regions import Regions
from monitor.intake.dated import Dated, Decision
from monitor.intake.reading import Reading, read_file
from monitor.intake.revisions import IngestResult, Orders
from monitor.intake.submissions import ingest_reading, list_submissions
from monitor.shipped import find_shipped
from monitor.store.store import INGEST_PREFIX, Store, StoreError

from .files import write_rows
from .generate import generate
from .published import LOADED_BY, read_rounds, write_round
from .rows import SentRow
from .stories import LAST_QUARTER, Outcome, Sending, answer
from .units import Unit, reporting_units

NATION = "000000"
SYNTHETIC_BY = "模拟数据"
REVIEWER = "模拟审核人"
_READERS = 2
_DECISIONS: Mapping[Outcome, Decision | None] = {
    "accepted": "accepted",
    "submitted": None,
    "returned": "returned",
    "withdrawn": "withdrawn",
}
# The unit whose last file is refused: nothing of it is stored but its receipt.
_REFUSED_UNIT = "540000"


@dataclass(frozen=True)
class DemoSummary:
    """What the store holds now. `outcomes`: how many revisions were accepted, submitted, returned, withdrawn."""

    published_rows: int
    synthetic_rows: int
    submissions: int
    outcomes: Mapping[str, int]
    refused_files: int


@dataclass(frozen=True)
class _Delivery:
    """A file to be handed in, by whom, and the past of its parts."""

    path: Path
    by: str
    dates: tuple[Dated, ...]


def load_demo(
    store: Store,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    now: datetime,
    *,
    timezone: str = "Asia/Shanghai",
    published: Path | None = None,
) -> DemoSummary:
    """Write the files of the demonstration into the store's folder and take them in as any file is.

    Acceptances are back-dated: of published figures to their publication, of synthetic ones to some weeks after their
    period, never beyond `now`. `published`: other published figures than the shipped ones.
    Raises StoreError when the store holds submissions already, or the loaded plans define an indicator otherwise than
    the figures were made for; OSError when files cannot be written or read.
    """
    if list_submissions(store, most=1):
        raise StoreError(
            "not_empty",
            f"数据库 {store.path} 已有报送，不能再写入演示数据；请用空数据库",
            f"the store {store.path} holds submissions already: the demo needs an empty one",
        )
    source = published or find_shipped("data/published_national.csv")
    indicators = _indicators(catalogues)
    sendings = generate(tuple(indicators.values()), regions, source, nation=NATION)
    work = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=store.staging_folder))
    try:
        folder = work if store.path is None else store.path.parent / "demo"
        folder.mkdir(exist_ok=True)
        units = {unit.code: unit for unit in reporting_units(regions, NATION)}
        deliveries = [
            *_published_files(folder, source, indicators, ZoneInfo(timezone)),
            *_synthetic_files(folder, sendings, units),
        ]
        results = _take_in(store, catalogues, regions, deliveries, work, now)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return _summary(results, deliveries)


def _indicators(catalogues: Sequence[Catalogue]) -> dict[str, Indicator]:
    """Every indicator of the plans whose region is the nation, once."""
    return {
        indicator.id: indicator
        for catalogue in reversed(catalogues)
        if catalogue.plan.region == NATION
        for indicator in catalogue.indicators
    }


def _published_files(
    folder: Path, source: Path, indicators: Mapping[str, Indicator], timezone: ZoneInfo
) -> list[_Delivery]:
    found = []
    for place, part in enumerate(read_rounds(source, indicators, timezone), start=1):
        path = folder / f"全国公布数据_第{place}批.csv"
        write_round(path, part.rows)
        found.append(_Delivery(path, LOADED_BY, part.dates))
    return found


def _synthetic_files(folder: Path, sendings: Sequence[Sending], units: Mapping[str, Unit]) -> list[_Delivery]:
    """First sendings as CSV, later ones as .xlsx, since a file names each cell once; and one that is refused."""
    found = []
    for name, chosen in (
        ("模拟数据_各地首次报送.csv", [sending for sending in sendings if sending.number == 1]),
        ("模拟数据_各地再次报送.xlsx", [sending for sending in sendings if sending.number > 1]),
    ):
        if chosen:
            write_rows(folder / name, (row for sending in chosen for row in sending.rows))
            found.append(_Delivery(folder / name, SYNTHETIC_BY, tuple(_dated(one, units) for one in chosen)))
    if refused := _refused_rows(sendings):
        path = folder / f"模拟数据_{units[_REFUSED_UNIT].short_name}_{LAST_QUARTER}_有错.csv"
        write_rows(path, refused)
        found.append(_Delivery(path, _sender(units[_REFUSED_UNIT]), ()))
    return found


def _sender(unit: Unit) -> str:
    return f"模拟填报人（{unit.short_name}）"


def _dated(sending: Sending, units: Mapping[str, Unit]) -> Dated:
    sender = _sender(units[sending.unit])
    return Dated(
        sending.unit,
        sending.period,
        sending.vintage,
        submitted_at=sending.received_at,
        submitted_by=sender,
        decision=_DECISIONS[sending.outcome],
        decided_at=sending.decided_at,
        decided_by=sender if sending.outcome == "withdrawn" else REVIEWER,
        explanation=sending.explanation or None,
        if_asked=answer(sending.unit, sending.period) if sending.outcome == "accepted" else None,
        reason=sending.reason or None,
    )


def _refused_rows(sendings: Sequence[Sending]) -> tuple[SentRow, ...]:
    """The last quarter of one unit as it tried to send it: two cells cannot be, so the file is refused whole."""
    mistakes = {"enrolment_rate": {"numerator": "约340"}, "counter_service_share": {"numerator": "52"}}
    return tuple(
        replace(row, vintage="reported", published_on="", **mistakes.get(row.indicator_id, {}))
        for sending in sendings
        if (sending.unit, sending.period, sending.vintage) == (_REFUSED_UNIT, LAST_QUARTER, "flash")
        for row in sending.rows
    )


def _take_in(
    store: Store,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    deliveries: Sequence[_Delivery],
    work: Path,
    now: datetime,
) -> list[IngestResult]:
    """Read the files two at a time, as each reading is a process of its own, and take them in in their order."""
    keep_copy = store.received_folder is not None

    def read(delivery: _Delivery) -> Reading:
        return read_file(delivery.path, catalogues, regions, staging_folder=work, keep_copy=keep_copy)

    found = []
    with ThreadPoolExecutor(_READERS) as readers:
        for delivery, reading in zip(deliveries, readers.map(read, deliveries), strict=True):
            result = ingest_reading(store, catalogues, regions, reading, _orders(delivery, now))
            if result.is_refused and delivery.dates:
                problem = result.problems[0]
                raise StoreError(
                    "demo_refused",
                    f"演示文件 {delivery.path} 与所载规划不符（{problem.zh}）；请用随附的规划文件建立演示数据库",
                    f"the demo's file {delivery.path} does not fit the loaded plan ({problem.en}): make the demo with"
                    " the shipped catalogue",
                )
            found.append(result)
    return found


def _orders(delivery: _Delivery, now: datetime) -> Orders:
    dates = tuple(
        replace(
            one,
            submitted_at=min(one.submitted_at, now),
            decided_at=None if one.decided_at is None else min(one.decided_at, now),
        )
        for one in delivery.dates
    )
    return Orders(delivery.by, accept=bool(dates), dates=dates)


def _summary(results: Sequence[IngestResult], deliveries: Sequence[_Delivery]) -> DemoSummary:
    outcomes = Counter(str(one.decision or "submitted") for delivery in deliveries for one in delivery.dates)
    stored = dict.fromkeys((LOADED_BY, SYNTHETIC_BY), 0)
    for result, delivery in zip(results, deliveries, strict=True):
        if not result.is_refused:
            stored[delivery.by] += result.row_count
    return DemoSummary(
        published_rows=stored[LOADED_BY],
        synthetic_rows=stored[SYNTHETIC_BY],
        submissions=sum(len(result.submissions) for result in results),
        outcomes=dict(outcomes),
        refused_files=sum(result.is_refused for result in results),
    )
