"""Acts of dossiers: kept in order, as of any moment, with their papers, sealed, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.dossier.acts import PAPER_BYTES, NewPaper, by_dossier, read_acts, read_paper, writing
from monitor.dossier.errors import DossierError
from monitor.integrity import run_checks
from monitor.store.audit_listing import list_audit
from monitor.store.store import Store
from tests.properties import examples
from tests.store.world import Clock

TEXTS = st.text(min_size=1, max_size=40).filter(lambda text: text.encode("utf-8", "ignore").decode() == text)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:", clock=Clock()) as opened:
        yield opened


def test_what_is_added_is_read_with_its_papers_and_sealed(store: Store) -> None:
    with writing(store, "round", "2025年", by="李四") as dossier:
        assert dossier.acts == ()
        first = dossier.add("opened", {"title": "总结评估"}, [NewPaper("C:\\甲\\依据.txt", "材料".encode())])
        dossier.add("closed", {})
    acts = read_acts(store, "round")
    assert [(act.dossier, act.action, act.actor) for act in acts] == [
        ("2025年", "opened", "李四"), ("2025年", "closed", "李四"),
    ]  # fmt: skip
    assert acts[0].body == {"title": "总结评估"} and acts[0] == first
    kind, dossier_name, paper, content = read_paper(store, first.seq, 1)
    assert (kind, dossier_name, paper.name, content.decode()) == ("round", "2025年", "依据.txt", "材料")
    logged = [one for one in list_audit(store) if one.action == "round_opened"]
    assert [one.object for one in logged] == ["round:2025年"]
    assert json.loads(logged[0].detail or "")["papers"] == [paper.sha256]
    assert not [one for one in run_checks(store) if one.name == "dossiers" and one.count]


def test_each_moment_knows_what_was_added_until_then(store: Store) -> None:
    for number in range(3):
        with writing(store, "task", f"t{number % 2}", by="a") as dossier:
            dossier.add("reported", {"n": number})
    everything = read_acts(store, "task")
    for number, act in enumerate(everything):
        assert read_acts(store, "task", as_of=act.at) == everything[: number + 1]
        before = act.at - timedelta(microseconds=1)
        assert read_acts(store, "task", as_of=before) == everything[:number]
    assert [[act.body["n"] for act in ones] for ones in by_dossier(everything).values()] == [[0, 2], [1]]
    assert read_acts(store, "task", "t1") == (everything[1],)
    assert read_acts(store, "round") == ()


def test_what_is_refused_within_leaves_nothing(store: Store) -> None:
    with pytest.raises(DossierError), writing(store, "round", "r", by="a") as dossier:
        dossier.add("opened", {}, [NewPaper("a", b"a")])
        raise DossierError("state", "现在不行", "not now")
    assert read_acts(store, "round") == () and store.event_version() == 0


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        (NewPaper("  ", b"a"), "has no name"),
        (NewPaper("空.txt", b""), "is empty"),
        (NewPaper("大.bin", b"x" * (PAPER_BYTES + 1)), "larger than 20 MB"),
    ],
)
def test_a_paper_that_cannot_be_kept_is_told_why(store: Store, paper: NewPaper, said: str) -> None:
    with pytest.raises(DossierError, match=said), writing(store, "round", "r", by="a") as dossier:
        dossier.add("opened", {}, [NewPaper("ok", b"ok"), paper])
    assert read_acts(store, "round") == ()


def test_acts_change_no_figures_and_empty_no_cache_of_them(store: Store) -> None:
    before = store.data_version()
    with writing(store, "budget", "b", by="a") as dossier:
        dossier.add("saved", {})
    assert store.data_version() == before and store.event_version() > 0


def test_acts_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "data" / "monitor.duckdb"
    with Store.open(path, clock=Clock()) as store, writing(store, "supervision", "s", by="a") as dossier:
        kept = dossier.add("asked", {"x": [1, "二", None]}, [NewPaper("p", bytes(range(256)))])
    with Store.open(path, clock=Clock()) as store:
        assert read_acts(store, "supervision") == (kept,)
        assert read_paper(store, kept.seq, 1)[3] == bytes(range(256))


def test_an_unknown_paper_is_told(store: Store) -> None:
    with pytest.raises(DossierError) as caught:
        read_paper(store, 1, 1)
    assert caught.value.code == "unknown"


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), TEXTS, st.binary(min_size=1, max_size=20)), max_size=6))
def test_whatever_is_said_is_read_as_it_was(said: list[tuple[str, str, bytes]]) -> None:
    with Store.open(":memory:", clock=Clock()) as store:
        for name, text, content in said:
            with writing(store, "round", name, by="x") as dossier:
                dossier.add("said", {text: text}, [NewPaper("p", content)])
        acts = read_acts(store, "round")
        assert [(act.dossier, dict(act.body)) for act in acts] == [(name, {text: text}) for name, text, _ in said]
        assert [read_paper(store, act.seq, 1)[3] for act in acts] == [content for *_, content in said]
        assert not [one for one in run_checks(store) if one.name == "dossiers" and one.count]
