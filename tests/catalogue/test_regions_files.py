"""Regions files: what is read, and every fault at its row and column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.catalogue import CatalogueError, Problem, load_regions, parse_regions

HEADER = "region_code,parent_code,level,name,reporting,valid_from,valid_to\n"
SHIPPED = Path(__file__).parents[2] / "data" / "regions.csv"


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        parse_regions(text, "r.csv")
    return caught.value.problems


def test_the_shipped_file() -> None:
    regions = load_regions(SHIPPED)
    units = [region for region in regions.children("000000") if region.reporting]
    assert len(units) == 32
    assert sum(region.code_system == "GB/T 2260" for region in units) == 31
    corps = regions.get("660000")
    assert corps is not None
    assert (corps.short_name, corps.population, corps.code_system) == ("兵团", None, "convention")
    nation = regions.get("000000")
    assert nation is not None
    assert (nation.parent_code, nation.reporting, nation.population) == (None, False, 1409778724)
    taiwan = regions.get("710000")
    assert taiwan is not None
    assert (taiwan.reporting, taiwan.tile_column, taiwan.tile_row) == (False, 8, 6)


def test_only_four_columns_are_needed_and_reporting_follows_the_parent() -> None:
    regions = parse_regions(
        "\ufeffname,level,parent_code,region_code\r\n全国,nation,,000000\r\n\r\n北京市,province,000000,110000\r\n",
        "r.csv",
    )
    assert [(region.code, region.reporting) for region in regions.rows] == [("000000", False), ("110000", True)]
    assert regions.file == "r.csv"


@pytest.mark.parametrize(
    ("cell", "reporting"),
    [("", True), ("true", True), ("FALSE", False), ("0", False), ("是", True), ("否", False)],
)
def test_reporting(cell: str, reporting: bool) -> None:
    regions = parse_regions(HEADER + f"000000,,nation,全国,,,\n110000,000000,province,北京市,{cell},,\n", "r.csv")
    assert regions.rows[1].reporting is reporting


def test_a_region_changes_its_parent_on_a_day() -> None:
    regions = parse_regions(
        HEADER
        + "000000,,nation,全国,,,\n340000,000000,province,安徽省,,,\n341400,340000,prefecture,巢湖市,,,2011-07-13\n"
        + "340100,340000,prefecture,合肥市,,,\n341421,341400,county,庐江县,,,2011-07-13\n"
        + "341421,340100,county,庐江县,,2011-07-14,\n",
        "r.csv",
    )
    before, after = date(2011, 7, 13), date(2011, 7, 14)
    assert [region.code for region in regions.children("341400", before)] == ["341421"]
    assert regions.children("341400", after) == ()
    assert [region.code for region in regions.descendants("340000", after)] == ["340100", "341421"]
    assert [region.code for region in regions.descendants("000000")] == ["340000", "340100", "341421", "341400"]
    county = regions.get("341421")
    assert county is not None
    assert county.parent_code == "340100"
    assert regions.get("341400", after) is None
    assert "341400" in regions


ROOT = "000000,,nation,全国,,,\n"

FAULTS: list[tuple[str, str, int | None, str]] = [
    ("", "empty_file", None, ""),
    (HEADER, "empty_file", None, ""),
    ("region_code,parent_code,level\n000000,,nation\n", "missing_column", 1, "name"),
    ("regioncode,parent_code,level,name\n000000,,nation,全国\n", "missing_column", 1, "region_code"),
    ("region_code,parent_code,level,name,name\n000000,,nation,全国,x\n", "duplicate_column", 1, "name"),
    ("region_code,parent_code,level,name,valid_form\n000000,,nation,全国,\n", "unknown_column", 1, "valid_form"),
    (HEADER + ROOT + "11000,000000,province,北京市,,,\n", "bad_value", 3, "region_code"),
    (HEADER + ROOT + "１１００００,000000,province,北京市,,,\n", "bad_value", 3, "region_code"),
    (HEADER + ROOT + ",000000,province,北京市,,,\n", "missing_value", 3, "region_code"),
    (HEADER + ROOT + "110000,0,province,北京市,,,\n", "bad_value", 3, "parent_code"),
    (HEADER + ROOT + "110000,000000,,北京市,,,\n", "missing_value", 3, "level"),
    (HEADER + ROOT + "110000,000000,province,,,,\n", "missing_value", 3, "name"),
    (HEADER + ROOT + "110000,000000,province,北京市,maybe,,\n", "bad_value", 3, "reporting"),
    (HEADER + ROOT + "110000,000000,province,北京市,,2021/1/1,\n", "bad_value", 3, "valid_from"),
    (HEADER + ROOT + "110000,000000,province,北京市,,,2021-02-29\n", "bad_value", 3, "valid_to"),
    (HEADER + ROOT + "110000,000000,province,北京市,,2021-02-01,2021-01-01\n", "bad_value", 3, "valid_to"),
    (HEADER + ROOT + "110000,000000,province,北京市\n", "bad_row", 3, ""),
    (HEADER + ROOT + '110000,000000,province,"北京市,,,\n', "bad_csv", 3, ""),
    (HEADER + ROOT + "110000,990000,province,北京市,,,\n", "unknown_parent", 3, "parent_code"),
    (HEADER + ROOT + ROOT, "duplicate_region", 3, "region_code"),
    (HEADER + ROOT + "110000,000000,province,北京市,,,2020-12-31\n110000,000000,province,北京,,2020-12-31,\n",
     "duplicate_region", 4, "region_code"),
    (HEADER + "000000,,nation,全国,,2020-01-01,\n110000,000000,province,北京市,,,2019-12-31\n",
     "parent_not_valid", 3, "parent_code"),
    (HEADER + ROOT + "110000,110000,province,北京市,,,\n", "region_cycle", 3, "parent_code"),
    (HEADER + ROOT + "110000,120000,province,北京市,,,\n120000,110000,province,天津市,,,\n",
     "region_cycle", 4, "parent_code"),
    (HEADER + ROOT + "110000,120000,province,北京市,,,2020-12-31\n120000,110000,province,天津市,,2021-01-01,\n"
     + "120000,000000,province,天津市,,,2020-12-31\n110000,000000,province,北京市,,2021-01-01,\n",
     "region_cycle", 4, "parent_code"),
    ("region_code,parent_code,level,name,census_2020_population\n000000,,nation,全国,1.4亿\n",
     "bad_value", 2, "census_2020_population"),
    ("region_code,parent_code,level,name,tile_row\n000000,,nation,全国,-1\n", "bad_value", 2, "tile_row"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line", "column"), FAULTS, ids=lambda value: str(value)[-24:])
def test_a_fault_is_told_at_its_cell(text: str, code: str, line: int | None, column: str) -> None:
    (problem,) = problems_of(text)
    assert (problem.file, problem.code, problem.line, problem.path) == ("r.csv", code, line, column)
    assert problem.zh != problem.en


def test_all_faults_come_at_once_and_quoted_line_breaks_keep_the_rows_right() -> None:
    text = (
        HEADER
        + ROOT
        + '110000,000000,province,"北京\n市",x,,\n11,000000,,天津市,,,\n130000,120000,province,河北省,,,\n'
    )
    assert [(problem.line, problem.path, problem.code) for problem in problems_of(text)] == [
        (3, "reporting", "bad_value"),
        (5, "region_code", "bad_value"),
        (5, "level", "missing_value"),
        (6, "parent_code", "unknown_parent"),
    ]


def test_a_row_with_a_fault_is_still_a_parent() -> None:
    text = HEADER + ROOT + "510000,000000,province,四川省,?,,\n510100,510000,prefecture,成都市,,,\n"
    assert [problem.path for problem in problems_of(text)] == ["reporting"]


def test_a_long_chain_is_walked_without_recursion() -> None:
    rows = [f"{code:06d},{code - 1:06d},county,县,,," for code in range(1, 5000)]
    regions = parse_regions(HEADER + ROOT + "\n".join(rows) + "\n", "r.csv")
    assert len(regions.descendants("000000")) == 4999
    ring = problems_of(HEADER + "\n".join(["000000,004999,nation,全国,,,", *rows]) + "\n")
    assert [problem.code for problem in ring] == ["region_cycle"]
    assert len(ring[0].en) < 500


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("region_code,parent_code,level,name\n000000,,nation,全国\n".encode("gb18030"), "bad_encoding", 2),
        (b"", "empty_file", None),
        (b"x" * (5 * 1024 * 1024 + 1), "file_too_large", None),
    ],
    ids=["encoding", "empty", "large"],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, code: str, line: int | None) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        load_regions(path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.code, problem.line) == ("r.csv", code, line)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "missing_file"), (tmp_path, "not_a_file")):
        with pytest.raises(CatalogueError) as caught:
            load_regions(path)
        assert [problem.code for problem in caught.value.problems] == [code]
