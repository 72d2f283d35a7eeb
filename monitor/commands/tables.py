"""Tables on stdout or in a file: a grid to a terminal, CSV otherwise, or what --format and --output say."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.commands.errors import Refused, WrongUse
from monitor.language import say

if TYPE_CHECKING:
    import pandas as pd

FILE_FORMATS = (".csv", ".xlsx", ".parquet", ".json")
_WIDEST_CELL = 40
_Command = TypeVar("_Command", bound=Callable[..., Any])


def format_option(command: _Command) -> _Command:
    """--format table|csv|json."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["table", "csv", "json"]),
        help=say("输出格式；默认：终端为 table，否则为 csv。", "How to print; default: table to a terminal, else csv."),
    )(command)


def output_option(*, required: bool) -> Callable[[_Command], _Command]:
    """--output F, its format by the suffix."""
    return click.option(
        "--output",
        type=click.Path(path_type=Path),
        required=required,
        help=say(
            "写入文件；格式由后缀定：.csv .xlsx .parquet .json。", "Write a file; by suffix .csv .xlsx .parquet .json."
        ),
    )


def need_output(output: Path | None, format_: str | None, known: Collection[str] = FILE_FORMATS) -> None:
    """Refuses, before any work is done, an --output that cannot be written; `known`: its suffixes. Raises WrongUse."""
    if output is None:
        return
    if format_ is not None:
        raise WrongUse(
            "--format 与 --output 不能同用；文件格式由后缀决定",
            "--format and --output exclude each other: the suffix of the file decides its format",
        )
    if output.suffix.lower() not in known:
        raise WrongUse(
            f"{output}：不认识的后缀；请用 {'、'.join(known)}",
            f"{output}: unknown suffix: use one of {', '.join(known)}",
        )
    if output.is_dir() or not output.parent.is_dir():
        raise WrongUse(
            f"{output}：所在文件夹不存在，或它本身是文件夹；请先建好文件夹并写出文件名",
            f"{output}: its folder does not exist, or it is a folder itself: make the folder and name a file",
        )


def print_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], format_: str | None) -> None:
    """A few rows as --format says."""
    import pandas as pd

    cells: dict[str, Any] = {name: [row[name] for row in rows] for name in columns}
    print_frame(pd.DataFrame(cells, columns=list(columns), dtype=object), format_)


def print_frame(frame: pd.DataFrame, format_: str | None) -> None:
    """The frame on stdout: a grid, or the bytes that a file would hold."""
    from monitor.report.export import to_csv, to_json

    if is_grid(format_):
        click.echo(grid(frame))
        return
    write_bytes(to_json(frame) if format_ == "json" else to_csv(frame))


def is_grid(format_: str | None) -> bool:
    """Whether --format, or its absence, means a grid: only a terminal gets one unasked."""
    return format_ == "table" or (format_ is None and sys.stdout.isatty())


def write_bytes(data: bytes) -> None:
    """Bytes on stdout as they are, whatever the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def grid(frame: pd.DataFrame) -> str:
    """A table of aligned columns; 汉字 count two places, long cells are cut with …"""
    from monitor.report.export import plain_number

    def shown(value: object) -> str:
        if value is None or value != value:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = plain_number(value) if isinstance(value, int | float | Decimal) else str(value)
        text = "".join(c if c.isprintable() else " " for c in text)
        return text if _width(text) <= _WIDEST_CELL else _cut(text)

    columns = [[name, *(shown(value) for value in frame[name].tolist())] for name in frame.columns]
    widths = [max(map(_width, column)) for column in columns]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]
    return "\n".join(lines)


def write_file(write: Callable[[], object], output: Path) -> None:
    """Runs `write`; a folder that cannot be written or a full disk ends in one line. Raises Refused."""
    try:
        write()
    except OSError as error:
        raise Refused(
            f"{output}：写入失败（{error.strerror}）；请检查权限和磁盘空间",
            f"{output}: could not be written ({error.strerror}): check its mode and the disk's space",
        ) from None


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))


def _cut(text: str) -> str:
    kept = ""
    for character in text:
        if _width(kept + character) > _WIDEST_CELL - 1:
            break
        kept += character
    return kept + "…"
