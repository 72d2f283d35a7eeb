"""Every code that a file can be answered with is used, and speaks both languages with the same facts."""

from __future__ import annotations

import string
from importlib.resources import files

import pytest

from monitor.intake.messages import ARRIVAL_MESSAGES, CELL_MESSAGES, FILE_MESSAGES, MESSAGES, WORKBOOK_MESSAGES


def _fields(template: str) -> set[str]:
    """What a template is filled with; `reason_zh` and `reason_en` are the same fact."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.removesuffix("_zh").removesuffix("_en") for name in names}


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_state_the_same_facts(code: str) -> None:
    message = MESSAGES[code]
    assert _fields(message.zh) == _fields(message.en)
    assert any("\u4e00" <= character <= "\u9fff" for character in message.zh)
    assert message.severity in ("error", "query", "warning")


@pytest.mark.parametrize("code", MESSAGES)
def test_every_code_is_used(code: str) -> None:
    sources = [
        path for path in files("monitor.intake").iterdir() if path.name.endswith(".py") and path.name != "messages.py"
    ]
    assert any(f'"{code}"' in path.read_text(encoding="utf-8") for path in sources)


def test_no_code_is_in_two_tables() -> None:
    tables = (ARRIVAL_MESSAGES, FILE_MESSAGES, WORKBOOK_MESSAGES, CELL_MESSAGES)
    assert len(MESSAGES) == sum(map(len, tables))
