"""Reads bytes as files through the one door, and knows what a good file looks like."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from monitor.catalogue import Catalogue, Regions, parse_catalogues, parse_regions
from monitor.intake.child import read
from monitor.intake.limits import Limits
from monitor.intake.problems import FileProblem
from monitor.intake.reading import Reading, read_file
from monitor.intake.rules import rules_of

PLAN = (Path(__file__).parent / "small_plan.yaml").read_text(encoding="utf-8")
REGIONS = """region_code,parent_code,level,name
000000,,nation,全国
110000,000000,province,北京市
120000,000000,province,天津市
660000,000000,province,新疆生产建设兵团
"""
HEADER = ("indicator_id", "region_code", "period", "numerator", "denominator", "part_unit", "value", "unit",
          "comparator", "vintage", "synthetic", "note", "source", "published_on", "grade")  # fmt: skip
GOOD_ROW = {"indicator_id": "enrolment_rate", "region_code": "110000", "period": "2023", "value": "96.2"}


def row(**cells: str) -> dict[str, str]:
    """A good row with some cells replaced."""
    return GOOD_ROW | cells


def as_csv(rows: Sequence[Mapping[str, str]], header: Sequence[str] | None = None) -> str:
    """CSV of rows; the header holds the columns that any of them uses."""
    names = header or [name for name in HEADER if any(name in one for one in rows)]
    lines = [",".join(names)]
    lines += [",".join(_quoted(one.get(name, "")) for name in names) for one in rows]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


class ReadingDesk:
    """Reads bytes against the small plan; every file and staging file lives in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staging = folder / "staging"
        self.staging.mkdir()
        self.regions: Regions = parse_regions(REGIONS, "regions.csv")
        self.catalogues: tuple[Catalogue, ...] = parse_catalogues([("small_plan.yaml", PLAN)], self.regions)
        self._rules = rules_of(self.catalogues, self.regions).as_json()
        self._numbers = itertools.count()

    def path(self, content: bytes | str, name: str = "file.csv") -> Path:
        folder = self.folder / str(next(self._numbers))
        folder.mkdir()
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, content: bytes | str, name: str = "file.csv", limits: Limits | None = None) -> Reading:
        """Through the door of files."""
        return self.read_path(self.path(content, name), limits)

    def read_path(self, path: Path, limits: Limits | None = None) -> Reading:
        return read_file(path, self.catalogues, self.regions, staging_folder=self.staging, limits=limits)

    def read_all(self, files: Mapping[str, tuple[str, bytes | str]]) -> dict[str, Reading]:
        """Many files, two at once as in service; id → (name, content)."""
        with ThreadPoolExecutor(2) as pool:
            readings = pool.map(lambda item: self.read(item[1], item[0]), files.values())
            return dict(zip(files, readings, strict=True))

    def read_inside(self, content: bytes | str, name: str = "file.csv") -> Reading:
        """As `read`, but in this process: for the many files that can do no harm."""
        path = self.path(content, name)
        answer = read(self._job(path))
        problems = tuple(FileProblem(**problem) for problem in answer["problems"])
        staging = None if answer["blocked"] else path.with_suffix(".parquet")
        return Reading(
            file=name,
            sha256="",
            size=path.stat().st_size,
            encoding=answer["encoding"],
            sheet=answer["sheet"],
            row_count=answer["row_count"],
            problems=problems,
            problem_count=answer["count"],
            staging=staging,
            blocked=answer["blocked"],
        )

    def _job(self, path: Path) -> dict[str, Any]:
        return {
            "file": path.name,
            "copy": str(path),
            "work": str(path.with_suffix(".rows")),
            "spill": str(path.with_suffix(".spill")),
            "staging": str(path.with_suffix(".parquet")),
            "limits": Limits().as_json(),
            "rules": self._rules,
        }


def rows_of(staging: Path | None) -> list[tuple[Any, ...]]:
    """The rows of a staging file."""
    assert staging is not None
    with duckdb.connect() as connection:
        return connection.execute("SELECT * FROM read_parquet(?) ORDER BY line", [str(staging)]).fetchall()


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]
