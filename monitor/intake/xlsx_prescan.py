"""A look through a workbook before any spreadsheet reader sees it: limits, structure, and what a reader would hide.

Every part is unpacked in pieces and run through expat; no part is ever held whole, no DTD is accepted, no link is
followed. For each sheet it notes the cells whose value must not be taken at face value: formulas, errors,
percentages, months.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from .limits import Limits
from .problems import Refused
from .xlsx_sheet import SheetScan
from .xlsx_styles import Shown, shown_by
from .xlsx_zip import Container, damaged

_HEAD = 16 * 1024
_XML_STARTS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LINKS = ("xl/externallinks/", "xl/connections.xml")
Attributes = dict[str, str]


@dataclass
class Sheet:
    """One sheet of the workbook; `scan` is None when it holds no cells (a chart, say)."""

    name: str
    relation: str
    visible: bool
    scan: SheetScan | None = None


@dataclass
class WorkbookScan:
    """What the pre-scan found: sheets in their order, and whether there are links or macros."""

    sheets: list[Sheet] = field(default_factory=list)
    has_links: bool = False
    has_macros: bool = False


def scan_workbook(stream: BinaryIO, limits: Limits) -> WorkbookScan:
    """Look through a workbook. Raises Refused with the one reason why it is not read."""
    return _Scanner(Container(stream, limits), limits).scan()


class _Scanner:
    def __init__(self, container: Container, limits: Limits) -> None:
        self._container = container
        self._limits = limits
        self._result = WorkbookScan()
        self._books: list[str] = []
        self._targets: dict[str, dict[str, str]] = {}  # relationship part → id → target
        self._formats: dict[int, str] = {}
        self._cell_formats: list[int] = []
        self._in_cell_formats = False

    def scan(self) -> WorkbookScan:
        names = list(self._container.parts)
        self._check_kind(names)
        roots = {name: self._root(name) for name in names}
        # sheets last: their cells refer to the styles, and their visibility stands in the workbook part
        for name, root in roots.items():
            if root is not None and root != "worksheet":
                self._parse(name, self._handler(name, root))
            elif root is None:
                for _piece in self._container.pieces(name):
                    pass
        if len(self._books) != 1:
            raise damaged("没有唯一的工作簿部件", "there is not exactly one workbook part")
        self._check_sheets()
        # part names do not differ by case alone (ECMA-376 part 2)
        by_part = {self._part_of(sheet).lower(): sheet for sheet in self._result.sheets}
        shown = [shown_by(number, self._formats.get(number)) for number in self._cell_formats]
        for name, root in roots.items():
            if root == "worksheet":
                self._scan_sheet(name, by_part.get(name.lower()), shown)
        return self._result

    def _check_kind(self, names: list[str]) -> None:
        lower = {name.lower() for name in names}
        if "xl/workbook.bin" in lower:
            raise Refused("unsupported_format", kind_zh=".xlsb 工作簿", kind_en="an .xlsb workbook")
        if "mimetype" in lower:
            raise Refused("unsupported_format", kind_zh="OpenDocument 文档", kind_en="an OpenDocument file")
        if "xl/workbook.xml" not in lower and "[content_types].xml" not in lower:
            raise Refused("unsupported_format", kind_zh="压缩包", kind_en="a zip archive")
        self._result.has_macros = any(name.endswith("vbaproject.bin") for name in lower)
        self._result.has_links = any(name.startswith(_LINKS) for name in lower)

    def _root(self, name: str) -> str | None:
        """The local name of a part's root element; None when the part is no XML."""
        head = self._container.head(name, _HEAD)
        if not head.lstrip(b" \t\r\n").startswith(_XML_STARTS) and not head.startswith((b"\0<", b"<\0")):
            return None
        found: list[str] = []
        parser = _parser(name)
        parser.StartElementHandler = lambda tag, _attributes: found.extend([_local(tag)])
        try:
            parser.Parse(head, False)
        except (expat.ExpatError, ValueError, LookupError):
            return found[0] if found else ""
        return found[0] if found else ""

    def _parse(self, name: str, start: Callable[[str, Attributes], None] | None) -> None:
        parser = _parser(name)
        if start is not None:
            parser.StartElementHandler = lambda tag, attributes: start(_local(tag), attributes)
        self._feed(parser, name, self._container.pieces(name))

    def _feed(self, parser: expat.XMLParserType, name: str, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as fault:
            if name.lower().endswith(".vml"):  # old drawings are often no XML; no reader of cells opens them
                return
            raise damaged(f"{name} 不是完好的 XML", f"{name} is not well-formed XML") from fault
        except (ValueError, LookupError) as fault:
            raise damaged(f"{name} 的内容不合规范", f"{name} breaks the format") from fault

    def _handler(self, name: str, root: str) -> Callable[[str, Attributes], None] | None:
        if root == "workbook":
            self._books.append(name)
            return self._workbook_element
        if root == "styleSheet":
            return self._style_element
        if root == "Relationships":
            targets = self._targets.setdefault(name.lower(), {})
            return lambda tag, attributes: self._relationship_element(targets, tag, attributes)
        return None

    def _workbook_element(self, tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            visible = attributes.get("state", "visible") == "visible"
            self._result.sheets.append(Sheet(attributes.get("name", ""), relation, visible))

    def _relationship_element(self, targets: dict[str, str], tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")
            if attributes.get("Type", "").endswith("/externalLinkPath"):
                self._result.has_links = True

    def _style_element(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._in_cell_formats = True
        elif tag in ("cellStyles", "dxfs"):
            self._in_cell_formats = False
        elif tag == "xf" and self._in_cell_formats:
            self._cell_formats.append(int(attributes.get("numFmtId", "0")))

    def _check_sheets(self) -> None:
        sheets = self._result.sheets
        if len(sheets) > self._limits.sheets:
            raise Refused("workbook_sheets", count=len(sheets), limit=self._limits.sheets)
        if len({sheet.name for sheet in sheets}) != len(sheets):
            raise damaged("有重名的工作表", "two sheets have the same name")

    def _part_of(self, sheet: Sheet) -> str:
        folder, base = posixpath.split(self._books[0])
        own = f"{folder}/_rels/{base}.rels".lstrip("/").lower()
        target = self._targets.get(own, {}).get(sheet.relation, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        return posixpath.normpath(path) if target else ""

    def _scan_sheet(self, name: str, sheet: Sheet | None, shown: list[Shown]) -> None:
        scan = SheetScan(self._limits, shown, is_read=sheet is not None and sheet.visible)
        parser = _parser(name)
        scan.attach(parser)
        self._feed(parser, name, self._container.pieces(name))
        if sheet is not None:
            sheet.scan = scan


def _parser(name: str) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse_dtd(*_: object) -> None:
        raise Refused("dtd_in_xml", text=name)

    parser.StartDoctypeDeclHandler = refuse_dtd
    return parser


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]
