"""A workbook's zip container, opened with suspicion: every part is unpacked here once, in pieces and counted.

Stricter than any reader that comes after it, so that none can be shown something else than what was looked at:
sizes, checksums, names and positions must all agree, and each part's data must end where it says.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from .limits import Limits
from .problems import Refused

_PIECE = 64 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")  # a part's own header: signature, …, name length, extra length
_END = struct.Struct("<4s4H2IH")  # the end of the directory: signature, …, entries in all, size, …
_TAIL = 65_535 + _END.size  # where it must begin, its comment included
_ENCRYPTED = 0x1
_SIZES_FOLLOW = 0x8
# A part this small is no bomb, however well it packs.
_RATIO_FROM = 64 * 1024


def damaged(zh: str, en: str) -> Refused:
    return Refused("damaged_workbook", detail_zh=zh, detail_en=en)


class Container:
    """The parts of a zip file by name. Raises Refused on anything out of order."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._check_directory_size()
        try:
            with zipfile.ZipFile(stream) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error, OverflowError) as fault:
            raise damaged("压缩结构不完整", "its zip structure is broken") from fault
        self._check(parts)
        self.parts = {part.filename: part for part in parts if not part.is_dir()}

    def _check_directory_size(self) -> None:
        """Refuse a directory of a million parts before all of it is read."""
        self._stream.seek(0, 2)
        self._stream.seek(max(0, self._stream.tell() - _TAIL))
        tail = self._stream.read(_TAIL)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + _END.size:
            raise damaged("文件被截断", "it is cut off")
        count = _END.unpack_from(tail, at)[4]
        if count > self._limits.parts:
            raise Refused("workbook_parts", count=count, limit=self._limits.parts)

    def _check(self, parts: list[zipfile.ZipInfo]) -> None:
        limits = self._limits
        if len(parts) > limits.parts:
            raise Refused("workbook_parts", count=len(parts), limit=limits.parts)
        names = [part.filename.lower() for part in parts]
        if len(set(names)) != len(names):
            raise damaged("有重名的部件", "two parts have the same name")
        for part in parts:
            if not _is_safe_name(part.orig_filename):
                raise damaged("部件名指向包外", "a part's name points outside the package")
            if part.flag_bits & _ENCRYPTED:
                raise Refused("encrypted_workbook")
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise damaged("压缩方法不支持", "its compression method is not supported")
            if part.file_size > _RATIO_FROM and part.file_size > limits.part_ratio * max(part.compress_size, 1):
                raise self._too_packed(part)
        if sum(part.file_size for part in parts) > limits.unpacked_bytes:
            raise Refused("workbook_too_large", limit=limits.unpacked_bytes)
        if not parts or min(part.header_offset for part in parts):
            raise damaged("压缩包前有别的内容", "something stands before its zip structure")
        end = 0
        for part in sorted(parts, key=lambda part: part.header_offset):
            if part.header_offset < end:
                raise damaged("部件互相重叠", "parts overlap")
            end = part.header_offset + _LOCAL.size + part.compress_size

    def _too_packed(self, part: zipfile.ZipInfo) -> Refused:
        if part.file_size > self._limits.unpacked_bytes:
            return Refused("workbook_too_large", limit=self._limits.unpacked_bytes)
        return Refused("workbook_ratio", text=part.filename, limit=self._limits.part_ratio)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked data of a part, piece by piece; checked against its declared size and checksum at the end."""
        part = self.parts[name]
        self._seek_data(part)
        checksum = size = 0
        for piece in self._inflated(part):
            size += len(piece)
            if size > part.file_size:
                raise damaged("部件比声明的大", "a part is larger than it says")
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != part.file_size or checksum != part.CRC:
            raise damaged("部件与校验和不符", "a part does not match its checksum")

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a part."""
        part = self.parts[name]
        self._seek_data(part)
        data = b""
        for piece in self._inflated(part):
            data += piece
            if len(data) >= size:
                break
        return data[:size]

    def _seek_data(self, part: zipfile.ZipInfo) -> None:
        self._stream.seek(part.header_offset)
        header = self._stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            raise damaged("文件被截断", "it is cut off")
        signature, _, flags, method, _, _, crc, packed, unpacked, name_size, extra_size = _LOCAL.unpack(header)
        name = self._stream.read(name_size)
        spelled = part.orig_filename.encode("utf-8" if part.flag_bits & 0x800 else "cp437", "replace")
        if signature != b"PK\x03\x04" or method != part.compress_type or name != spelled:
            raise damaged("部件头与目录不符", "a part's header does not match the directory")
        told = (crc, packed, unpacked) == (part.CRC, part.compress_size, part.file_size)
        if not told and not flags & _SIZES_FOLLOW and 0xFFFFFFFF not in (packed, unpacked):
            raise damaged("部件头与目录不符", "a part's header does not match the directory")
        self._stream.seek(extra_size, 1)

    def _inflated(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        left = part.compress_size
        inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
        while left:
            packed = self._stream.read(min(_PIECE, left))
            if not packed:
                raise damaged("文件被截断", "it is cut off")
            left -= len(packed)
            if inflate is None:
                yield packed
            else:
                yield from _inflate(inflate, packed)
        if inflate is not None and (not inflate.eof or inflate.unused_data):
            raise damaged("部件的压缩数据不完整", "a part's packed data does not end where it says")


def _inflate(inflate: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    """Unpack in pieces of bounded size, so that no input can fill the memory."""
    try:
        while packed:
            piece = inflate.decompress(packed, _PIECE * 4)
            if piece:
                yield piece
            packed = inflate.unconsumed_tail
    except zlib.error as fault:
        raise damaged("部件的压缩数据损坏", "a part's packed data is broken") from fault


def _is_safe_name(name: str) -> bool:
    steps = name.split("/")
    return bool(name) and not any(
        (name.startswith("/"), "\\" in name, ":" in name, "\0" in name, ".." in steps, "." in steps)
    )
