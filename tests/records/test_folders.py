"""Folders of records as they may arrive: cut, of other types, with hostile names, linked elsewhere, changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.catalogue.regions import Regions
from monitor.records import folder as folders
from monitor.records.errors import RecordsError
from monitor.records.folder import look_into, refuse_changed, seal

from .conftest import COLUMNS, RATE, VISITS, computed, figures, visit, write, write_many


def refused(folder: Path, regions: Regions) -> RecordsError:
    with pytest.raises(RecordsError) as caught:
        computed(folder, regions)
    error = caught.value
    assert error.zh and error.en and "\n" not in error.en
    return error


@pytest.mark.parametrize("keep", [0, 3, 4, 8, 200, -1, -4, -9])
def test_a_file_that_is_cut_is_named(records: Path, regions: Regions, keep: int) -> None:
    data = (records / "a.parquet").read_bytes()
    (records / "cut.parquet").write_bytes(data[:keep])
    assert "cut.parquet: is no whole Parquet file" in refused(records, regions).en


def test_what_is_overwritten_in_the_middle_is_told_or_is_another_manifest(records: Path, regions: Regions) -> None:
    """A value that became another value is a record like any other, but never under the hash of the true files."""
    file = write_many(records / "a.parquet", 5000, "i % 3 > 0")
    data = file.read_bytes()
    right = computed(records, regions)
    assert figures(right) == {(RATE, "320000"): (3333, 5000, None, 5000)}
    told = 0
    for place in range(4, len(data) - 1200, len(data) // 8):
        file.write_bytes(data[:place] + b"\xff\x00\xff\x00" * 4 + data[place + 16 :])
        try:
            found = computed(records, regions)
        except RecordsError:
            told += 1
            continue
        assert found.manifest.sha256 != right.manifest.sha256
    assert told


def test_columns_that_are_lacking_or_of_another_type_are_all_told(records: Path, regions: Regions) -> None:
    columns = {**COLUMNS, "discharged_on": "VARCHAR", "settled_directly": "INTEGER"}
    write(records / "b.parquet", [("V9", "320000", "2024-06-01", True, 1, "1", "DRG")], columns)
    write(records / "c.parquet", [("V9",)], {"visit_id": "VARCHAR"})
    write(
        records / "d.parquet",
        [],
        {**{k: v for k, v in COLUMNS.items() if k != "region_code"}, "Region_Code": "VARCHAR"},
    )
    said = refused(records, regions).en
    for part in (
        "b.parquet: discharged_on is VARCHAR, not date",
        "b.parquet: settled_directly is INTEGER, not boolean",
        "c.parquet: lacks the column region_code",
        "d.parquet: lacks the column region_code (there is Region_Code)",
    ):
        assert part in said


def test_region_codes_that_became_numbers_are_not_guessed(records: Path, regions: Regions) -> None:
    write(
        records / "b.parquet",
        [("V9", 320000, "2024-06-01", True, True, "1", "DRG")],
        {**COLUMNS, "region_code": "INTEGER"},
    )
    assert "region_code is INTEGER, not text" in refused(records, regions).en


@pytest.mark.parametrize("kind", ["DOUBLE", "DECIMAL(14,2)", "DECIMAL(12,4)", "BIGINT"])
def test_amounts_that_may_not_fit_are_refused(tmp_path: Path, regions: Regions, kind: str) -> None:
    write(tmp_path / "visits" / "a.parquet", VISITS, {**COLUMNS, "expense": kind})
    with pytest.raises(RecordsError, match="expense is"):
        computed(tmp_path / "visits", regions, "drg_dip_payment_share")


@pytest.mark.parametrize(
    "name", ["a*.parquet", "a?.parquet", "[ab].parquet", "a'b.parquet", 'a".parquet', "a\nb.parquet", "{a,b}.parquet",
             "a\\b.parquet", "a;DROP.parquet", "\x1b[31m.parquet", "a:b.parquet", "a\u202eb.parquet"],
)  # fmt: skip
def test_names_that_mean_something_to_an_engine_are_refused(records: Path, regions: Regions, name: str) -> None:
    (records / name).write_bytes((records / "a.parquet").read_bytes())
    error = refused(records, regions)
    assert "special characters" in error.en and error.en.isprintable()


def test_names_in_chinese_and_with_spaces_are_fine(records: Path, regions: Regions) -> None:
    (records / "a.parquet").rename(records / "2024年 住院.parquet")
    assert figures(computed(records, regions))[RATE, "320000"][:2] == (2, 3)


def test_links_are_not_followed(records: Path, regions: Regions, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "b.parquet", [visit(50, "320000", "2024-06-01", True, True)])
    (records / "linked.parquet").symlink_to(outside)
    assert "linked.parquet: is a link" in refused(records, regions).en
    (records / "linked.parquet").unlink()
    (records / "deeper").symlink_to(outside.parent)
    assert "deeper: is a link" in refused(records, regions).en
    (records / "deeper").unlink()
    (records / "again.parquet").symlink_to(records / "a.parquet")  # would count everything twice
    assert "again.parquet: is a link" in refused(records, regions).en
    os.mkfifo(records / "pipe.parquet")
    (records / "again.parquet").unlink()
    assert "pipe.parquet: is no regular file" in refused(records, regions).en


def test_a_folder_that_is_a_link_itself_is_the_folder_it_leads_to(
    records: Path, regions: Regions, tmp_path: Path
) -> None:
    (tmp_path / "newest").symlink_to(records)
    assert computed(tmp_path / "newest", regions).manifest == computed(records, regions).manifest


def test_other_files_are_named_and_hidden_ones_are_not_records(records: Path, regions: Regions) -> None:
    (records / "readme.txt").write_text("notes")
    (records / "_SUCCESS").touch()
    (records / ".part-0.crc").write_bytes(b"x")
    (records / "_temporary").mkdir()
    (records / "_temporary" / "half.parquet").write_bytes(b"x")
    found = computed(records, regions)
    assert found.passed == ("readme.txt",) and len(found.manifest.files) == 1


def test_there_must_be_something_to_read(tmp_path: Path, regions: Regions) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no .parquet file" in refused(tmp_path / "empty", regions).en
    assert "no such folder" in refused(tmp_path / "nowhere", regions).en
    (tmp_path / "file").touch()
    assert "no folder" in refused(tmp_path / "file", regions).en


def test_partitions_that_differ_or_repeat_a_column_are_refused(tmp_path: Path, regions: Regions) -> None:
    without = {name: kind for name, kind in COLUMNS.items() if name != "region_code"}
    row = ("V1", "2024-06-01", True, True, "1", "DRG")
    folder = tmp_path / "visits"
    write(folder / "region_code=320000" / "a.parquet", [row], without)
    assert figures(computed(folder, regions)) == {(RATE, "320000"): (1, 1, None, 1)}
    write(folder / "b.parquet", VISITS)
    assert "other partitions" in refused(folder, regions).en
    (folder / "b.parquet").unlink()
    write(folder / "region_code=110000" / "c.parquet", [VISITS[0]])
    assert "region_code is both in the file and in the names of its folders" in refused(folder, regions).en


def test_the_text_of_a_partition_that_is_no_day_is_told(tmp_path: Path, regions: Regions) -> None:
    without = {name: kind for name, kind in COLUMNS.items() if name != "discharged_on"}
    write(tmp_path / "visits" / "discharged_on=June" / "a.parquet", [("V1", "320000", True, True, "1", "DRG")], without)
    assert "cannot be computed from" in refused(tmp_path / "visits", regions).en


def test_a_file_that_changes_while_it_is_read_is_refused(records: Path) -> None:
    found = look_into(records)
    assert seal(found, [8]).rows == 8
    write(records / "a.parquet", VISITS[:3])
    with pytest.raises(RecordsError, match="changed while it was read"):
        seal(found, [8])
    with pytest.raises(RecordsError, match="changed while it was read"):
        refuse_changed(found.files)
    (records / "a.parquet").unlink()
    with pytest.raises(RecordsError, match="changed while it was read"):
        refuse_changed(found.files)


def test_too_many_files_are_refused(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_FILES", 1)
    write(records / "b.parquet", VISITS)
    with pytest.raises(RecordsError, match="more than 1 files"):
        look_into(records)


def test_little_memory_is_enough_for_many_keys(tmp_path: Path, regions: Regions) -> None:
    """What does not fit goes to the disk and comes back; the answer is the same."""
    write_many(tmp_path / "visits" / "a.parquet", 1_000_000, "i % 2 = 0")
    found = computed(tmp_path / "visits", regions, memory=60_000_000)
    assert figures(found) == {(RATE, "320000"): (500_000, 1_000_000, None, 1_000_000)}
    with pytest.raises(RecordsError, match="memory are not enough"):
        computed(tmp_path / "visits", regions, memory=4_000_000)
