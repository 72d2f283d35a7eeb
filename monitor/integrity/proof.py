"""`monitor verify`: the invariants I1–I9 of a store proven at one moment, while others go on writing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import duckdb

from monitor.catalogue.loader import Catalogue, parse_catalogues, parse_regions
from monitor.method.settings import MethodSettings
from monitor.progress import Telling, untold
from monitor.report.desk import Configuration, Desk
from monitor.store.audit_folder import Head
from monitor.store.errors import first_line, working_error
from monitor.store.findings import Finding
from monitor.store.reading import Reading
from monitor.store.store import Store
from monitor.store.times import to_stored
from monitor.store.verifying import prove_log_and_rows

from .acts import check_acts
from .asking import Asking, as_store
from .checks import SQL, CheckResult, all_checks, run_checks_at
from .current import Replayed, check_current, check_visible, replay
from .exports import check_exports
from .recomputed import check_figures

UNREADABLE = (ValueError, KeyError, TypeError, ArithmeticError)
"""What comes of reading what the program never wrote; a catalogue's problems are ValueErrors."""

# what prove_log_and_rows says of each entry and submission, and the checks say again
_SAID_ALREADY = frozenset({"revisions", "row_counts", "carried_rows", "event_order", "audit_order", "event_entries"})


@dataclass(frozen=True)
class Proof:
    """One of the things that were proven: how many were looked at, what was found, how long it took."""

    invariants: str
    zh: str
    en: str
    looked: int
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def is_clean(self) -> bool:
        return not any(finding.is_fault for finding in self.findings)


@dataclass(frozen=True)
class Verified:
    """`entries`, `receipts`, `submissions`: how many there are. Findings that are no faults are only good to know."""

    entries: int
    receipts: int
    submissions: int
    proofs: tuple[Proof, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for proof in self.proofs for finding in proof.findings)

    @property
    def is_clean(self) -> bool:
        return all(proof.is_clean for proof in self.proofs)

    def looked(self, invariant: str) -> int:
        """How many things that proof was about."""
        return sum(proof.looked for proof in self.proofs if proof.invariants == invariant)


def verify_store(
    store: Store, configured: Callable[[], Configuration], *, timezone: str = "Asia/Shanghai", quick: bool = False,
    told: Telling = untold,
) -> Verified:  # fmt: skip
    """Prove everything of one moment. `configured`: what judges where the store has recorded nothing yet.

    `quick` leaves out what is worked out and read again (I7, I9). Works on a live store and on one open read-only.
    Raises StoreError, StoreFatal, OSError for a kept file that cannot be read.
    """
    # before the moment: the head is written after the commit, so the moment holds all that the head knows
    head, key = _outside(store)
    with store.reading() as asked:
        prover = _Prover(store, asked, configured, timezone, told)
        prover.add("I1 I2 I3 I5 I6", "收到的文件、各行与审计日志", "received files, rows and the audit log",
                   lambda: prover.log_and_rows(key, head))  # fmt: skip
        prover.add("I2–I6", "完整性检查", "integrity checks", prover.checks)
        prover.add("I4", "现行数据", "figures in force", prover.current)
        prover.add("I8", "账户的权限", "rights of who acted", prover.acts)
        if not quick:
            prover.add("I7", "重算指标", "figures worked out again", prover.figures)
            prover.add("I9", "导出再读入", "exports read again", prover.exports)
    counts = prover.counts
    return Verified(counts[0], counts[1], counts[2], tuple(prover.proofs))


def recorded_configuration(asked: Asking, otherwise: Callable[[], Configuration]) -> Configuration:
    """What the store says is in force; `otherwise`: where it says nothing, or nothing that can be read."""
    texts = [content for _, content in asked.ask(SQL / "configurations_recorded.sql")]
    try:
        return read_configuration(texts[-1]) if texts else otherwise()
    except UNREADABLE:
        return otherwise()


def read_configuration(content: str) -> Configuration:
    """A configuration as it was recorded."""
    said = json.loads(content)
    regions = parse_regions(said["regions"]["text"], said["regions"]["file"])
    catalogues = parse_catalogues([(one["file"], one["text"]) for one in said["catalogues"]], regions)
    numbers = {name: Decimal(number) for name, number in said["settings"].items()}
    return Configuration(catalogues, regions, MethodSettings(**numbers))


class _Prover:
    """One run of the proofs over one moment."""

    def __init__(
        self, store: Store, asked: Reading, configured: Callable[[], Configuration], timezone: str, told: Telling
    ) -> None:  # fmt: skip
        self.store, self.asked, self.told = store, asked, told
        self.counts = (0, 0, 0)
        self.proofs: list[Proof] = []
        self._replayed: Replayed | None = None
        self.configured = recorded_configuration(asked, configured)
        self._desk = Desk(
            as_store(asked), self.configured.catalogues, self.configured.regions, self.configured.settings, timezone
        )  # fmt: skip

    def add(self, invariants: str, zh: str, en: str, prove: Callable[[], tuple[int, Iterable[Finding]]]) -> None:
        self.told(f"{invariants} {zh}", f"{invariants} {en}")
        started = time.monotonic()
        try:
            looked, found = prove()
            findings = tuple(found)
        except (duckdb.Error, *UNREADABLE) as error:  # what is written there is nothing that the program wrote
            if isinstance(error, duckdb.Error) and (problem := working_error(error)) is not error:
                raise problem from error
            said = f"{type(error).__name__}: {first_line(error)}"
            looked, findings = (
                0,
                (Finding("unreadable", f"{zh}：无法核验（{said}）", f"{en}: cannot be proven ({said})"),),
            )
        self.proofs.append(Proof(invariants, zh, en, looked, findings, time.monotonic() - started))

    def log_and_rows(
        self, key: bytes | None, head: Head | Literal["missing", "unreadable"]
    ) -> tuple[int, Iterable[Finding]]:
        found = prove_log_and_rows(self.store, self.asked, key, head)
        self.counts = (found.entries, found.receipts, found.submissions)
        return sum(self.counts), found.findings

    def checks(self) -> tuple[int, Iterable[Finding]]:
        results = run_checks_at(self.asked, to_stored(self.store.now()))
        told = {check.name for check in all_checks() if check.proves} - _SAID_ALREADY
        return len(results), [_of_check(one) for one in results if one.count and one.name in told]

    def current(self) -> tuple[int, Iterable[Finding]]:
        codes = frozenset(self.configured.regions.codes)
        found = [*check_current(self.asked, self.replayed), *check_visible(self._desk, self.replayed, codes)]
        return len(self.replayed.states), found

    def acts(self) -> tuple[int, Iterable[Finding]]:
        return check_acts(self.asked, self._plans())

    def figures(self) -> tuple[int, Iterable[Finding]]:
        def told(plan: str, rows: int) -> None:
            self.told(f"{plan}：{rows} 行", f"{plan}: {rows} rows")

        return check_figures(self.asked, self._desk, self.replayed.accepted(), told)

    def exports(self) -> tuple[int, Iterable[Finding]]:
        counted: dict[str, int] = dict(self.asked.ask(SQL / "rows_by_region.sql"))
        rows = {region: count for region, count in counted.items() if region in self.configured.regions}
        whole = sum(rows.values())

        def told(done: int) -> None:
            self.told(f"已读回 {done} 行", f"{done} rows read again", done=done, total=whole)

        return check_exports(self.asked, self.configured, rows, told)

    @property
    def replayed(self) -> Replayed:
        if self._replayed is None:
            self._replayed = replay(self.asked)
        return self._replayed

    def _plans(self) -> Callable[[int], Sequence[Catalogue]]:
        """The catalogues in force at an event; each configuration is read once, when it is needed."""
        recorded: list[tuple[int, str]] = self.asked.ask(SQL / "configurations_recorded.sql")
        kept: dict[int, Sequence[Catalogue]] = {}

        def plans(event: int) -> Sequence[Catalogue]:
            before = [one for one in recorded if one[0] <= event] or recorded[:1]
            if not before:
                return self.configured.catalogues
            seq, content = before[-1]
            if seq not in kept:
                try:
                    kept[seq] = read_configuration(content).catalogues
                except UNREADABLE:  # which the check `configurations` tells
                    kept[seq] = self.configured.catalogues
            return kept[seq]

        return plans


def _outside(store: Store) -> tuple[Head | Literal["missing", "unreadable"], bytes | None]:
    """The head and the key of the audit log, that lie outside the store's file."""
    folder = store.audit_folder
    if folder is None:
        return "missing", None
    return folder.read_head(), folder.load_key() if folder.has_key() else None


def _of_check(result: CheckResult) -> Finding:
    shown = ", ".join(result.examples) + (" …" if result.count > len(result.examples) else "")
    return Finding(
        result.name,
        f"{result.name}：应当{result.zh}，有 {result.count} 处不是（{shown}）。{result.advice_zh}",
        f"{result.name}: {result.en}, but for {result.count} ({shown}); {result.advice_en}",
        is_fault=result.severity == "fault",
    )
