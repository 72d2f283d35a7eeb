"""The Chinese operator's guide names what the English one names, with the program's own defaults, limits and advice."""

from __future__ import annotations

import re

from monitor.cli import COMMANDS
from monitor.integrity.checks import all_checks
from monitor.settings import Settings, list_settings

from .conftest import CHECKOUT

ENGLISH, CHINESE = (
    (CHECKOUT / "docs" / name).read_text(encoding="utf-8") for name in ("operators.md", "operators.zh-CN.md")
)


def commands(text: str) -> set[str]:
    """`monitor COMMAND [SUBCOMMAND]`, wherever it stands; `list|export` are two."""
    found = set()
    for command, rest in re.findall(r"\bmonitor (\w+)((?: [a-z|]+)*)", text):
        if command in COMMANDS:
            words = [
                word
                for word in rest.split()
                if word not in {"var", "is", "at", "the", "there", "does", "on", "in", "that"}
            ]
            found |= {f"{command} {word}" for word in (words[0].split("|") if words else [])} | {command}
    return found


def named(text: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_every_setting_stands_in_it_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(MONITOR_\w+)` \| (?:`([^`]*)`|无) \| (.+) \|$", CHINESE, re.MULTILINE)
    printed = [(one.name, one.variable, one.value, one.zh) for one in list_settings(Settings())]
    assert [row[:3] for row in rows] == [row[:3] for row in printed]
    assert all(meaning.startswith(zh) for (*_, meaning), (*_, zh) in zip(rows, printed, strict=True))


def test_every_command_of_the_english_guide_stands_in_it() -> None:
    missing = commands(ENGLISH) - commands(CHINESE)
    assert missing == set()
    assert len(commands(CHINESE)) > 25


def test_options_measures_and_addresses_are_the_same_in_both() -> None:
    for pattern in (r"\bmonitor_[a-z_]+[a-z]\b", r"`(/[a-z]+)`", r"(?<!\w)--[a-z][a-z-]+"):
        assert named(ENGLISH, pattern) <= named(CHINESE, pattern), pattern


def test_every_limit_stands_in_it_with_its_value() -> None:
    def values(text: str, heading: str) -> list[str]:
        section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
        rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| [^|]+ \|$", section, re.MULTILINE)
        return [re.findall(r"[\d,.]+(?: [kKMG]i?B| s)?", value)[0] for value in rows[1:]]

    assert values(CHINESE, "限制") == values(ENGLISH, "Limits")


def test_every_check_stands_in_it_with_its_advice() -> None:
    for check in all_checks():
        assert f"| `{check.name}` |" in CHINESE
        assert f"| {check.zh} | {check.advice_zh} |" in CHINESE
        assert f"| `{check.name}` |" in ENGLISH


def test_every_job_stands_in_both() -> None:
    jobs = named(ENGLISH.split("## Scheduled work", 1)[1].split("\n## ", 1)[0], r"(?m)^\| `(\w+)` \|")
    assert len(jobs) >= 8
    assert jobs == named(CHINESE.split("## 定时作业", 1)[1].split("\n## ", 1)[0], r"(?m)^\| `(\w+)` \|")


def test_links_within_it_lead_to_a_heading() -> None:
    def anchors(text: str) -> set[str]:
        heads = re.findall(r"(?m)^#+ (.+)$", text)
        return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}

    texts = {"": CHINESE, "operators.md": ENGLISH}
    for page, anchor in re.findall(r"\]\((operators\.md|)#([^)]+)\)", CHINESE):
        assert anchor in anchors(texts[page]), anchor
