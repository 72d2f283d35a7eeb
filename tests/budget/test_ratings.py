"""A self-rating from its first draft to the accepted one that never moves."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from monitor.access.actors import Actor
from monitor.budget.answers import Answer, Answers, parse_answers, read_answers
from monitor.budget.library import FILES, load_file
from monitor.budget.linked import linked_figures, linked_of
from monitor.budget.ratings import (
    accept,
    may_rate,
    may_see,
    read_rating,
    read_ratings,
    result,
    save,
    send_back,
    submit,
)
from monitor.catalogue.problems import CatalogueError
from monitor.dossier.acts import NewPaper, read_paper, writing
from monitor.dossier.errors import DossierError

from .conftest import BENEFITS, MANAGEMENT, MEDICINES, OTHER, PLANNER, SHIPPED, SYSTEM, VIEWER, World, full_answers


def _submitted(world: World, by: Actor = BENEFITS) -> None:
    save(world.desk, by, world.known, SYSTEM, full_answers(world.known.tables[SYSTEM]))
    submit(world.desk, by, world.known, SYSTEM)


def _total(world: World, project: str = SYSTEM, **as_of: object) -> tuple[Fraction, Fraction]:
    rating = read_rating(world.desk, project, **as_of)  # type: ignore[arg-type]
    total = result(world.desk, world.known, rating, **as_of).total  # type: ignore[arg-type]
    return total.low, total.high


def test_the_shared_figures_come_from_the_store(world: World) -> None:
    found = linked_figures(world.desk, world.known.tables[SYSTEM])
    assert {name: (one.printed, one.region, one.year) for name, one in found.items()} == {
        "enrolment_rate": ("≥95%", "000000", 2020),
        "resident_inpatient_payment_share": ("70%", "000000", 2020),
    }
    figure = found["enrolment_rate"].figure
    assert figure is not None and figure.vintage == "bulletin"
    for name, one in found.items():
        kept = linked_of(name, one.to_body())
        assert (kept.printed, kept.unit) == (one.printed, one.unit)


def test_from_draft_to_accepted(world: World) -> None:
    desk, known = world.desk, world.known
    table = known.tables[SYSTEM]
    short = Answer(row=2, actual="28个省", cause="三省推迟", measures="下年补齐")
    first = save(desk, BENEFITS, known, SYSTEM, Answers(rows=(short,)), [NewPaper("证明.txt", b"paper")])
    assert (first.state, first.revision, first.papers[0].name) == ("draft", 1, "证明.txt")
    world.later()
    second = save(desk, BENEFITS, known, SYSTEM, full_answers(table, row_2=short), revision=1)
    assert (second.state, second.revision) == ("draft", 2)
    waiting = submit(desk, BENEFITS, known, SYSTEM)
    assert (waiting.state, waiting.submitted_by, waiting.is_open) == ("submitted", BENEFITS.name, False)
    back = send_back(desk, PLANNER, SYSTEM, "第2行请附材料")
    assert (back.state, back.reason, back.basis, back.is_open) == ("returned", "第2行请附材料", None, True)
    submit(desk, BENEFITS, known, SYSTEM)
    done = accept(desk, PLANNER, SYSTEM, "同意")
    assert (done.state, done.decided_by) == ("accepted", PLANNER.name)
    # 100 − 3.85 + 28 ÷ 31 × 3.85
    whole = Fraction(100) - Fraction("3.85") * 3 / 31
    assert _total(world) == (whole, whole)
    assert [act.action for act in done.acts] == ["save", "save", "submit", "return", "submit", "accept"]
    assert done.acts[-1].body == {"reason": "同意", "low": "99.63", "high": "99.63", "grade": "优"}


def test_what_was_accepted_never_moves(world: World) -> None:
    _submitted(world)
    accept(world.desk, PLANNER, SYSTEM)
    before = world.later()
    world.publish("enrolment_rate", "90", "ge")
    changed = (SHIPPED / "scoring.yaml").read_text(encoding="utf-8").replace("execution: 10", "execution: 20")
    load_file(world.desk.store, PLANNER, "scoring.yaml", changed.replace("output: 50", "output: 40"))
    assert _total(world) == (100, 100) == _total(world, as_of=before)
    rated = result(world.desk, world.known, read_rating(world.desk, SYSTEM))
    assert rated.scoring.points.execution == 10 and rated.rows[17].actual == "≥95%"
    for action in (
        lambda: save(world.desk, BENEFITS, world.known, SYSTEM, Answers()),
        lambda: submit(world.desk, BENEFITS, world.known, SYSTEM),
        lambda: accept(world.desk, OTHER, SYSTEM),
        lambda: send_back(world.desk, OTHER, SYSTEM, "再看"),
    ):
        with pytest.raises(DossierError) as raised:
            action()
        assert raised.value.code == "state"


def test_a_figure_that_changes_before_the_decision_sends_it_back(world: World) -> None:
    _submitted(world)
    world.publish("enrolment_rate", "90", "ge")
    assert _total(world) == (100, 100)  # what was submitted is what is decided on
    with pytest.raises(DossierError) as raised:
        accept(world.desk, PLANNER, SYSTEM)
    assert raised.value.code == "changed" and "enrolment_rate" in raised.value.en
    send_back(world.desk, PLANNER, SYSTEM, "参保率已更正")
    assert _total(world) == (Fraction("95.72"), 100)  # ≥90 straddles ≥95
    with pytest.raises(DossierError, match="第 18 行：未得满分"):
        submit(world.desk, BENEFITS, world.known, SYSTEM)
    answers = full_answers(world.known.tables[SYSTEM], row_18=Answer(row=18, cause="公布的数是下限"))
    save(world.desk, BENEFITS, world.known, SYSTEM, answers)
    submit(world.desk, BENEFITS, world.known, SYSTEM)
    done = accept(world.desk, PLANNER, SYSTEM)
    assert done.acts[-1].body["low"] == "95.72" and done.acts[-1].body["high"] == "100.00"


def test_a_figure_that_is_not_there_is_not_zero(world: World) -> None:
    table = world.known.tables[SYSTEM]
    moved = table.model_copy(update={"project": table.project.model_copy(update={"year": 2019})})
    assert linked_figures(world.desk, moved)["enrolment_rate"].figure is None
    assert linked_figures(world.desk, table, world.now.replace(year=2020))["enrolment_rate"].printed == ""


def test_as_of_a_past_moment(world: World) -> None:
    save(world.desk, BENEFITS, world.known, SYSTEM, Answers(rows=(Answer(row=1, actual="1次"),)))
    before = world.later()
    world.later()
    _submitted(world)
    after = world.later()
    accept(world.desk, PLANNER, SYSTEM)
    states = [read_rating(world.desk, SYSTEM, moment).state for moment in (before, after, None)]
    assert states[0] == "draft" and states[2] == "accepted"
    assert _total(world, as_of=before)[0] == Fraction("3.85") / 3 + Fraction("4.29") + Fraction("4.28")
    assert read_ratings(world.desk, before)[SYSTEM].revision == 1


def test_rights(world: World) -> None:
    known, desk = world.known, world.desk
    system, management = known.tables[SYSTEM], known.tables[MANAGEMENT]
    everything = Actor("审核人", "reviewer")
    assert [may_rate(one, system) for one in (BENEFITS, MEDICINES, everything, PLANNER, VIEWER)] == [
        True, False, True, True, False,
    ]  # fmt: skip
    assert [may_rate(one, management) for one in (BENEFITS, everything, PLANNER)] == [False, True, True]
    for actor, project in (
        (VIEWER, SYSTEM),
        (MEDICINES, SYSTEM),
        (BENEFITS, MANAGEMENT),
        (Actor("x", "operator"), SYSTEM),
    ):
        with pytest.raises(DossierError) as raised:
            save(desk, actor, known, project, Answers())
        assert raised.value.code == "forbidden"
        with pytest.raises(DossierError):
            submit(desk, actor, known, project)
    _submitted(world, PLANNER)
    for actor in (BENEFITS, VIEWER, Actor("报", "reporter")):
        for act in (lambda a=actor: accept(desk, a, SYSTEM), lambda a=actor: send_back(desk, a, SYSTEM, "x")):
            with pytest.raises(DossierError) as raised:
                act()
            assert raised.value.code == "forbidden"
    with pytest.raises(DossierError, match="自己审定"):
        accept(desk, PLANNER, SYSTEM)
    waiting = read_rating(desk, SYSTEM)
    assert [may_see(one, system, waiting) for one in (VIEWER, MEDICINES, BENEFITS, OTHER)] == [False, False, True, True]
    accept(desk, OTHER, SYSTEM)
    assert may_see(VIEWER, system, read_rating(desk, SYSTEM))


def test_who_was_faster(world: World) -> None:
    save(world.desk, BENEFITS, world.known, SYSTEM, Answers())
    save(world.desk, PLANNER, world.known, SYSTEM, Answers(), revision=1)
    with pytest.raises(DossierError) as raised:
        save(world.desk, BENEFITS, world.known, SYSTEM, Answers(), revision=1)
    assert raised.value.code == "changed" and "王计划" in raised.value.zh


@pytest.mark.parametrize("spelling", ["Ｗang Plan", "wang plan", "Wang\u200b Plan", "Wang Plan "])
def test_a_name_spelt_otherwise_is_the_same_person(world: World, spelling: str) -> None:
    _submitted(world, Actor("Wang Plan", "planner"))
    with pytest.raises(DossierError, match="自己审定"):
        accept(world.desk, Actor(spelling, "planner"), SYSTEM)
    assert accept(world.desk, OTHER, SYSTEM).state == "accepted"


def test_nobody_decides_on_what_came_after_they_had_read(world: World) -> None:
    _submitted(world)
    read = read_rating(world.desk, SYSTEM).acts[-1].seq
    send_back(world.desk, OTHER, SYSTEM, "再核", seen=read)
    table = world.known.tables[SYSTEM]
    save(world.desk, BENEFITS, world.known, SYSTEM, full_answers(table))
    for late in (
        lambda: submit(world.desk, BENEFITS, world.known, SYSTEM, seen=read),
        lambda: submit(world.desk, BENEFITS, world.known, SYSTEM) and accept(world.desk, PLANNER, SYSTEM, seen=read),
        lambda: send_back(world.desk, PLANNER, SYSTEM, "再核", seen=read),
    ):
        with pytest.raises(DossierError) as raised:
            late()
        assert raised.value.code == "changed" and BENEFITS.name in raised.value.en
    waits = read_rating(world.desk, SYSTEM)
    assert accept(world.desk, PLANNER, SYSTEM, seen=waits.acts[-1].seq).state == "accepted"


def test_nothing_is_submitted_that_lacks_something(world: World) -> None:
    desk, known = world.desk, world.known
    with pytest.raises(DossierError, match="缺少全年预算数"):
        submit(desk, BENEFITS, known, SYSTEM)
    table = known.tables[SYSTEM]
    answers = full_answers(
        table, row_1=Answer(row=1), row_5=Answer(row=5, attainment="达成年度指标", percent=Decimal(90))
    )
    save(desk, BENEFITS, known, SYSTEM, answers.model_copy(update={"executed": Decimal(4000)}))
    with pytest.raises(DossierError) as raised:
        submit(desk, BENEFITS, known, SYSTEM)
    assert raised.value.zh == "预算执行未得满分，须写明原因；第 1 行：缺少实际完成值；第 5 行：未得满分，须写偏差原因"
    with pytest.raises(DossierError, match="退回须写原因"):
        send_back(desk, PLANNER, SYSTEM, "  ")
    with pytest.raises(DossierError, match="没有等待审核"):
        accept(desk, PLANNER, SYSTEM)


def test_papers_stay_with_the_act(world: World) -> None:
    saved = save(world.desk, BENEFITS, world.known, SYSTEM, Answers(), [NewPaper("决算.pdf", b"%PDF")])
    kind, dossier, paper, content = read_paper(world.desk.store, saved.papers[0].seq, 1)
    assert (kind, dossier, paper.name, content) == ("budget", SYSTEM, "决算.pdf", b"%PDF")


def test_own_files_are_loaded_and_belong_to_their_moment(world: World) -> None:
    store = world.desk.store
    text = (SHIPPED / "2020-system.yaml").read_text(encoding="utf-8")
    own = text.replace("id: 2020-system", "id: 2021-system").replace("year: 2020\n", "year: 2021\n")
    before = world.now
    world.later()
    for actor in (BENEFITS, VIEWER):
        with pytest.raises(DossierError):
            load_file(store, actor, "own.yaml", own)
    assert load_file(store, PLANNER, "own.yaml", own) == "2021-system"
    with pytest.raises(CatalogueError):
        load_file(store, PLANNER, "own.yaml", own.replace("≥3次", "三次以上"))
    assert "2021-system" in world.known.tables and world.known.files["2021-system"].by == PLANNER.name
    assert "2021-system" not in _known_at(world, before)
    save(world.desk, PLANNER, world.known, "2021-system", Answers())
    with pytest.raises(DossierError, match="已有自评"):
        load_file(store, PLANNER, "own.yaml", own)
    assert FILES not in read_ratings(world.desk)


def test_a_loaded_file_that_can_no_longer_be_read_is_named_until_it_is_loaded_again(world: World) -> None:
    with writing(world.desk.store, "budget", FILES, by="old") as dossier:
        dossier.add("load", {"file": "old.yaml", "text": "kind: scoring\n", "id": "scoring"})
    with pytest.raises(DossierError, match=r"old\.yaml"):
        _ = world.known
    load_file(world.desk.store, PLANNER, "new.yaml", (SHIPPED / "scoring.yaml").read_text(encoding="utf-8"))
    assert world.known.files["scoring"].file == "new.yaml"


def _known_at(world: World, moment: object) -> set[str]:
    from monitor.budget.library import library

    return set(library(world.desk.store, SHIPPED, moment).tables)  # type: ignore[arg-type]


def test_answers_from_a_file_and_from_a_form() -> None:
    row = "  - {row: 5, attainment: 达成年度指标, percent: 85}\n"
    text = f"budget: 4946.90\nexecuted: 4600.62\nrows:\n  - {{row: 1, actual: 4次}}\n{row}"
    answers = parse_answers(text, "answers.yaml")
    assert answers.of(1).actual == "4次" and answers.of(5).percent == 85 and answers.of(2).actual is None
    with pytest.raises(CatalogueError) as raised:
        parse_answers(text.replace("percent", "procent").replace("4946.90", "4,946.90"), "answers.yaml")
    assert [(one.line, one.code) for one in raised.value.problems] == [(1, "bad_value"), (5, "unknown_key")]
    with pytest.raises(DossierError) as wrong:
        read_answers({"budget": "-3", "rows": [{"row": "2", "percent": "九十"}]})
    assert "budget “-3”" in wrong.value.zh and "row 2 percent “九十”：不是数" in wrong.value.zh
