"""Workbooks made part by part, so that a test decides every byte of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# style 0: general, 1: 0.0%, 2: yyyy"年"m"月", 3: yyyy-mm-dd
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="10"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Cell:
    """A cell by its inner XML, with its attributes besides `r`."""

    inner: str
    attributes: str = ""


def formula(text: str, result: str | None) -> Cell:
    return Cell(f"<f>{escape(text)}</f>" + ("" if result is None else f"<v>{escape(result)}</v>"))


def styled(number: float | str, style: int) -> Cell:
    return Cell(f"<v>{number}</v>", f' s="{style}"')


@dataclass(frozen=True)
class SheetPart:
    name: str
    xml: str
    state: str = "visible"
    part: str | None = None


def reference(row: int, column: int) -> str:
    """Row and column from 1: (1, 1) → A1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def cell_xml(where: str, content: object) -> str:
    if content is None:
        return ""
    if isinstance(content, Cell):
        return f'<c r="{where}"{content.attributes}>{content.inner}</c>'
    if isinstance(content, bool):
        return f'<c r="{where}" t="b"><v>{int(content)}</v></c>'
    if isinstance(content, int | float):
        return f'<c r="{where}"><v>{content!r}</v></c>'
    text = escape(str(content))
    return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def sheet_xml(rows: Sequence[Sequence[object]], *, tail: str = "", first_row: int = 1) -> str:
    """A worksheet with the rows from `first_row` on; `tail` follows the cells (merges, say)."""
    lines = [
        f'<row r="{number}">'
        + "".join(cell_xml(reference(number, column), cell) for column, cell in enumerate(row, start=1))
        + "</row>"
        for number, row in enumerate(rows, start=first_row)
    ]
    return f'{_DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{tail}</worksheet>'


def parts(
    sheets: Sequence[SheetPart], *, extra: Mapping[str, str | bytes] | None = None, properties: str = ""
) -> dict[str, bytes]:
    """The parts of a workbook by name, before they are packed."""
    paths = [sheet.part or f"xl/worksheets/sheet{number}.xml" for number, sheet in enumerate(sheets, start=1)]
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" state="{sheet.state}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="/{path}"/>'
        for number, path in enumerate(paths, start=1)
    )
    overrides = "".join(
        f'<Override PartName="/{path}" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for path in paths
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _DECLARATION + STYLES,
        **{path: sheet.xml for path, sheet in zip(paths, sheets, strict=True)},
        **(extra or {}),
    }
    return {name: part.encode() if isinstance(part, str) else part for name, part in made.items()}


def pack(contents: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook(
    rows: Sequence[Sequence[object]],
    *,
    name: str = "数据",
    tail: str = "",
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook of one sheet."""
    return pack(parts([SheetPart(name, sheet_xml(rows, tail=tail))], extra=extra))
