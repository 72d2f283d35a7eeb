"""The integrity checks: none finds anything in a sound store, each finds what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.integrity import run_checks
from monitor.integrity.checks import EXAMPLES, all_checks
from monitor.store.store import Store
from tests.store.world import Clock

from .world import fill, found_after

DOCS = Path(__file__).parents[2] / "docs" / "operators.md"
ROW = "SELECT * REPLACE ({}) FROM {} WHERE {}"
ACCEPTED = (
    """INSERT INTO event SELECT MAX(seq) + 1, MAX("at"), 'x', 'accepted', {}, NULL, '{{"replaces": {}}}' FROM event"""
)
# check → ways of breaking what it is about, each by itself
BROKEN: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "repeated_numbers": tuple(
        f"INSERT INTO {table} SELECT * FROM {table} WHERE {key} = 1"
        for table, key in (
            ("receipt", "receipt_id"), ("submission", "submission_id"), ("event", "seq"), ("audit", "seq"),
            ("token", "token_id"), ("mail", "mail_id"), ("credential", "account_id"),
        )
    ),
    "revisions": (
        "DELETE FROM submission WHERE submission_id = 1",
        "INSERT INTO submission " + ROW.format("7 AS revision", "submission", "submission_id = 4"),
    ),
    "receipt_outcomes": (
        "DELETE FROM receipt WHERE receipt_id = 2",
        "DELETE FROM submission WHERE submission_id = 3",
        "UPDATE receipt SET verdict = 'reject' WHERE receipt_id = 1",
        "UPDATE receipt SET verdict = 'fine' WHERE receipt_id = 1",
        "INSERT INTO receipt " + ROW.format("9 AS receipt_id, 'draft' AS verdict", "receipt", "receipt_id = 1"),
    ),
    "submission_states": (
        "DELETE FROM event WHERE submission_id = 4",
        "UPDATE event SET action = 'accepted' WHERE submission_id = 4 AND action = 'submitted'",
        ACCEPTED.format(4, "null"),
        "UPDATE event SET action = 'superseded' WHERE submission_id = 4 AND action = 'returned'",
    ),
    "in_force": (
        ACCEPTED.format(1, 2),
        "DELETE FROM event WHERE submission_id = 2 AND action = 'accepted'",
        "DELETE FROM event WHERE submission_id = 1 AND action = 'superseded'",
        "UPDATE event SET detail = '{\"replaces\": null}' WHERE submission_id = 2 AND action = 'accepted'",
        "UPDATE submission SET revision = 9 WHERE submission_id = 1",
    ),
    "row_counts": (
        "DELETE FROM observation WHERE submission_id = 4",
        "INSERT INTO observation " + ROW.format("'c' AS indicator_id", "observation", "submission_id = 4"),
    ),
    "rows_in_place": (
        "UPDATE observation SET submission_id = 99 WHERE submission_id = 4",
        "UPDATE observation SET period = '2023-01' WHERE submission_id = 4",
        "UPDATE observation SET region_code = '110000' WHERE submission_id = 4",
        "UPDATE observation SET vintage = 'flash' WHERE submission_id = 4",
        "INSERT INTO observation SELECT * FROM observation WHERE submission_id = 4",
    ),
    "carried_rows": (
        "UPDATE observation SET value = 6 WHERE carried_from IS NOT NULL",
        "UPDATE observation SET note = NULL WHERE carried_from IS NOT NULL",
        "UPDATE observation SET carried_from = 4 WHERE carried_from IS NOT NULL",
    ),
    "lost_cells": ("DELETE FROM observation WHERE carried_from IS NOT NULL",),
    "numbers": (
        "UPDATE observation SET state = 'figure' WHERE submission_id = 4",
        "UPDATE observation SET comparator = 'about' WHERE submission_id = 4",
        "UPDATE observation SET value = NULL WHERE submission_id = 4",
        "UPDATE observation SET state = 'missing' WHERE submission_id = 4",
        "UPDATE observation SET numerator = 1 WHERE submission_id = 4",
        "UPDATE observation SET numerator = 1, denominator = 0 WHERE submission_id = 4",
    ),
    "event_order": ("DELETE FROM event WHERE seq = 3", "DELETE FROM event WHERE seq = 1"),
    "audit_order": (
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit SET \"at\" = \"at\" - INTERVAL 1 DAY WHERE seq = 4",
    ),
    "event_entries": (
        "DELETE FROM event WHERE seq = 3",
        "UPDATE event SET actor = 'x' WHERE seq = 3",
        "UPDATE event SET action = 'x' WHERE seq = 3",
        "UPDATE event SET detail = '{}' WHERE seq = 3",
        "UPDATE audit SET event_seq = 3 WHERE event_seq = 4",
        "INSERT INTO event SELECT MAX(seq) + 1, MAX(\"at\"), 'x', 'x', NULL, NULL, NULL FROM event",
    ),
    "dossiers": (
        "DELETE FROM act",
        "UPDATE act SET seq = 999",
        "UPDATE act SET kind = 'task'",
        "UPDATE act SET dossier = 'other'",
        "UPDATE act SET action = 'approved'",
        "UPDATE act SET body = '{}'",
        "DELETE FROM paper WHERE number = 2",
        "UPDATE paper SET seq = 1 WHERE number = 2",
        "UPDATE paper SET content = 'x'::BLOB WHERE number = 1",
        "UPDATE paper SET content = 'z'::BLOB, size = 1, sha256 = sha256('z'::BLOB) WHERE number = 1",
    ),
    "configurations": (
        "UPDATE configuration SET content = content || ' '",
        "DELETE FROM configuration",
        "UPDATE configuration SET seq = 2",
    ),
    "account_versions": (
        "DELETE FROM account WHERE version = 1 AND account_id = 2",
        "UPDATE account SET name = 'other' WHERE version = 2",
        "UPDATE account SET login = 'other' WHERE version = 2",
        "UPDATE account SET name = 'reporter'",
    ),
    "account_entries": (
        "UPDATE account SET role = 'operator' WHERE version = 2",
        "UPDATE account SET regions = NULL WHERE version = 2",
        "UPDATE account SET indicators = '[\"a\"]' WHERE version = 2",
        "UPDATE account SET departments = '[\"x\"]' WHERE version = 2",
        "UPDATE account SET disabled = TRUE WHERE version = 2",
        "UPDATE account SET made_by = 'x' WHERE version = 2",
        "INSERT INTO account " + ROW.format("3 AS account_id", "account", "account_id = 1"),
        "DELETE FROM account WHERE version = 2",
    ),
    "password_entries": (
        "UPDATE credential SET hash = hash || 'x' WHERE account_id = 1",
        "UPDATE credential SET hash = 'plain' WHERE account_id = 1",
        "UPDATE credential SET account_id = 9 WHERE account_id = 1",
        "DELETE FROM credential WHERE account_id = 1",
        (
            "UPDATE audit SET \"after\" = NULL WHERE action = 'account_added'",
            "UPDATE credential SET set_at = set_at + INTERVAL 2 DAY",
        ),
    ),
    "token_entries": (
        "UPDATE token SET role = 'planner'",
        "UPDATE token SET name = 'x'",
        "UPDATE token SET hash = 'x'",
        "UPDATE token SET created_by = 'x'",
        "DELETE FROM token",
        "INSERT INTO token " + ROW.format("2 AS token_id", "token", "TRUE"),
    ),
    "erased_people": (
        (
            "INSERT INTO form_person VALUES (1, 'head', '张三')",
            "UPDATE audit SET action = 'people_erased', object = 'receipt:1' WHERE seq = 3",
        ),
    ),
    "loose_rows": (
        "INSERT INTO issue SELECT 99, NULL, NULL, NULL, NULL, 'c', 'warning', 'z', 'e', NULL, NULL, NULL",
        "INSERT INTO issue SELECT 1, 99, NULL, NULL, NULL, 'c', 'warning', 'z', 'e', NULL, NULL, NULL",
        "INSERT INTO form_person VALUES (99, 'head', '张三')",
        "UPDATE explanation SET submission_id = 99",
        "UPDATE explanation SET seq = 999",
        "UPDATE remark SET submission_id = 99",
        "UPDATE remark SET seq = 999",
        "UPDATE event SET submission_id = 99 WHERE submission_id = 4",
        "UPDATE event SET receipt_id = 99 WHERE receipt_id = 4",
        "UPDATE snapshot SET seq = 1",
        "UPDATE snapshot SET name = '第2版'",
        "UPDATE snapshot SET \"at\" = \"at\" + INTERVAL 1 SECOND WHERE name = '第1版'",
        "UPDATE snapshot SET \"at\" = \"at\" - INTERVAL 1 SECOND WHERE name = '第1版'",
        "UPDATE snapshot SET \"at\" = \"at\" + INTERVAL 1 SECOND WHERE name = '期末'",
        "INSERT INTO mail_attempt SELECT 99, \"at\", 'sent', NULL FROM event WHERE seq = 1",
    ),
    "unknown_figures": (
        "UPDATE observation SET indicator_id = 'z' WHERE submission_id = 2 AND carried_from IS NULL",
        "UPDATE observation SET region_code = '999999' WHERE submission_id = 2",
    ),
    "synthetic_beside_real": (
        (
            "INSERT INTO submission "
            + ROW.format("50 AS submission_id, 'x' AS form", "submission", "submission_id = 2"),
            "INSERT INTO observation "
            + ROW.format("50 AS submission_id, TRUE AS synthetic", "observation", "submission_id = 2"),
            ACCEPTED.format(50, "null"),
        ),
    ),
    "unsent_mails": ("UPDATE mail SET created_at = created_at - INTERVAL 2 DAY",),
    "clock_ahead": (
        """UPDATE event SET "at" = "at" + INTERVAL 9000 DAY WHERE seq = 2""",
        """UPDATE audit SET "at" = "at" + INTERVAL 9000 DAY WHERE seq = 2""",
    ),
    "waiting_long": ("UPDATE submission SET submitted_at = submitted_at - INTERVAL 31 DAY",),
    "unused_passwords": ("UPDATE credential SET set_at = set_at - INTERVAL 31 DAY",),
    "ending_tokens": (
        (
            "UPDATE token SET expires_at = created_at + INTERVAL 10 DAY",
            "UPDATE audit SET action = 'token_used', object = 'token:1' WHERE seq = 3",
        ),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store.open(":memory:", clock=Clock()) as opened:
        fill(opened)
        yield opened


def test_a_sound_store_passes_every_check(store: Store) -> None:
    results = run_checks(store)
    assert [one.name for one in results] == [one.name for one in all_checks()]
    assert {one.name: one.examples for one in results if one.count} == {}


def test_every_check_can_be_failed() -> None:
    assert list(BROKEN) == [one.name for one in all_checks()]


@pytest.mark.parametrize("name", BROKEN)
def test_a_check_finds_each_way_of_breaking_what_it_is_about(name: str, store: Store, tmp_path: Path) -> None:
    for statements in BROKEN[name]:
        found = found_after(store, tmp_path, name, *((statements,) if isinstance(statements, str) else statements))
        assert found.count > 0, statements
        assert 0 < len(found.examples) <= EXAMPLES


def test_what_cannot_be_asked_is_found_too(store: Store, tmp_path: Path) -> None:
    found = found_after(store, tmp_path, "in_force", "UPDATE event SET detail = '{' WHERE submission_id = 2")
    assert found.count == 1 and "JSON" in found.examples[0]


def test_the_guide_lists_every_check_with_its_advice() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (fault|warning) \|.*\| (.*) \|$", DOCS.read_text(encoding="utf-8"), re.M)
    assert listed == [(one.name, one.severity, one.advice_en) for one in all_checks()]
