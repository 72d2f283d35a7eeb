"""The language of messages on the command line: 中文, English, or both when nothing tells."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en", "both"]

SETTINGS_FILE = "monitor.toml"


def choose_language(environment: Mapping[str, str], chosen_in_file: object = None) -> Language:
    """The language by MONITOR_LANGUAGE, then monitor.toml, then the locale as POSIX orders its variables.

    A value that is none of ours counts as absent here: reading the settings reports it. A locale that names no
    language (C, POSIX, nothing at all) gives both, since the reader is not known.
    """
    for chosen in (environment.get("MONITOR_LANGUAGE", "").strip().lower(), chosen_in_file):
        if chosen == "zh" or chosen == "en" or chosen == "both":
            return chosen
    named = next((environment[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(key)), "")
    code = named.split(".")[0].split("_")[0].split("-")[0].lower()
    if code in {"", "c", "posix"}:
        return "both"
    return "zh" if code == "zh" else "en"


@cache
def current_language() -> Language:
    """The language of this process."""
    try:
        in_file = tomllib.loads(Path(SETTINGS_FILE).read_text(encoding="utf-8")).get("language")
    except (OSError, ValueError):
        in_file = None
    return choose_language(os.environ, in_file)


def say(zh: str, en: str) -> str:
    """The text in the reader's language; one line when both texts are."""
    language = current_language()
    if language == "both":
        return f"{zh} / {en}"
    return zh if language == "zh" else en
