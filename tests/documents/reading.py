"""What the made files say, read back without the program's own code."""

from __future__ import annotations

import base64
import io
import re
import zlib

from docx import Document


def table_cells(content: bytes) -> list[list[str]]:
    """The cells of the first table of a .docx, row by row, merged ones once."""
    table = Document(io.BytesIO(content)).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows]


def docx_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def pdf_text(content: bytes) -> str:
    """The text of a PDF whose font is the reader's own: its strings are plain UTF-16 there."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        drawn = zlib.decompress(base64.a85decode(stream.strip().removesuffix(b"~>")))
        for text in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", drawn, re.DOTALL):
            found.append(_ESCAPED.sub(_unescaped, text).decode("utf-16-be", "replace"))
    return "".join(found)


_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)


def _unescaped(found: re.Match[bytes]) -> bytes:
    mark = found[1]
    known = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return bytes([int(mark, 8)]) if len(mark) == 3 else known.get(mark, mark)
