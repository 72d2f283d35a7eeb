"""Files that mean harm or are badly broken: each with the code it must be refused with.

`hostile_files()` gives name → HostileFile; none of them may be stored, hang the reader or end the process that
asked. For use by any test that takes files in.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from tests.intake.workbooks import MAIN, Cell, SheetPart, formula, pack, parts, sheet_xml, styled, workbook

HEADER = ["indicator_id", "region_code", "period", "value"]
ROW = ["enrolment_rate", "110000", "2023", 96.2]
CSV = "indicator_id,region_code,period,value\nenrolment_rate,110000,2023,96.2\n"
_ZIP_TIME = (2024, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class HostileFile:
    """`made`: its bytes, or what makes them once they are asked for, since every process collects the tests."""

    file: str
    made: bytes | Callable[[], bytes]
    code: str

    @cached_property
    def content(self) -> bytes:
        return self.made if isinstance(self.made, bytes) else self.made()


@cache
def hostile_files() -> dict[str, HostileFile]:
    found: dict[str, HostileFile] = {}
    for source in (_bombs, _containers, _stray_cells, _xml_attacks, _foreign_formats, _texts, _traps, _figures):
        for name, (file, content, code) in source():
            found[name] = HostileFile(file, content, code)
    return found


Sources = Iterator[tuple[str, tuple[str, bytes | Callable[[], bytes], str]]]


def _good_parts() -> dict[str, bytes]:
    return parts([SheetPart("数据", sheet_xml([HEADER, ROW]))])


def _with_part(name: str, content: bytes) -> bytes:
    return pack(_good_parts() | {name: content})


def _bombs() -> Sources:
    start, end = sheet_xml([HEADER, ROW]).split("</sheetData>")

    def sheet(inside: str) -> bytes:
        return _with_part("xl/worksheets/sheet1.xml", (start + inside + "</sheetData>" + end).encode())

    def strings() -> bytes:
        text = f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * 1_000_000}</sst>'
        return _with_part("xl/sharedStrings.xml", text.encode())

    def columns() -> bytes:
        cells = "<c><v>1</v></c>" * 1_000_000
        text = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
        return _with_part("xl/worksheets/sheet1.xml", text.encode())

    yield "zip bomb of blanks", ("a.xlsx", lambda: sheet(" " * 210_000_000), "workbook_too_large")
    yield "zip bomb of rows", ("a.xlsx", lambda: sheet("<row/>" * 2_000_000), "workbook_ratio")
    yield "zip bomb of strings", ("a.xlsx", strings, "workbook_ratio")
    yield "a million columns", ("a.xlsx", columns, "workbook_ratio")
    many = {f"xl/media/{number}.txt": b"x" for number in range(250)}
    yield "too many parts", ("a.xlsx", pack(_good_parts() | many), "workbook_parts")
    yield "a directory of 60,000 parts", ("a.xlsx", lambda: _empty_parts(60_000), "workbook_parts")
    together = dict.fromkeys((f"xl/media/{number}.bin" for number in range(11)), bytes(20_000_000))
    yield "many parts too large together", ("a.xlsx", lambda: _stored(_good_parts(), together), "workbook_too_large")


def _empty_parts(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}", b"")
    return out.getvalue()


def _stored(small: dict[str, bytes], large: dict[str, bytes]) -> bytes:
    """Parts of which the large say their true size, packed by a factor below the limit of ratio."""
    # one byte in 100 is noise: a ratio of about 60
    noise = random.Random(1).randbytes(len(next(iter(large.values()))) // 100)
    part = b"".join(bytes([byte]) + bytes(99) for byte in noise)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in {**small, **dict.fromkeys(large, part)}.items():
            archive.writestr(name, content)
    return out.getvalue()


def _containers() -> Sources:
    good = pack(_good_parts())
    yield "cut off in the middle", ("a.xlsx", good[: len(good) // 2], "damaged_workbook")
    yield "cut off at the end", ("a.xlsx", good[:-10], "damaged_workbook")
    yield "only its first bytes", ("a.xlsx", b"PK\x03\x04", "damaged_workbook")
    yield "a wrong checksum", ("a.xlsx", _with_wrong_field(good, 16, 0x1234), "damaged_workbook")
    yield "a size larger than the truth", ("a.xlsx", _with_wrong_field(good, 24, 50_000), "damaged_workbook")
    yield "a size smaller than the truth", ("a.xlsx", _with_wrong_field(good, 24, 10), "damaged_workbook")
    yield "a flipped bit in its data", ("a.xlsx", _flipped(good), "damaged_workbook")
    yield "two parts of one name", ("a.xlsx", _twice(), "damaged_workbook")
    yield "two parts that differ by case", ("a.xlsx", _with_part("XL/workbook.xml", b"<a/>"), "damaged_workbook")
    yield "a part above the folder", ("a.xlsx", _with_part("../evil.xml", b"<a/>"), "damaged_workbook")
    yield "a part at the root", ("a.xlsx", _with_part("/etc/evil.xml", b"<a/>"), "damaged_workbook")
    yield "a part with backslashes", ("a.xlsx", _with_part("..\\evil.xml", b"<a/>"), "damaged_workbook")
    yield "something before the zip", ("a.xlsx", b"PK\x03\x04" + b"junk" * 9 + good, "damaged_workbook")
    yield "overlapping parts", ("a.xlsx", _overlapping(), "damaged_workbook")
    yield "a method no one knows", ("a.xlsx", _with_method(good, 97), "damaged_workbook")
    yield "parts under a password", ("a.xlsx", _with_flag(good, 1), "encrypted_workbook")
    yield "no workbook part", ("a.xlsx", pack({"[Content_Types].xml": b"<Types/>"}), "damaged_workbook")
    yield (
        "two workbook parts",
        ("a.xlsx", _with_part("xl/other.xml", f'<workbook xmlns="{MAIN}"/>'.encode()), "damaged_workbook"),
    )
    yield "two sheets of one name", ("a.xlsx", _same_names(), "damaged_workbook")
    yield "more sheets than allowed", ("a.xlsx", _many_sheets(), "workbook_sheets")


def _central(content: bytes) -> int:
    """Where the directory's entry of the sheet begins."""
    at = content.find(b"PK\x01\x02")
    while not content[at + 46 :].startswith(b"xl/worksheets/sheet1.xml"):
        at = content.find(b"PK\x01\x02", at + 4)
    return at


def _with_wrong_field(content: bytes, offset: int, number: int) -> bytes:
    at = _central(content) + offset
    return content[:at] + struct.pack("<I", number) + content[at + 4 :]


def _with_method(content: bytes, method: int) -> bytes:
    at = _central(content) + 10
    return content[:at] + struct.pack("<H", method) + content[at + 2 :]


def _with_flag(content: bytes, flag: int) -> bytes:
    at = _central(content) + 8
    return content[:at] + struct.pack("<H", flag) + content[at + 2 :]


def _flipped(content: bytes) -> bytes:
    at = content.find(b"xl/worksheets/sheet1.xml") + 60
    return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]


def _twice() -> bytes:
    out = io.BytesIO(pack(_good_parts()))
    with zipfile.ZipFile(out, "a") as archive:
        name = zipfile.ZipInfo("xl/worksheets/sheet2.xml", _ZIP_TIME)
        archive.writestr(name, sheet_xml([HEADER, ROW]))
    return out.getvalue().replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet1.xml")


def _overlapping() -> bytes:
    """Two directory entries that share one part's data."""
    content = pack(_good_parts() | {"xl/worksheets/sheet2.xml": sheet_xml([HEADER, ROW]).encode()})
    first = _central(content)
    second = content.find(b"PK\x01\x02", first + 4)
    while not content[second + 46 :].startswith(b"xl/worksheets/sheet2.xml"):
        second = content.find(b"PK\x01\x02", second + 4)
    offset = content[first + 42 : first + 46]
    return content[: second + 42] + offset + content[second + 46 :]


def _same_names() -> bytes:
    one = sheet_xml([HEADER, ROW])
    return pack(parts([SheetPart("数据", one), SheetPart("数据", one)]))


def _many_sheets() -> bytes:
    return pack(parts([SheetPart(f"表{number}", sheet_xml([HEADER, ROW])) for number in range(21)]))


def _sheet_with(cell: str, prefix: str = "") -> str:
    """A good sheet with one more cell, optionally in a namespace prefix."""
    xml = sheet_xml([HEADER, ROW]).replace("</sheetData>", f"{cell}</sheetData>")
    if prefix:
        for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
            xml = xml.replace(f"<{tag} ", f"<{prefix}:{tag} ").replace(f"<{tag}>", f"<{prefix}:{tag}>")
            xml = xml.replace(f"</{tag}>", f"</{prefix}:{tag}>")
        xml = xml.replace("xmlns=", f"xmlns:{prefix}=")
    return xml


def _stray_cells() -> Sources:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    bottom = '<row r="1048576"><c r="T1048576"><v>1</v></c></row>'
    right = '<row r="3"><c r="XFD3"><v>1</v></c></row>'
    formula = '<row r="1048576"><c r="A1048576"><f>1+1</f></c></row>'
    for name, xml in (
        ("corner", _sheet_with(corner)), ("bottom", _sheet_with(bottom)), ("right", _sheet_with(right)),
        ("formula far below", _sheet_with(formula)), ("prefixed", _sheet_with(corner, "x")),
    ):  # fmt: skip
        yield f"stray cell: {name}", ("a.xlsx", pack(parts([SheetPart("数据", xml)])), "stray_cell")
    odd = pack(parts([SheetPart("数据", _sheet_with(corner), part="xl/odd/data.bin")]))
    yield "stray cell: odd part name", ("a.xlsx", odd, "stray_cell")
    wide = _sheet_with(corner).replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    yield "stray cell: UTF-16", ("a.xlsx", _with_part("xl/worksheets/sheet1.xml", wide), "stray_cell")
    hidden = [SheetPart("数据", sheet_xml([HEADER, ROW])), SheetPart("藏", _sheet_with(corner), state="hidden")]
    yield "stray cell: in a hidden sheet", ("a.xlsx", pack(parts(hidden)), "stray_cell")
    backwards = _sheet_with('<row r="2"><c r="A2"><v>1</v></c></row>')
    yield "cells out of order", ("a.xlsx", pack(parts([SheetPart("数据", backwards)])), "damaged_workbook")
    address = _sheet_with('<row r="3"><c r="AAAA3"><v>1</v></c></row>')
    yield "a cell's address that cannot be", ("a.xlsx", pack(parts([SheetPart("数据", address)])), "damaged_workbook")
    number = _sheet_with(f'<row r="3"><c r="A{"9" * 5000}"><v>1</v></c></row>')
    yield "a row number of 5,000 digits", ("a.xlsx", pack(parts([SheetPart("数据", number)])), "damaged_workbook")


def _xml_attacks() -> Sources:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    dtds = {
        "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>',
        "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        "remote entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/e">]>',
        "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    }
    for name, dtd in dtds.items():
        xml = sheet_xml([HEADER, ROW]).replace("?>\n", f"?>\n{dtd}", 1)
        yield f"DTD: {name}", ("a.xlsx", _with_part("xl/worksheets/sheet1.xml", xml.encode()), "dtd_in_xml")
    strings = f'<!DOCTYPE sst [<!ENTITY e "x">]><sst xmlns="{MAIN}"/>'.encode()
    yield "DTD: in the strings", ("a.xlsx", _with_part("xl/sharedStrings.xml", strings), "dtd_in_xml")
    custom = b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    yield "DTD: in a part nobody reads", ("a.xlsx", _with_part("customXml/item1.xml", custom), "dtd_in_xml")
    broken = sheet_xml([HEADER, ROW]).replace("</row>", "", 1).encode()
    yield "XML that is not closed", ("a.xlsx", _with_part("xl/worksheets/sheet1.xml", broken), "damaged_workbook")
    encoding = sheet_xml([HEADER, ROW]).replace("UTF-8", "x-unknown").encode()
    yield "XML of an unknown encoding", ("a.xlsx", _with_part("xl/worksheets/sheet1.xml", encoding), "damaged_workbook")


def _foreign_formats() -> Sources:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "an .xls named .xlsx", ("a.xlsx", ole, "unsupported_format")
    yield "an .xls named .csv", ("a.csv", ole, "unsupported_format")
    yield "a PDF named .csv", ("a.csv", b"%PDF-1.7\n%", "unsupported_format")
    yield "a picture named .xlsx", ("a.xlsx", b"\x89PNG\r\n\x1a\n", "unsupported_format")
    yield "a gzip file", ("a.csv.gz", b"\x1f\x8b\x08\x00", "unsupported_format")
    yield "a web page named .xls", ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "unsupported_format")
    yield "a zip archive of a CSV", ("a.zip", pack({"a.csv": CSV.encode()}), "unsupported_format")
    yield "an OpenDocument file", ("a.ods", pack({"mimetype": b"x", "content.xml": b"<a/>"}), "unsupported_format")
    binary = pack({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<Types/>"})
    yield "an .xlsb workbook", ("a.xlsb", binary, "unsupported_format")


def _texts() -> Sources:
    note = "参保率：年末实际参加基本医疗保险的人数与应参保人数之比，按统计公报口径填报。"
    good = f"{CSV.splitlines()[0]},备注\nenrolment_rate,110000,2023,96.2,{note}\n".encode()
    lost = good.replace("参".encode(), "参".encode()[:2], 1)
    yield "nothing at all", ("a.csv", b"", "empty_file")
    yield "blank lines only", ("a.csv", b"\n\n  \n", "empty_file")
    yield "UTF-8 that lost a byte", ("a.csv", lost, "damaged_utf8")
    yield "UTF-8 that was cut off", ("a.csv", good[: good.rfind(b"\xe3") + 1], "damaged_utf8")
    yield "a UTF-8 mark before other bytes", ("a.csv", b"\xef\xbb\xbf" + "备注".encode("gb18030"), "damaged_utf8")
    yield "bytes of no encoding", ("a.csv", CSV.encode() + b"\xff\xff\x80\xff\n", "unknown_encoding")
    yield "UTF-16 without its mark", ("a.csv", CSV.encode("utf-16-le"), "utf16_without_mark")
    yield "UTF-16 of an odd length", ("a.csv", CSV.encode("utf-16") + b"x", "damaged_utf16")
    yield "UTF-32", ("a.csv", CSV.encode("utf-32"), "unsupported_format")
    yield "a line of 70,000 bytes", ("a.csv", CSV.encode() + b"x" * 70_000 + b"\n", "line_too_long")
    yield "ten million commas", ("a.csv", CSV.encode() + b"," * 10_000_000, "line_too_long")
    yield "no header", ("a.csv", b"a,b,c\n1,2,3\n", "no_header")
    yield "a header without rows", ("a.csv", CSV.splitlines()[0].encode(), "no_rows")
    yield "100,001 rows", ("a.csv", (CSV + "enrolment_rate,110000,2023,96.2\n" * 100_000).encode(), "too_many_rows")
    yield "65 columns", ("a.csv", (CSV.splitlines()[0] + "," * 61 + "\n").encode(), "too_many_columns")
    yield "a quote that never ends", ("a.csv", (CSV + '"' + "x,\n" * 30_000).encode(), "bad_quotes")
    yield "a NUL in a number", ("a.csv", CSV.replace("96.2", "96\0.2").encode(), "not_a_number")


def _traps() -> Sources:
    """Workbooks whose cells are not what they show, or leave open what is meant."""
    one = sheet_xml([HEADER, ROW])
    bare = [HEADER, [*ROW[:3], formula("90+6.2", None)]]
    yield "a formula without its result", ("a.xlsx", workbook(bare), "formula_without_result")
    error = [HEADER, [*ROW[:3], Cell("<v>#DIV/0!</v>", ' t="e"')]]
    yield "an error in a cell", ("a.xlsx", workbook(error), "error_cell")
    for state in ("hidden", "veryHidden"):
        secret = pack(parts([SheetPart("数据", one, state=state)]))
        yield f"figures on a {state} sheet alone", ("a.xlsx", secret, "no_visible_sheet")
    two = pack(parts([SheetPart("上报", one), SheetPart("备份", one)]))
    yield "figures on two sheets", ("a.xlsx", two, "several_sheets")
    merged = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    keys = [HEADER, ROW, ["fund_income", None, "2023", 1]]
    yield "a region merged over two rows", ("a.xlsx", workbook(keys, tail=merged), "missing_key")
    yield (
        "a day in the place of a period",
        ("a.xlsx", workbook([HEADER, [*ROW[:2], styled(45016, 3), 1]]), "ambiguous_period"),
    )
    yield (
        "a figure that is shown as a date",
        ("a.xlsx", workbook([HEADER, [*ROW[:3], styled(45016, 3)]]), "not_a_number"),
    )
    yield (
        "a NUL in a cell",
        ("a.xlsx", workbook([HEADER, ["enrolment_rate", "110000", "2023", "9_x0000_6"]]), "not_a_number"),
    )
    links = {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>'}
    linked = workbook([HEADER, [*ROW[:3], formula("[1]x!A1", None)]], extra=links)
    yield "a formula that asks another workbook", ("a.xlsx", linked, "formula_without_result")


def _figures() -> Sources:
    """Texts that some reader would take for something else."""
    for name, text in {
        "nan": "nan", "infinity": "inf", "more than a double holds": "1e309", "an underscore": "1_000",
        "a superscript": "9²", "accountant's brackets": "(5)", "words for ten thousand": "9.6万", "a formula": "=90+6",
        "hexadecimal": "0x60", "two points": "96.2.1", "a Roman numeral": "Ⅷ", "Arabic digits": "٩٦",
        "a sum": "90+6", "minus zero with letters": "-0x", "a command": "cmd|' /C calc'!A0",
    }.items():  # fmt: skip
        yield f"a figure that is {name}", ("a.csv", _with_cell(3, text), "not_a_number")
    for name, text in {
        "NA": "NA", "short": "011", "in exponents": "1E5", "with letters O": "11OOOO", "zero width": "11\u200b0000",
        "full-width": "１１００００", "Cyrillic": "11ООOO", "unknown": "999999", "a traversal": "../110000",
    }.items():  # fmt: skip
        yield f"a region code that is {name}", ("a.csv", _with_cell(1, text), "unknown_region")
    clash = CSV + "enrolment_rate,110000,2023,96.3\n"
    yield "two figures for one cell", ("a.csv", clash.encode(), "duplicate_conflict")
    yield "a figure beyond the store", ("a.csv", _with_cell(3, "9" * 40), "number_too_large")
    yield "a note of 2,001 characters", ("a.csv", _with_note("长" * 2_001), "text_too_long")
    yield "a NUL in a note", ("a.csv", _with_note("口\0径"), "nul_character")


def _with_cell(column: int, text: str) -> bytes:
    cells = ["enrolment_rate", "110000", "2023", "96.2"]
    cells[column] = text
    return f"{CSV.splitlines()[0]}\n{','.join(cells)}\n".encode()


def _with_note(text: str) -> bytes:
    header, row = CSV.splitlines()
    return f"{header},note\n{row},{text}\n".encode()


# What a sender may call a file, on a disk or in a form; nothing of it is ever a path of ours.
HOSTILE_NAMES = {
    "traversal": "../../../../tmp/evil.csv", "absolute": "/etc/passwd", "windows": "..\\..\\evil.csv",
    "drive": "C:\\evil.csv", "NUL": "a\0.csv", "newline": "a\nb.csv", "escape": "\x1b[31mred.csv",
    "300 characters": "长" * 300 + ".csv", "script": "<script>alert(1)</script>.csv", "formula": "=1+1.csv",
    "quote": "a'\"b.csv", "bidi": "a\u202evsc.csv", "option": "--accept", "blank": "   ", "dots": "..",
    "surrogate": "a\udcff.csv", "percent": "%s%n.csv", "star": "*?.csv", "reserved": "CON", "emoji": "表😀.csv",
    "decomposed": "e\u0301.csv", "empty": "",
}  # fmt: skip


def good_workbook() -> bytes:
    """What the hostile ones are made from."""
    return workbook([HEADER, ROW])
