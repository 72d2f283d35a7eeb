"""Forms as their writer makes them, filled in with figures and with who signs, as a program for tables saves them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import openpyxl

from monitor.catalogue.base import Language
from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.template import write_template
from monitor.intake.template_marks import PEOPLE
from monitor.shipped import find_shipped

UNIT, PERIOD = "320000", "2025"
SIGNED = {"head": "钱学礼", "officer": "孙晓梅", "prepared": "李明远", "phone": "025-83310000", "date": "2026年1月12日"}


@cache
def shipped() -> tuple[tuple[Catalogue, ...], Regions]:
    """The plan and the regions that come with the program, read once."""
    regions = load_regions(find_shipped("data/regions.csv"))
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


class Plans(Protocol):
    """What a form is made of: the services of the cycle have it, and the command line."""

    @property
    def catalogues(self) -> Sequence[Catalogue]: ...

    @property
    def regions(self) -> Regions: ...


def form(
    plans: Plans,
    folder: Path,
    figures: Mapping[str, float],
    people: Mapping[str, object] = SIGNED,
    *,
    language: Language = "zh",
    unit: str = UNIT,
) -> Path:
    """The special form of procurement, filled in; each name right of its label."""
    made = io.BytesIO()
    write_template(None, plans.catalogues, plans.regions, "procurement_2025", unit, PERIOD, made, language=language)
    book = openpyxl.load_workbook(made)
    book.properties.creator = book.properties.lastModifiedBy = SIGNED["prepared"]  # as offices write it
    sheet = book.worksheets[0]
    for field, address in lines_to_sign(sheet, language).items():
        if people.get(field):
            sheet[address] = people[field]
    rows = list(sheet.iter_rows())
    value = next(cell.column for row in rows for cell in row if cell.value in ("数值", "Value"))
    for cell in (cell for row in rows for cell in row):
        if cell.value in figures:
            sheet.cell(cell.row, value).value = figures[cell.value]
    path = folder / f"{unit}.xlsx"
    book.save(path)
    return path


def lines_to_sign(sheet: Any, language: Language) -> dict[str, str]:
    """Field → the address of the cell right of its printed label."""
    fields = {labels[0 if language == "zh" else 1]: field for field, labels in PEOPLE.items()}
    found = {}
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if field := fields.get(str(cell.value or "")[:-1]):
            areas = [area for area in sheet.merged_cells.ranges if cell.coordinate in area]
            found[field] = sheet.cell(cell.row, (areas[0].max_col if areas else cell.column) + 1).coordinate
    return found
