"""The language of messages."""

from __future__ import annotations

import pytest

from monitor.language import choose_language


@pytest.mark.parametrize(
    ("environment", "in_file", "language"),
    [
        ({}, None, "both"),
        ({"LANG": "C.UTF-8"}, None, "both"),
        ({"LANG": "POSIX"}, None, "both"),
        ({"LANG": "zh_CN.UTF-8"}, None, "zh"),
        ({"LANG": "en_GB.UTF-8"}, None, "en"),
        ({"LANG": "de_DE.UTF-8"}, None, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, None, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "zh_CN"}, None, "zh"),
        ({"LANG": "en_US", "LC_ALL": ""}, None, "en"),
        ({"LANG": "en_US", "MONITOR_LANGUAGE": "zh"}, "en", "zh"),
        ({"LANG": "en_US"}, "zh", "zh"),
        ({"LANG": "en_US", "MONITOR_LANGUAGE": "auto"}, None, "en"),
        ({"LANG": "en_US", "MONITOR_LANGUAGE": "klingon"}, 7, "en"),
    ],
)
def test_language_follows_variable_then_file_then_locale(
    environment: dict[str, str], in_file: object, language: str
) -> None:
    assert choose_language(environment, in_file) == language
