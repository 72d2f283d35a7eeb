"""Which encoding a text file has: byte order mark, else strict UTF-8, else strict GB18030 (reliability.md 4a)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .problems import Refused

_CHUNK = 1 << 20
_ASCII = bytes(range(128))
# A file that fails as UTF-8 but is mostly valid UTF-8 is damaged UTF-8, not GB18030: decoding it as GB18030 often
# succeeds and gives mojibake. Sequences of two bytes tell nothing: many pairs of a Chinese character in GB18030 are
# such (住院 is two of them), and no Chinese character in UTF-8 is.
_DAMAGED_BYTES = 12
_DAMAGED_SHARE = 0.8
_OF_TWO_BYTES = re.compile("[\u0080-\u07ff]")
_NUL_SHARE = 0.1

_MARKS = (
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16: its mark begins the same way
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Encoding:
    """`name` is a codec of Python, `mark` the length of the byte order mark to skip."""

    name: str
    mark: int = 0


def detect_encoding(stream: BinaryIO) -> Encoding:
    """The encoding of a whole stream, read from its start in pieces.

    Raises Refused (unknown_encoding, damaged_utf8, damaged_utf16, …) with the first byte that does not fit.
    """
    stream.seek(0)
    head = stream.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _with_mark(stream, name, len(mark))
    fault = _first_fault(stream, "utf-8", 0)
    if _nul_share(stream) > _NUL_SHARE:
        raise Refused("utf16_without_mark")
    if fault is None:
        return Encoding("utf-8")
    if _is_damaged_utf8(stream):
        raise _refusal("damaged_utf8", stream, fault)
    fault = _first_fault(stream, "gb18030", 0)
    if fault is not None:
        raise _refusal("unknown_encoding", stream, fault)
    return Encoding("gb18030")


def _with_mark(stream: BinaryIO, name: str, mark: int) -> Encoding:
    if not name:
        raise Refused("unsupported_format", kind_zh=" UTF-32 文字", kind_en="UTF-32 text")
    fault = _first_fault(stream, name, mark)
    if fault is not None:
        raise _refusal("damaged_utf8", stream, fault) if name == "utf-8" else Refused("damaged_utf16", offset=fault)
    return Encoding(name, mark)


def _chunks(stream: BinaryIO, start: int = 0) -> Iterator[bytes]:
    stream.seek(start)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _first_fault(stream: BinaryIO, name: str, start: int) -> int | None:
    """The offset of the first byte that the strict codec refuses; None when all fit."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    offset = start
    for chunk in _chunks(stream, start):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as fault:
            return offset - pending + fault.start
        offset += len(chunk)
    pending = len(decoder.getstate()[0])
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        return offset - pending + fault.start
    return None


def _nul_share(stream: BinaryIO) -> float:
    nuls = size = 0
    for chunk in _chunks(stream):
        nuls += chunk.count(0)
        size += len(chunk)
    return nuls / size if size else 0.0


def _is_damaged_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    high = fitting = 0
    for chunk in _chunks(stream):
        text = decoder.decode(chunk)
        of_two = 2 * len(_OF_TWO_BYTES.findall(text))
        high += len(chunk.translate(None, _ASCII)) - of_two
        fitting += len(text.encode().translate(None, _ASCII)) - of_two
    return high >= _DAMAGED_BYTES and fitting > _DAMAGED_SHARE * high


def _refusal(code: str, stream: BinaryIO, offset: int) -> Refused:
    line = 1
    left = offset
    for chunk in _chunks(stream):
        line += chunk[:left].count(b"\n")
        left -= len(chunk)
        if left <= 0:
            break
    return Refused(code, line=line, offset=offset)
