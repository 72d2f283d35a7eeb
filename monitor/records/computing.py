"""From a folder of records to figures: what was read, what was used, what could not be placed and why. Exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from monitor.catalogue.periods import Period
from monitor.catalogue.records import Rejection, Rule
from monitor.catalogue.regions import Regions

from .engines import Engine, Machine, Opening, Rows
from .errors import RecordsError
from .folder import Folder, Manifest, refuse_changed, seal
from .looking import look, refuse_short
from .wanted import Scan, Wanted, scans

MOST_EXAMPLES = 3
USED, OTHER_PERIOD = "used", "other_period"
_LONGEST = 60
Number = int | Decimal


@dataclass(frozen=True)
class Figure:
    """One unit's figure in `wanted.unit`; a figure without parts has a value alone. `records`: used for it."""

    wanted: Wanted
    region: str
    numerator: Number | None
    denominator: Number | None
    value: Number | None
    records: int


@dataclass(frozen=True)
class Rejected:
    """Records that one rule could not place. `examples`: the columns they are found again by, with their texts."""

    rule: Rule
    rejection: Rejection
    records: int
    examples: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Absent:
    """A unit of which there are records and no figure: nothing to divide by, or nothing to add up."""

    wanted: Wanted
    region: str


@dataclass(frozen=True)
class Scanned:
    """What one reading of the records came to: read = used + other periods + those rejected."""

    scan: Scan
    read: int
    used: int
    other_period: int
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class Computed:
    """`figures` by indicator and unit; none where something that must not be was found (`is_refused`)."""

    period: Period
    figures: tuple[Figure, ...]
    absent: tuple[Absent, ...]
    scans: tuple[Scanned, ...]
    manifest: Manifest
    passed: tuple[str, ...]
    engine: str
    synthetic: bool

    @property
    def is_refused(self) -> bool:
        return any(one.rejection == "error" for scanned in self.scans for one in scanned.rejected)


def compute(
    wanted: Sequence[Wanted], regions: Regions, period: Period, folder: Folder, machine: Machine, opening: Opening
) -> Computed:
    """Compute indicators of one table for one period; `machine`: for looking at the files, whatever engine is asked.

    Raises RecordsError (files that are damaged, lack a column or change meanwhile, a period outside the plan), OSError.
    """
    spans = scans(wanted, period)
    columns = {name: kind for one in spans for name, kind in one.columns.items()}
    looked = look(folder, columns, machine)
    manifest = seal(folder, looked.rows)
    figures: list[Figure] = []
    absent: list[Absent] = []
    scanned: list[Scanned] = []
    with opening(looked.table) as engine:
        for scan in spans:
            answered, rows = _ask(engine, scan, regions, period)
            refuse_short(answered.read, looked.rows)
            scanned.append(answered)
            _read(scan, rows, figures, absent)
        name = engine.name
    refuse_changed(folder.files)
    found = Computed(period, (), tuple(absent), tuple(scanned), manifest, folder.passed, name, looked.synthetic)
    if found.is_refused:
        return found
    order = {one.indicator.id: place for place, one in enumerate(wanted)}
    figures.sort(key=lambda one: (order[one.wanted.indicator.id], one.region))
    return Computed(period, tuple(figures), found.absent, found.scans, manifest, folder.passed, name, looked.synthetic)


def _ask(engine: Engine, scan: Scan, regions: Regions, period: Period) -> tuple[Scanned, Rows]:
    """One reading for figures and counts; the keys before it, and examples after it where some are wanted."""
    questions = scan.questions(regions, period)
    repeated = bool(questions.key) and engine.ask(questions.repeated_text())[0][0] > 0
    rows = engine.ask(questions.figures_text(repeated=repeated))
    counts: dict[str, int] = defaultdict(int)
    for _, verdict, records, *_ in rows:
        counts[verdict] += int(records)
    rules: list[Rule] = [rule for rule in get_args(Rule) if counts[rule]]
    examples: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    if rules:
        for verdict, *texts in engine.ask(questions.examples_text(MOST_EXAMPLES, repeated=repeated)):
            shown = {name: _shown(text) for name, text in zip(questions.shown, texts, strict=True)}
            examples[verdict].append(shown)
    rejected = tuple(Rejected(rule, scan.rejection(rule), counts[rule], tuple(examples[rule])) for rule in rules)
    return Scanned(scan, sum(counts.values()), counts[USED], counts[OTHER_PERIOD], rejected), rows


def _shown(text: Any) -> str:
    """What a record says, harmless and short."""
    plain = "".join(one if one.isprintable() else "�" for one in str(text))
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _read(scan: Scan, rows: Rows, figures: list[Figure], absent: list[Absent]) -> None:
    for unit, verdict, records, *numbers in rows:
        if verdict != USED:
            continue
        rest = iter(numbers)
        for one in scan.wanted:
            found = {name: _exact(next(rest)) for name in one.records.expressions}
            if None in found.values() or found.get("denominator") == 0:
                absent.append(Absent(one, unit))
                continue
            numerator, denominator, value = (found.get(name) for name in ("numerator", "denominator", "value"))
            figures.append(Figure(one, unit, numerator, denominator, value, int(records)))


def _exact(number: object) -> Number | None:
    """Raises RecordsError for what is neither whole nor decimal: an engine that answers with floats is not asked."""
    if number is None or (isinstance(number, int | Decimal) and not isinstance(number, bool)):
        return number
    kind = type(number).__name__
    raise RecordsError("not_exact", f"计算结果不是精确数（{kind}）", f"the engine's answer is not exact ({kind})")
