"""Self-assessments from one CSV file: every row or none, and all that is wrong with it at once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from monitor.access.actors import Actor
from monitor.dossier.errors import forbidden
from monitor.report.desk import Desk
from monitor.report.export import restored_text

from .assessing import FIELDS, check_fields, is_late, may_assess
from .rounds import Assessment, Round, read_round
from .work import at_work

MOST_BYTES = 5_000_000
_KEY = "indicator_id"


@dataclass(frozen=True)
class FileFault:
    """`row`: of the file, its head is 1; `column` and `text` "" where the row as a whole is meant."""

    row: int
    column: str
    text: str
    zh: str
    en: str


class AssessmentFileError(ValueError):
    """Nothing of the file was taken."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__("; ".join(one.en for one in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Taken:
    """`written`, `unchanged`: indicators, in the order of the file."""

    round: Round
    written: tuple[str, ...]
    unchanged: tuple[str, ...]


def assess_file(desk: Desk, actor: Actor, round_id: str, content: bytes) -> Taken:
    """Take the self-assessments of a CSV with `indicator_id` and the columns of FIELDS; others are passed over, and so
    are rows in which nothing is written, so that an exported round can be filled in and sent back.

    Raises DossierError (forbidden, unknown, state), AssessmentFileError, StoreError.
    """
    if not actor.may("self_assess"):
        raise forbidden()
    rows = _rows(content)
    with at_work(desk.store, actor, round_id) as (dossier, told):
        late = is_late(told, dossier.transaction.moment(), desk.timezone)
        faults: list[FileFault] = []
        bodies: dict[str, dict[str, object]] = {}
        for number, row in rows:
            faults += _check_row(actor, told, number, row, bodies)
        if faults:
            raise AssessmentFileError(faults)
        subjects = {one.indicator: one for one in told.subjects}
        written = [one for one, body in bodies.items() if not _says(subjects[one].assessment, body)]
        for one in written:
            dossier.add("assessed", {"indicator": one, **bodies[one], "late": late})
    unchanged = tuple(one for one in bodies if one not in written)
    return Taken(read_round(desk.store, round_id), tuple(written), unchanged)


def _check_row(
    actor: Actor, told: Round, number: int, row: dict[str, str], bodies: dict[str, dict[str, object]]
) -> list[FileFault]:
    """What is wrong with one row; a good one is put into `bodies`."""
    name = row[_KEY].strip()
    fault: tuple[str, str] | None = None
    if name not in {one.indicator for one in told.subjects}:
        fault = f"本轮没有这个指标；可用 monitor round show {told.id} 查看", "this round has no such indicator"
    elif name in bodies:
        fault = "这个指标在文件中出现了两次；请只留一行", "the indicator stands in two rows: keep one"
    elif not may_assess(actor, told, name):
        fault = "这个指标不归您负责；请删去这一行", "this indicator is not yours: remove the row"
    if fault is not None:
        return [FileFault(number, _KEY, name, *fault)]
    checked = check_fields(row)
    if isinstance(checked, list):
        return [FileFault(number, one.field, one.text, one.zh, one.en) for one in checked]
    bodies[name] = checked
    return []


def _says(newest: Assessment | None, body: dict[str, object]) -> bool:
    """Whether the newest revision says just that."""
    return newest is not None and all(getattr(newest, name) == value for name, value in body.items())


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows in which something is written, each with its number. Raises AssessmentFileError."""
    if len(content) > MOST_BYTES:
        raise _whole(f"文件超过 {MOST_BYTES // 1_000_000} MB", f"larger than {MOST_BYTES // 1_000_000} MB")
    try:
        told = list(csv.reader(io.StringIO(_text(content), newline=""), strict=True))
    except csv.Error as error:
        raise _whole(f"不是 CSV 文件：{error}", f"no CSV file: {error}") from None
    head = [one.strip() for one in told[0]] if told else []
    lacking = [one for one in (_KEY, *FIELDS) if one not in head]
    if lacking:
        names = ", ".join(lacking)
        raise _whole(f"缺少列：{names}；第一行须是列名", f"columns are missing: {names}; the first row names them")
    found = []
    for number, cells in enumerate(told[1:], start=2):
        named = dict(zip(head, (restored_text(one) for one in cells), strict=False))
        row = {name: named.get(name, "") for name in (_KEY, *FIELDS)}
        if any(row[name].strip() for name in FIELDS):
            found.append((number, row))
    if not found:
        raise _whole("没有填写任何一行", "no row is filled in")
    return found


def _text(content: bytes) -> str:
    """UTF-8, else what Excel writes in China. Raises AssessmentFileError."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _whole("文件不是 UTF-8 或 GBK 编码的文本", "the file is no text in UTF-8 or GBK")


def _whole(zh: str, en: str) -> AssessmentFileError:
    return AssessmentFileError([FileFault(1, "", "", zh, en)])
