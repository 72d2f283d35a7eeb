"""How much a file may ask of the machine (reliability.md section 3)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes, counts and seconds. The defaults are those of uploads and of the inbox."""

    file_bytes: int = 20_000_000
    unpacked_bytes: int = 200_000_000
    part_ratio: int = 200
    parts: int = 200
    sheets: int = 20
    rows: int = 100_000
    columns: int = 64
    cells: int = 6_400_000
    text_characters: int = 2_000
    line_bytes: int = 64 * 1024
    child_memory: int = 1024 * _MIB
    child_cpu_seconds: int = 30
    child_wall_seconds: float = 60.0
    child_file_bytes: int = 200_000_000
    reply_bytes: int = 50_000_000
    files_per_day: int = 200
    kept_bytes: int = 2_000_000_000
    min_free_bytes: int = 500_000_000

    @classmethod
    def operator(cls) -> Limits:
        """An operator's own file: a CSV of up to 5 million rows."""
        return cls(
            file_bytes=4_000_000_000,
            rows=5_000_000,
            child_memory=4096 * _MIB,
            child_cpu_seconds=900,
            child_wall_seconds=1_200.0,
            child_file_bytes=4_000_000_000,
        )

    def as_json(self) -> dict[str, object]:
        return asdict(self)
