"""Self-assessments by one file: all rows or none, every fault at once; an exported round can be sent back."""

from __future__ import annotations

import csv
import io

import pytest

from monitor.dossier.acts import read_acts
from monitor.dossier.errors import DossierError
from monitor.evaluation.assessing import FIELDS as COLUMNS
from monitor.evaluation.assessment_file import AssessmentFileError, assess_file
from monitor.evaluation.table import round_table
from monitor.report.export import to_csv

from .conftest import BENEFITS, FIELDS, PLANNER, VIEWER, World

HEAD = ["indicator_id", *COLUMNS]


def made(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEAD, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def test_a_file_is_taken_whole(world: World) -> None:
    told = world.opened()
    content = made(
        {"indicator_id": "enrolment_rate", **FIELDS, "outlook": "有望", "adjust": "是", "adjust_reason": "口径变化"},
        {"indicator_id": "medical_aid_share", **FIELDS},
        {"indicator_id": "fund_income"},  # nothing is written: passed over
        encoding="gb18030",
    )
    taken = assess_file(world.desk, BENEFITS, told.id, content)
    assert (taken.written, taken.unchanged) == (("enrolment_rate", "medical_aid_share"), ())
    first = taken.round.subject("enrolment_rate").assessment
    assert first is not None and (first.outlook, first.adjust, first.by) == ("hopeful", True, "待遇司")
    again = assess_file(world.desk, BENEFITS, told.id, content)
    assert (again.written, again.unchanged) == ((), ("enrolment_rate", "medical_aid_share"))


def test_every_fault_is_told_and_nothing_is_taken(world: World) -> None:
    told = world.opened()
    acts = read_acts(world.store, "round")
    content = made(
        {"indicator_id": "enrolment_rate", **FIELDS},
        {"indicator_id": "nothing", **FIELDS},
        {"indicator_id": "drug_platform_share", **FIELDS},
        {"indicator_id": "enrolment_rate", **FIELDS},
        {"indicator_id": "medical_aid_share", **FIELDS, "outlook": "也许", "measures": "", "adjust": "是"},
    )
    with pytest.raises(AssessmentFileError) as found:
        assess_file(world.desk, BENEFITS, told.id, content)
    assert [(one.row, one.column, one.text) for one in found.value.faults] == [
        (3, "indicator_id", "nothing"), (4, "indicator_id", "drug_platform_share"),
        (5, "indicator_id", "enrolment_rate"), (6, "measures", ""), (6, "outlook", "也许"), (6, "adjust_reason", ""),
    ]  # fmt: skip
    assert all(one.zh and one.en for one in found.value.faults)
    assert read_acts(world.store, "round") == acts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "columns"),
        (b"indicator_id,completion\nenrolment_rate,x\n", "outlook"),
        (",".join(HEAD).encode() + b"\n", "filled in"),
        (b'"a', "CSV"),
        (b"x" * 5_000_001, "larger"),
    ],
)
def test_what_is_no_such_file_is_refused(world: World, content: bytes, said: str) -> None:
    told = world.opened()
    with pytest.raises(AssessmentFileError) as found:
        assess_file(world.desk, BENEFITS, told.id, content)
    assert said in found.value.faults[0].en
    with pytest.raises(DossierError):
        assess_file(world.desk, VIEWER, told.id, content)


def test_an_exported_round_comes_back_as_it_went(world: World) -> None:
    """Also texts that a spreadsheet would run."""
    told = world.opened()
    rows = ({"indicator_id": "enrolment_rate", **FIELDS, "completion": "=1+1", "problems": "-无\n第二行"},)
    assess_file(world.desk, PLANNER, told.id, made(*rows))
    exported = to_csv(round_table(world.desk, world.look(told)))
    assert b"'=1+1" in exported
    again = assess_file(world.desk, PLANNER, told.id, exported)
    assert (again.written, again.unchanged) == ((), ("enrolment_rate",))
    kept = again.round.subject("enrolment_rate").assessment
    assert kept is not None and (kept.completion, kept.problems) == ("=1+1", "-无\n第二行")
