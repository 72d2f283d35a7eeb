"""The child may die in any way: the caller gets one clear problem, lives on, and reads the next file."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.intake import reading as reading_module
from monitor.intake.confined import ChildDied, run_child
from monitor.intake.limits import Limits
from monitor.intake.rows import STAGED_COLUMNS, Row
from tests.intake.desk import ReadingDesk, as_csv, codes, row, rows_of

pytestmark = pytest.mark.child_process
QUICK = replace(Limits(), child_wall_seconds=2.0, child_cpu_seconds=1)
_LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28)); "


def python(code: str) -> Sequence[str]:
    return ("-I", "-c", code)


DEATHS = {
    "abort": (python("import os; os.abort()"), "crash"),
    "killed": (python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), "crash"),
    "exception": (python("raise RuntimeError('boom')"), "crash"),
    "out of memory": (python(_LIMITED + "x = bytearray(4 << 30)"), "memory"),
    "hang": (python("import time; time.sleep(60)"), "time"),
    "silent hang after its answer": (python("import os, time; os.close(1); time.sleep(60)"), "time"),
    "endless loop": (
        python("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"), "time",
    ),
    "endless answer": (python("import os\nwhile True: os.write(1, b'x' * 65536)"), "size"),
    "endless file": (
        python("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
               "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\nopen('f', 'wb').write(b'x' * 1000)"),
        "size",
    ),
    "a file too large, answered by the program": (
        python("import os, resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
               "f = open('f', 'wb', buffering=0)\nwhile True: f.write(b'x' * 5000)"),
        "size",
    ),
    "no answer": (python("pass"), "crash"),
    "nonsense": (python("print('{')"), "crash"),
}  # fmt: skip


@pytest.mark.parametrize("name", DEATHS)
def test_however_the_child_dies_the_caller_is_told(name: str, tmp_path: Path) -> None:
    arguments, reason = DEATHS[name]
    with pytest.raises(ChildDied) as death:
        run_child(arguments, {}, tmp_path, replace(QUICK, reply_bytes=1_000_000))
    assert death.value.reason == reason


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no space left"):
        run_child(python("raise OSError(28, 'No space left on device')"), {}, tmp_path, QUICK)


def test_a_dead_child_is_a_refused_file_and_the_next_one_is_read(
    desk: ReadingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(reading_module, "CHILD", python("import os; os.abort()"))
        reading = desk.read(as_csv([row()]))
    assert codes(reading) == ["reader_failed"] and reading.blocked and reading.staging is None
    assert reading.sha256 and reading.size  # the receipt names the bytes
    assert not desk.read(as_csv([row()])).blocked


def test_a_child_that_needs_more_memory_than_allowed_is_refused(desk: ReadingDesk) -> None:
    rows = as_csv([row(period=f"{1900 + n % 300}", note="x" * 190) for n in range(60_000)])
    reading = desk.read(rows, limits=replace(Limits(), child_memory=40 << 20))
    assert codes(reading) == ["reader_failed"] and reading.blocked


def test_the_child_gets_nothing_of_the_callers_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_STORE", "secret")
    answer = run_child(python("import json, os; print(json.dumps(dict(os.environ)))"), {}, tmp_path, QUICK)
    ours = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1", "OPENPYXL_LXML": "False"}
    assert {name: answer[name] for name in ours} == ours
    assert set(answer) - set(ours) <= {"PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LC_CTYPE"}


def test_the_child_is_limited_before_it_looks_at_the_file(tmp_path: Path) -> None:
    job = {"file": "a.csv", "copy": "none", "limits": QUICK.as_json()}
    code = (
        f"import sys; sys.path.insert(0, {str(Path(reading_module.__file__).parents[2])!r})\n"
        "import json, resource\nfrom monitor.intake import child\n"
        "child.read = lambda job: {name: resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) "
        "for name in ('AS', 'CPU', 'FSIZE', 'CORE')}\nchild.main()"
    )
    answer = run_child(python(code), job, tmp_path, QUICK)
    assert answer == {"AS": [1 << 30] * 2, "CPU": [1, 2], "FSIZE": [200_000_000] * 2, "CORE": [0, 0]}


def test_a_system_that_grants_less_is_taken_at_its_word(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(reading_module.__file__).parents[2])!r})\n"
        "import json, resource\nfrom monitor.intake import child\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 6_000_000))\n"
        "child.read = lambda job: {'FSIZE': resource.getrlimit(resource.RLIMIT_FSIZE)}\nchild.main()"
    )
    assert run_child(python(code), {"limits": QUICK.as_json()}, tmp_path, QUICK) == {"FSIZE": [6_000_000] * 2}


def test_no_more_than_two_children_run_at_once(desk: ReadingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    both = threading.Event()

    def fake(*_: object) -> dict[str, object]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == 2:
                both.set()
        both.wait(10)
        with lock:
            running -= 1
        return {
            "encoding": None,
            "sheet": None,
            "row_count": 0,
            "people": {},
            "count": 0,
            "problems": [],
            "blocked": True,
        }

    monkeypatch.setattr(reading_module, "run_child", fake)
    desk.read_all({str(number): ("a.csv", as_csv([row()])) for number in range(2)})
    threads = [threading.Thread(target=desk.read, args=(as_csv([row()]),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_the_bytes_that_were_read_can_be_kept(desk: ReadingDesk) -> None:
    content = as_csv([row()])
    kept = reading_module.read_file(
        desk.path(content), desk.catalogues, desk.regions, staging_folder=desk.staging, keep_copy=True
    )
    assert kept.copy is not None and kept.copy.read_text() == content
    kept.copy.unlink()
    assert desk.read(content).copy is None


def test_the_hash_is_of_the_bytes_that_were_read(desk: ReadingDesk, tmp_path: Path) -> None:
    """A file that is swapped all the while: the figures always belong to the hash."""
    path = tmp_path / "swapped.csv"
    contents = [as_csv([row(value=text)]) for text in ("96.1", "96.2")]
    path.write_text(contents[0])
    hashes = {desk.read(content).sha256: text for content, text in zip(contents, ("96.1", "96.2"), strict=True)}
    stop = threading.Event()

    def swap() -> None:
        number = 0
        while not stop.wait(0.001):
            number += 1
            fresh = tmp_path / "fresh"
            fresh.write_text(contents[number % 2])
            fresh.rename(path)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for _ in range(4):
            found = desk.read_path(path)
            assert str(rows_of(found.staging)[0][9]).startswith(hashes[found.sha256])
    finally:
        stop.set()
        swapper.join()


def test_the_operators_file_may_be_larger(desk: ReadingDesk) -> None:
    years = [f"{year}-{month:02d}" for year in range(1900, 2200) for month in range(1, 13)]
    rows = [
        f"{indicator},{region},{year},96.2,{vintage}"
        for indicator in ("enrolment_rate", "fund_income", "strict_share", "procured_drugs")
        for region in ("000000", "110000")
        for vintage in ("flash", "bulletin", "reported", "yearbook")
        for year in years
    ][:100_001]
    text = "\n".join(["indicator_id,region_code,period,value,vintage", *rows])
    assert "too_many_rows" in codes(desk.read(text))
    reading = desk.read(text, limits=Limits.operator())
    assert not reading.blocked and reading.row_count == 100_001


def test_the_columns_of_the_staging_file_are_those_of_a_row(desk: ReadingDesk) -> None:
    reading = desk.read(as_csv([row()]))
    assert reading.staging is not None
    import duckdb

    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(reading.staging)]).fetchall()
    assert [name for name, *_ in described] == list(Row.__dataclass_fields__)
    assert [name for name, *_ in described if name != "sheet"] == list(STAGED_COLUMNS)
    types = {name: kind for name, kind, *_ in described}
    assert types["line"] == "INTEGER" and types["synthetic"] == "BOOLEAN" and types["published_on"] == "DATE"
    assert {types[name] for name in ("value", "numerator", "denominator")} == {"DECIMAL(38,10)"}


def test_a_name_is_shown_without_tricks(desk: ReadingDesk) -> None:
    reading = desk.read(as_csv([row(value="x")]), "a\u202evsc\n.csv")
    assert reading.file == "a\\u202evsc\\u000a.csv" and reading.problems[0].file == reading.file
    assert len(desk.read(as_csv([row()]), "长" * 80 + ".csv").file) <= 121
    assert json.dumps(reading.file)
