"""How a form looks: one place for colours, borders and fonts. Nothing depends on colour alone: it prints in grey."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.base import Language

_FONTS: dict[Language, str] = {"zh": "微软雅黑", "en": "Calibri"}
# a change of a share, in percentage points
_POINTS: dict[Language, str] = {"zh": "个百分点", "en": " pp"}
_INK, _QUIET, _LINE = "#1A2433", "#5B6675", "#9AA5B1"
_INPUT, _REFERENCE, _HEADER, _TECHNICAL = "#FFF8DC", "#F3F5F8", "#DCE6F1", "#ECECEC"

_BESIDE = {"bg_color": _REFERENCE, "font_color": _QUIET, "align": "right"}
_CELL = {"border": 1, "border_color": _LINE, "valign": "vcenter"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"},
    "synthetic": {"bold": True, "font_size": 10, "align": "center", "valign": "vcenter", "italic": True},
    "banner": {"font_size": 10, "valign": "vcenter"},
    "unit": {"font_size": 11, "bold": True, "valign": "vcenter"},
    "right": {"font_size": 10, "align": "right", "valign": "vcenter"},
    "header": {**_CELL, "bold": True, "align": "center", "text_wrap": True, "bg_color": _HEADER, "top": 2},
    "name": {**_CELL, "text_wrap": True, "font_size": 10, "indent": 1},
    "center": {**_CELL, "align": "center", "font_size": 10},
    "input": {**_CELL, "bg_color": _INPUT, "align": "right", "locked": False},
    "input_text": {
        **_CELL, "bg_color": _INPUT, "text_wrap": True, "font_size": 10,
        "num_format": "@", "indent": 1, "locked": False,
    },
    "closed": {**_CELL, "bg_color": _REFERENCE, "align": "center", "font_color": _QUIET},
    "reference": {**_CELL, **_BESIDE, "num_format": "#,##0.00_)"},
    "reference_whole": {**_CELL, **_BESIDE, "num_format": "#,##0_)"},
    "reference_fine": {**_CELL, **_BESIDE, "num_format": "#,##0.0000_)"},
    "percent": {**_CELL, **_BESIDE, "num_format": '+0.00"%";-0.00"%";0.00"%"'},
    "points": {**_CELL, **_BESIDE},
    "verdict": {**_CELL, "bold": True, "align": "center"},
    "technical": {**_CELL, "font_size": 8, "font_color": _QUIET, "bg_color": _TECHNICAL},
    "technical_open": {**_CELL, "font_size": 8, "bg_color": _INPUT, "locked": False, "num_format": "@"},
    "technical_head": {
        **_CELL, "font_size": 8, "font_color": _QUIET, "bg_color": _TECHNICAL, "align": "center", "text_wrap": True,
    },
    "quiet": {"font_size": 8, "font_color": _QUIET, "valign": "vcenter"},
    "section": {"bold": True, "font_size": 11, "valign": "vcenter"},
    "relation": {**_CELL, "text_wrap": True, "font_size": 10, "indent": 1},
    "notes": {"text_wrap": True, "font_size": 9, "font_color": _QUIET, "valign": "top"},
    "label": {"align": "right", "valign": "vcenter", "font_size": 10},
    "sign": {"bottom": 1, "align": "left", "valign": "vcenter", "locked": False, "num_format": "@", "font_size": 10},
    "text": {**_CELL, "text_wrap": True, "font_size": 10, "indent": 1},
    "text_center": {**_CELL, "text_wrap": True, "font_size": 10, "align": "center"},
    "step": {"text_wrap": True, "font_size": 10, "valign": "top"},
    "strong": {"bold": True, "font_size": 10},
    "small": {"font_size": 8, "font_color": _QUIET},
    "good": {"font_color": "#1B5E20", "bg_color": "#E3F2E5"},
    "query": {"font_color": "#7A4A00", "bg_color": "#FDEBC8"},
    "error": {"font_color": "#9B1C1C", "bg_color": "#FBD9D9"},
}  # fmt: skip


class Styles:
    """The formats of one workbook, each made when it is first asked for."""

    def __init__(self, book: Any, language: Language) -> None:
        self._book = book
        self._base = {"font_name": _FONTS[language], "font_size": 11, "font_color": _INK}
        unit = f'"{_POINTS[language]}"'
        self._points = f"+0.00{unit};-0.00{unit};0.00{unit}"
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            # what a rule lays over a cell says only what it changes
            base = {} if name in ("good", "query", "error") else self._base
            own = {"num_format": self._points} if name == "points" else {}
            self._made[name] = self._book.add_format({**base, **_STYLES[name], **own})
        return self._made[name]
