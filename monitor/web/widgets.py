"""The widgets that need a script: the as-of calendar and the search box.

The only module that imports the widget library.
"""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash.development.base_component import Component

from .words import Words

AS_OF_ID = "as-of"
SEARCH_ID = "search"
_CALENDAR_CONTROLS = (
    "monthLevelControl", "yearLevelControl", "nextMonth", "previousMonth", "nextYear", "previousYear", "nextDecade",
    "previousDecade",
)  # fmt: skip


def provider(children: Any) -> Component:
    """What the widgets stand in; the page's own colours are CSS variables (assets/10-base.css)."""
    made: Component = dmc.MantineProvider(
        children,
        theme={
            "fontFamily": "inherit",
            "primaryColor": "blue",
            "defaultRadius": "sm",
            "components": {"Input": {"defaultProps": {"size": "xs"}}},
        },
        defaultColorScheme="auto",
        withGlobalClasses=False,
    )
    return made


def as_of_calendar(words: Words, value: str | None, today: str) -> Component:
    """A date field; empty means now. Days that have not come yet cannot be chosen."""
    chinese = words.language == "zh"
    made: Component = dmc.DatesProvider(
        dmc.DatePickerInput(
            id=AS_OF_ID,
            value=value,
            maxDate=today,
            placeholder=words("tools.as_of_now"),
            clearable=value is not None,
            clearButtonProps={"aria-label": words("tools.as_of_clear")},
            valueFormat="YYYY-MM-DD",
            monthLabelFormat="YYYY年M月" if chinese else "MMMM YYYY",
            yearLabelFormat="YYYY年" if chinese else "YYYY",
            monthsListFormat="M月" if chinese else "MMM",
            decadeLabelFormat="YYYY",
            size="xs",
            inputProps={"aria-label": words("tools.as_of")},
            attributes={"input": {"aria-label": words("tools.as_of")}},
            hideOutsideDates=True,
            # the library names its dialog by an id that ours replaces; without roles the days are plain buttons
            popoverProps={"withinPortal": False, "position": "bottom-end", "withRoles": False},
            ariaLabels={name: words(f"calendar.{name}") for name in _CALENDAR_CONTROLS},
            className="as-of-field",
        ),
        settings={"locale": "zh-cn" if chinese else "en", "firstDayOfWeek": 1, "consistentWeeks": True},
    )
    return made


def search_box(words: Words, groups: list[dict[str, Any]]) -> Component:
    """Goes to an indicator, a region, a page or a category, or to the search over everything (assets/shell.js).

    Finds by name, code, English name and pinyin; Enter goes to the first of what is found.
    """
    made: Component = dmc.Select(
        id=SEARCH_ID,
        data=groups,
        value=None,  # said, not left out: a box that is drawn again must not remember what was chosen before
        searchable=True,
        selectFirstOptionOnChange=True,
        clearable=False,
        placeholder=words("app.search"),
        nothingFoundMessage=words("app.search_none"),
        filter={"function": "findPlace"},
        size="xs",
        label=words("app.search"),
        labelProps={"className": "unseen"},
        withScrollArea=False,  # the list itself scrolls, as a list that a field owns may
        styles={"options": {"maxHeight": "26rem", "overflowY": "auto"}},
        attributes={"options": {"tabIndex": 0}},
        comboboxProps={"withinPortal": False, "width": 340, "position": "bottom-end"},
        className="search-field",
    )
    return made
