"""Every setting, command and make target is documented, and what the pages say of them is so."""

from __future__ import annotations

import re

import pytest

from monitor.cli import COMMANDS, root
from monitor.settings import Settings, list_settings

from .conftest import CHECKOUT, Run

OPERATORS = (CHECKOUT / "docs" / "operators.md").read_text(encoding="utf-8")
USERS = (CHECKOUT / "docs" / "users.md").read_text(encoding="utf-8")
DEVELOPERS = (CHECKOUT / "docs" / "developers.md").read_text(encoding="utf-8")


def settings_table() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| `(\w+)` \| `(MONITOR_\w+)` \| (?:`([^`]*)`|none) \|", OPERATORS, re.MULTILINE)
    return {name: (variable, default) for name, variable, default in rows}


def test_every_setting_is_documented_with_its_default() -> None:
    printed = {one.name: (one.variable, one.value) for one in list_settings(Settings())}
    assert settings_table() == printed


def test_every_command_is_documented() -> None:
    assert sorted(re.findall(r"^\| `monitor (\w+)` \|", USERS, re.MULTILINE)) == sorted(COMMANDS)


def test_every_make_target_has_its_line_and_the_readme_names_the_first_two() -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert phony == explained
    for readme in ("README.md", "README.zh-CN.md"):
        text = (CHECKOUT / readme).read_text(encoding="utf-8")
        assert "make demo" in text and "make test" in text


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in (*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does_with_options_and_an_example(run: Run, command: str) -> None:
    ended = run(command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert f"monitor {command}" in ended.out
    assert "Example" in ended.out
    assert re.search(r"[\u4e00-\u9fff]", ended.out)


def test_the_first_help_lists_every_command(run: Run) -> None:
    ended = run("--help")
    assert ended.code == 0
    assert [name for name in COMMANDS if re.search(rf"^  {name} ", ended.out, re.MULTILINE)] == list(COMMANDS)
    assert run().out == ended.out
    assert tuple(root.list_commands(None)) == COMMANDS  # type: ignore[arg-type, attr-defined]
