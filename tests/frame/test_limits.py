"""The limits that docs/operators.md publishes are those of the program (reliability.md section 3)."""

from __future__ import annotations

import re

from monitor.dossier import acts
from monitor.intake import confined, problems
from monitor.intake.limits import Limits
from monitor.settings import Settings
from monitor.store import switches
from monitor.web import actions, duty_doors, server, uploads
from monitor.web.api import values

from .conftest import CHECKOUT

DOC = (CHECKOUT / "docs" / "operators.md").read_text(encoding="utf-8")


def published() -> dict[str, str]:
    section = DOC.split("## Limits\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", section, re.MULTILINE)
    return {name: value for name, value in rows if name != "limit"}


def in_force() -> dict[str, str]:
    one = Limits()
    (most_rows,) = (part.le for part in values.Limit.__metadata__[0].metadata if hasattr(part, "le"))
    source = (CHECKOUT / "monitor" / "web" / "app.py").read_text(encoding="utf-8")
    callbacks = int(re.findall(r"MAX_CONTENT_LENGTH\"\] = ([\d_]+)", source)[0])
    return {
        "a file, uploaded or from the inbox": f"{one.file_bytes / 1e6:g} MB",
        "papers of a form around the plan": f"{acts.PAPER_BYTES / 1e6:g} MB each, {duty_doors._PAPERS_AT_ONCE} at once,"
        f" {duty_doors._PAPERS_BYTES / 1e6:g} MB together",
        "a workbook, unpacked": f"{one.unpacked_bytes / 1e6:g} MB",
        "a part of a workbook, times its packed size": f"{one.part_ratio}",
        "parts of a workbook": f"{one.parts}",
        "sheets of a workbook": f"{one.sheets}",
        "rows of a file": f"{one.rows:,}",
        "columns of a file": f"{one.columns}",
        "cells of a file": f"{one.cells:,}",
        "characters of a note": f"{one.text_characters:,}",
        "a line of a CSV": f"{one.line_bytes / 1024:g} KiB",
        "problems listed of a file": f"{problems.SHOWN_PROBLEMS}",
        "memory of the process that reads a file": f"{one.child_memory // 1024**2:,} MiB",
        "its processor time": f"{one.child_cpu_seconds} s",
        "its time in all": f"{one.child_wall_seconds:g} s",
        "what it writes": f"{one.child_file_bytes / 1e6:g} MB",
        "its answer": f"{one.reply_bytes / 1e6:g} MB",
        "such processes at once": f"{confined.CHILDREN._initial_value}",  # type: ignore[attr-defined]
        "files of a sender or token in a day": f"{one.files_per_day}",
        "bytes of a sender's or token's files that are kept": f"{one.kept_bytes / 1e9:g} GB",
        "room on the disk of the store": f"{one.min_free_bytes / 1e6:g} MB, or twice the store with its log"
        " where that is more",
        "a request beside its file, on a page": f"{uploads._AROUND_BYTES / 1e3:g} kB",
        "a form of a page": f"{actions._FORM_BYTES / 1e6:g} MB, {actions._FORM_PARTS:,} fields",
        "a callback, or JSON sent to the API": f"{callbacks / 1e6:g} MB",
        "a request of any kind": f"{server._BODY_BYTES / 1024**2:g} MiB",
        "connections": f"{server._CONNECTIONS:,}",
        "silence on a connection": f"{server._CHANNEL_SECONDS} s",
        "rows in a page of the API": f"{most_rows:,}",
        "memory of a server's database": f"{switches.BYTES_A_THREAD / 1e6:g} MB a core, at least"
        f" {switches.LEAST_BYTES / 1e6:g} MB",
        "disk that it uses for that": f"{switches.SPILLED_BYTES / 1e9:g} GB",
    }


def test_the_table_of_limits_is_what_the_program_does() -> None:
    assert published() == in_force()


def test_the_limits_are_those_that_the_settings_give_unless_changed() -> None:
    settings, limits = Settings(), Limits()
    assert (settings.max_file_bytes, settings.max_rows, settings.max_columns) == (
        limits.file_bytes, limits.rows, limits.columns,
    )  # fmt: skip
    assert (settings.max_files_per_day, settings.max_kept_bytes) == (limits.files_per_day, limits.kept_bytes)
    assert settings.min_free_bytes == limits.min_free_bytes
    assert settings.max_operator_rows == Limits.operator().rows and f"{settings.max_operator_rows:,}" in DOC


def test_what_a_limit_of_the_specification_asks_is_what_is_in_force() -> None:
    """The figures of section 3 by themselves, so that a changed default is noticed here."""
    one = Limits()
    assert (one.file_bytes, one.unpacked_bytes, one.part_ratio, one.parts, one.sheets) == (
        20_000_000, 200_000_000, 200, 200, 20,
    )  # fmt: skip
    assert (one.rows, one.columns, one.cells, one.text_characters) == (100_000, 64, 6_400_000, 2_000)
    assert (one.line_bytes, one.child_memory, one.child_cpu_seconds, one.child_wall_seconds) == (
        65_536, 1_073_741_824, 30, 60,
    )  # fmt: skip
    assert (one.child_file_bytes, one.reply_bytes, one.files_per_day, one.kept_bytes) == (
        200_000_000, 50_000_000, 200, 2_000_000_000,
    )  # fmt: skip
