"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import PurePath

from .problems import ProblemLog, Refused

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel（.xls）或加密的工作簿", "an old .xls or an encrypted workbook"),
    (b"%PDF", "PDF", "PDF"),
    (b"\x1f\x8b", "gzip 压缩文件", "a gzip archive"),
    (b"Rar!", "RAR 压缩文件", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩文件", "a 7z archive"),
    (b"\x89PNG", "图片", "an image"),
    (b"\xff\xd8\xff", "图片", "an image"),
    (b"PAR1", "Parquet", "Parquet"),
    (b"\x7fELF", "程序", "a program"),
    (b"MZ\x90\x00", "程序", "a program"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
)
_WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
_SPREADSHEET_SUFFIXES = _WORKBOOK_SUFFIXES | {".xls", ".xlsb", ".ods", ".et"}
HEAD_BYTES = 512


def is_workbook(head: bytes) -> bool:
    """True for a zip (a workbook, to be looked into), False for text.

    `head`: the first `HEAD_BYTES`. Raises Refused (empty_file, unsupported_format).
    """
    if not head:
        raise Refused("empty_file")
    for magic, zh, en in _MAGIC:
        if head.startswith(magic):
            raise Refused("unsupported_format", kind_zh=zh, kind_en=en)
    if head.startswith(b"PK\x03\x04"):
        return True
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused("unsupported_format", kind_zh="网页或 XML", kind_en="a web page or XML")
    return False


def compare_name(name: str, workbook: bool, problems: ProblemLog) -> None:
    """Report a name whose end says something else than the content."""
    suffix = PurePath(name).suffix.lower()
    if workbook != (suffix in _WORKBOOK_SUFFIXES) and (workbook or suffix in _SPREADSHEET_SUFFIXES):
        kind = ".xlsx" if workbook else "CSV"
        problems.add("wrong_extension", text=name, values={"extension": suffix, "kind": kind})
