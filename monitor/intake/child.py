"""The process that reads untrusted bytes: limited in memory, time and what it may write, and expected to die.

The job comes as JSON on standard input, the answer leaves as JSON on standard output, rows go to the staging file.
Its `task` is `read` (the default), `glance`, `annotate` or `erase`.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from .csv_reader import CsvTable
from .encoding import detect_encoding
from .file_kind import HEAD_BYTES, compare_name, is_workbook
from .limits import Limits
from .normalise import Normaliser
from .plain import stage_plain
from .problems import ProblemLog, Refused
from .rules import Rules
from .staging import Staging

_DATABASE_SHARE = 3  # of the memory limit, DuckDB may use one in so many parts


def read(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job: `file` (its name), `copy`, `work`, `spill`, `staging` (paths), `limits`, `rules`."""
    limits = Limits(**job["limits"])
    problems = ProblemLog(job["file"])
    found: dict[str, Any] = {"encoding": None, "sheet": None, "row_count": 0, "people": {}}
    try:
        _read_table(job, limits, problems, found)
    except Refused as refusal:
        problems.refuse(refusal)
    return found | problems.as_json() | {"blocked": problems.blocked}


def _read_table(job: dict[str, Any], limits: Limits, problems: ProblemLog, found: dict[str, Any]) -> None:
    copy = Path(job["copy"])
    with copy.open("rb") as stream:
        table: Any
        workbook = is_workbook(stream.read(HEAD_BYTES))
        if workbook:
            # loaded only for workbooks: most files are text, and their child starts faster without
            from .foot import people_in
            from .xlsx_prescan import scan_workbook
            from .xlsx_reader import XlsxTable

            table = XlsxTable(copy, scan_workbook(stream, limits), limits, problems)
            found["sheet"], found["people"] = problems.sheet, people_in(table.foot)
        else:
            encoding = detect_encoding(stream)
            found["encoding"] = encoding.name
            table = CsvTable(stream, encoding, limits, problems)
        compare_name(job["file"], workbook, problems)
        normaliser = Normaliser(Rules.from_json(job["rules"]), table.header, limits.text_characters, problems)
        memory = limits.child_memory // _DATABASE_SHARE
        staging = Staging(Path(job["work"]), Path(job["spill"]), Path(job["staging"]), memory)
        plain = None if workbook else stage_plain(copy, encoding, table, limits, normaliser, staging)
        if plain is not None:
            found["row_count"] = plain
        else:
            for batch in table.batches():
                found["row_count"] += len(batch.rows)
                staging.add(normaliser.rows(batch))
    if not found["row_count"] and not problems.blocked:
        raise Refused("no_rows")
    column = table.header.label("indicator_id")
    staging.finish(found["sheet"], normaliser.faulty_lines, column, problems)


def _limit(limits: Limits) -> None:
    """Give up what the job does not need; the parent's clock bounds the wall time."""
    for kind, bound, last in (
        (resource.RLIMIT_AS, limits.child_memory, limits.child_memory),
        # at the first a signal that tells the reason, at the last the end
        (resource.RLIMIT_CPU, limits.child_cpu_seconds, limits.child_cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, limits.child_file_bytes, limits.child_file_bytes),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:  # where the system grants less, less it is
            bound, last = min(bound, hard), min(last, hard)
        resource.setrlimit(kind, (bound, last))


def do(job: dict[str, Any]) -> dict[str, Any]:
    """Do what the job's `task` says; what only one of them needs is loaded by that one."""
    match job.get("task", "read"):
        case "glance":
            from .own_rows import look

            return look(job)
        case "annotate":
            from .annotating import annotate_copy

            return annotate_copy(job)
        case "erase":
            from .erasing import erase_copy

            return erase_copy(job)
        case _:
            return read(job)


def main() -> None:
    job = json.load(sys.stdin)
    answer_to = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints is no answer
    _limit(Limits(**job["limits"]))
    gc.disable()  # one short job: freeing cycles would only cost time
    answer = json.dumps(do(job), ensure_ascii=True).encode()
    with os.fdopen(answer_to, "wb") as out:
        out.write(answer)
