"""Switches that open a door are off everywhere, and files that others open are written in a few places only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import monitor

ROOT = Path(monitor.__file__).parent
OUR_SCRIPTS = [*ROOT.glob("web/assets/*.js")]
PYTHON = [*ROOT.rglob("*.py")]
# Who writes cells that a spreadsheet opens; each neutralises what a sender wrote. The demo's files hold nobody's texts.
WRITERS = {
    "report/export.py", "intake/template/writing.py", "intake/annotating.py", "intake/annotation_list.py",
    "intake/erasing.py", "intake/kept_results.py", "demo/files.py", "demo/published.py", "demo/counties.py",
    "budget/book.py", "documents/sheets.py",
}  # fmt: skip


def found(pattern: str, files: list[Path]) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if wanted.search(line)
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        # what lets data become markup or script in Dash and its grids
        r"dangerously_allow_html|dangerously_allow_code|dangerously_set|enableCellExpressions|allowUnsafe",
        r"html\.(Iframe|Script|Base|Embed|ObjectEl)|srcDoc|dcc\.Markdown|dash_dangerously",
        # scripts made of text; those that run are files of ours, named
        r"clientside_callback\(\s*[frb]*[\"']|Markup\(|render_template_string",
        # what runs a text, or makes an object of bytes
        r"\b(eval|exec|compile|__import__)\(|\bpickle\b|\bmarshal\b|\bshelve\b|yaml\.(load|full_load|unsafe_load)\(",
        r"shell\s*=\s*True|os\.(system|popen)\(|subprocess\.getoutput",
        # debugging and what belongs to it
        r"debug\s*=\s*True|\.run_server\(|app\.run\(|enable_dev_tools|dev_tools_|enable_mcp\s*=\s*True|DebuggedApplication",
        # certificates that nobody checks, numbers that somebody guesses
        r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified_context|\brandom\.(random|choice|randint)",
        r"background\s*=\s*True|DiskcacheManager|CeleryManager|websocket\s*=\s*True",
    ],
)
def test_no_dangerous_switch_is_on(pattern: str) -> None:
    assert [line for line in found(pattern, PYTHON) if "re.compile(" not in line] == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|DOMParser(?!.*image/svg)",
        r"\beval\(|new Function|setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]|javascript:",
        r"postMessage\(|addEventListener\(\s*[\"']message|document\.cookie\s*=(?!.*samesite=)",
        r"https?://(?!www\.w3\.org/)",
    ],
)
def test_no_script_of_ours_makes_markup_or_code_of_text(pattern: str) -> None:
    assert OUR_SCRIPTS and found(pattern, OUR_SCRIPTS) == []


def test_files_for_spreadsheets_are_written_in_a_few_places() -> None:
    calls = r"csv\.(writer|DictWriter)|xlsxwriter\.Workbook|\.to_excel\(|\.to_csv\(|(import|from) openpyxl"
    assert {line.split(":", 1)[0] for line in found(calls, PYTHON)} <= WRITERS


def test_workbooks_are_made_with_formulas_and_links_off() -> None:
    made = [line.split(":", 1)[0] for line in found(r"xlsxwriter\.Workbook\(", PYTHON)]
    assert made
    for name in made:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert '"strings_to_formulas": False' in text and '"strings_to_urls": False' in text, name


def test_no_template_of_a_chart_is_made_of_data() -> None:
    """`hovertemplate` and its like are constants; what they show comes as customdata, escaped."""
    lines = found(r"(hovertemplate|texttemplate)\"?\s*[:=]", PYTHON)
    assert lines
    assert [line for line in lines if not re.search(r"(hovertemplate|texttemplate)\"?\s*[:=]\s*_[A-Z]+\b", line)] == []
    constants = found(r"^_HOVER\s*=", PYTHON)
    assert constants and not [line for line in constants if re.search(r"=\s*f[\"']", line)]
