"""How answers are given: pages of one moment, validators, languages, and what a slip of the pen gets."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from monitor.report import ledger
from monitor.report.as_of import format_as_of
from monitor.report.export import plain_number
from monitor.store.snapshots import freeze
from monitor.web.api.tables import HistoryRow, ObservationRow, ScorecardRow, SubmissionRow

from .conftest import HEADER, HERE, World, row


def pages(world: World, path: str, limit: int, who: str = "viewer") -> list[dict[str, Any]]:
    """All pages of a list, by following `next`."""
    sign = "&" if "?" in path else "?"
    found, cursor = [], None
    while True:
        page = world.get(f"{path}{sign}limit={limit}" + (f"&cursor={cursor}" if cursor else ""), who)
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            assert len(found) == page["total"]
            return found


@pytest.mark.parametrize(
    ("path", "model"),
    [
        (f"/scorecards?region={HERE}", ScorecardRow), ("/observations", ObservationRow), ("/history", HistoryRow),
        ("/submissions", SubmissionRow),
    ],
)  # fmt: skip
def test_pages_make_the_whole_and_rows_are_as_the_document_says(calm: World, path: str, model: Any) -> None:
    whole = pages(calm, path, 1000, "reviewer")
    assert whole and pages(calm, path, 2 if len(whole) < 10 else 37, "reviewer") == whole
    for one in whole:
        model.model_validate(one)


def test_pages_are_of_one_moment_whatever_is_accepted_meanwhile(world: World) -> None:
    number = world.send(HEADER + row()).get_json()["submissions"][0]["submission_id"]
    first = world.get("/observations?limit=1")
    assert world.act(number, "accept", "reviewer", {"explain": "核实"}).status_code == 200
    second = world.get(f"/observations?limit=1&cursor={first['next']}")
    assert (second["as_of"], second["total"], second["next"]) == (first["as_of"], 2, None)
    assert [one["period"] for one in first["items"] + second["items"]] == ["2024", "2024"]
    assert world.get("/observations")["total"] == 3
    assert world.ask("GET", f"/observations?limit=1&period=2024&cursor={first['next']}").status_code == 404
    assert world.ask("GET", "/observations?limit=1&cursor=bm90aGluZw").status_code == 404


def test_figures_are_exact_and_stand_as_in_the_export(world: World) -> None:
    (sent,) = world.send(HEADER + row(part="8000.0000000001")).get_json()["submissions"]
    world.act(sent["submission_id"], "accept", "reviewer", {"explain": "核实"})
    items = world.get("/observations?period=2025")["items"]
    assert [one["numerator"] for one in items] == ["8000.0000000001"]
    frame = ledger.observations(world.store, ["enrolment_rate"], None, ["2025"], None)
    assert [tuple(one) for one in items] == [tuple(frame.columns)]
    assert items[0]["denominator"] == plain_number(frame["denominator"][0])
    assert items[0]["accepted_at"] == frame["accepted_at"][0]


def test_a_figure_is_explained_in_exact_numbers_and_only_as_accepted(world: World) -> None:
    asked = f"/explanations?indicator=enrolment_rate&region={HERE}&period=2025"
    empty = world.get(asked)
    assert (empty["kind"], empty["absence"], empty["formula"]) == ("none", "not_sent", None)
    (sent,) = world.send(HEADER + row(part="8000.0000000001")).get_json()["submissions"]
    assert world.get(asked) == empty
    world.act(sent["submission_id"], "accept", "reviewer", {"explain": "核实"})
    told = world.get(asked)
    formula = told["formula"]
    top, bottom = Fraction(formula["numerator"]), Fraction(formula["denominator"])
    assert formula["numerator"] == "8000.0000000001" and Fraction(formula["result"]) == 100 * top / bottom
    assert told["verdict"]["v"] == formula["result"] and told["verdict"]["rule"] == "hold"
    assert [(one["submission_id"], one["reason"]) for one in told["vintages"]] == [(sent["submission_id"], "preferred")]
    (judged,) = (one for one in world.get(f"/scorecards?region={HERE}&period=2025")["items"]
                 if one["indicator_id"] == "enrolment_rate")  # fmt: skip
    assert judged["value"] == float(Fraction(formula["result"])) and judged["class"] == told["verdict"]["class"]
    assert world.get(f"{asked}&as_of=2026-01-01")["kind"] == "none"
    for wrong in ("indicator=nothing&region=320000", "indicator=enrolment_rate&region=999999"):
        assert world.ask("GET", f"/explanations?{wrong}&period=2025").status_code == 404
    assert world.ask("GET", "/explanations?indicator=enrolment_rate&region=320000&period=x").status_code == 400


def test_an_explanation_says_who_answers_for_the_figure(world: World) -> None:
    told = world.get("/explanations?indicator=medical_aid_share&region=460000&period=2025")["answers"]
    assert (told["owner"], told["inferred"], told["unit"], told["provider"]) == ("待遇保障司", True, "benefits", None)
    assert told["ground"]["duty"] == "统筹推进多层次医疗保障体系建设。"
    assert told["ground"]["paragraph"] == "第四条（三）第2句"
    assert (told["local"]["unit"], told["local"]["words"]) == ("海南省医疗保障局", "负责全省城乡医疗救助工作")
    assert (told["phone_unit"], told["phone"]) == ("局待遇保障处", "0898-66531826")
    other = world.get(f"/explanations?indicator=out_of_pocket_share&region={HERE}&period=2025")["answers"]
    assert (other["owner"], other["provider"]) == ("规划财务和法规司", "国家卫生健康委")
    assert (other["local"], other["phone"]) == (None, None)


def test_a_validator_holds_until_something_changes(world: World) -> None:
    asked = f"/scorecards?region={HERE}&period=2024"
    first = world.ask("GET", asked)
    again = world.ask("GET", asked, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert world.ask("HEAD", asked).headers["ETag"] == first.headers["ETag"]
    assert "Authorization" in first.headers["Vary"] and "private" in first.headers["Cache-Control"]
    listed = world.ask("GET", "/submissions", "reporter")
    number = world.send(HEADER + row()).get_json()["submissions"][0]["submission_id"]
    assert world.ask("GET", asked).headers["ETag"] == first.headers["ETag"]
    assert world.ask("GET", "/submissions", "reporter").headers["ETag"] != listed.headers["ETag"]
    world.act(number, "accept", "reviewer", {"explain": "核实"})
    assert world.ask("GET", asked).headers["ETag"] != first.headers["ETag"]
    tag = world.ask("GET", "/submissions", "reporter").headers["ETag"]
    assert world.ask("GET", "/submissions", "reviewer", headers={"If-None-Match": tag}).status_code == 200


def test_errors_speak_the_readers_language(calm: World) -> None:
    for language, spoken in (("zh-CN,zh;q=0.9", "zh"), ("en-GB,en;q=0.8", "en"), ("fr", "zh"), ("", "zh")):
        answer = calm.ask("GET", "/scorecards?region=999999", headers={"Accept-Language": language})
        problem = answer.get_json()
        assert problem["detail"] == problem[spoken] and answer.headers["Content-Language"] == spoken
        assert "999999" in problem["zh"] and "999999" in problem["en"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/scorecards?regoin=320000", 400), ("/scorecards?region=32", 400), ("/scorecards?period=2025-Q5", 400),
        ("/scorecards?limit=0", 400), ("/scorecards?limit=1001", 400), ("/scorecards?limit=1_0", 400),
        ("/scorecards?limit=1&limit=2", 400), ("/scorecards?include_context=yes", 400), ("/scorecards?method=log", 400),
        ("/scorecards?plan=nothing", 404), ("/scorecards?region=999999", 404), ("/scorecards?as_of=someday", 404),
        ("/scorecards?as_of=2999-01-01", 404), ("/observations?indicator=nothing", 404), ("/catalogues/nothing", 404),
        ("/submissions/0", 404), ("/submissions/99999999999999999999999", 404), ("/submissions/x", 404),
        ("/submissions/1?x=1", 400), ("/nothing", 404), ("/scorecards/", 404), ("/me?x", 400),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_told(calm: World, path: str, status: int) -> None:
    assert calm.ask("GET", path).status_code == status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"reason": ""}', b'{"reason": " "}', b'{"reason": 1}', b'{"reason": "a\\u0000"}',
     b'{"reason": "\\ud800"}', b'{"reason": "a", "more": 1}', b'{"reason": "a", "remarks": {"": "b"}}', b"\xff"],
)  # fmt: skip
def test_a_body_that_is_none_is_told(calm: World, body: bytes) -> None:
    answer = calm.ask("POST", "/submissions/3/return", "reviewer", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert calm.get("/submissions/3", "reviewer")["state"] == "submitted"
    assert all(one["path"].startswith("body") for one in answer.get_json()["problems"])


def test_a_snapshot_and_a_moment_are_as_of(world: World) -> None:
    frozen = freeze(world.store, "第1版", by="admin")
    number = world.send(HEADER + row()).get_json()["submissions"][0]["submission_id"]
    world.act(number, "accept", "reviewer", {"explain": "核实"})
    assert world.get("/observations")["total"] == 3
    assert world.get("/observations?as_of=第1版")["total"] == 2
    assert world.get("/snapshots")["items"][0]["as_of"] == format_as_of(frozen.at)
    changed = world.get("/changes?from=第1版")
    assert {one["submission_id"] for one in changed["items"] if one["what"] == "figure"} == {str(number)}
    catalogue = world.get("/catalogues/uhs-14?as_of=第1版")["catalogue"]
    assert len(catalogue["indicators"]) == len(world.desk.current.catalogues[0].indicators)
    assert {one["form"] for one in world.get("/calls?limit=1000")["items"]} >= {"quarterly", "annual"}
