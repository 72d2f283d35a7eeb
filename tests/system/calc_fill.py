"""Fills a workbook in LibreOffice Calc as a person would, and tells what its formulas then say.

Run by the system's Python, which has UNO: `python3 calc_fill.py PIPE SOURCE TARGET`, with the orders as JSON on
standard input: `cells`, a list of [address, number or text] on `sheet` (null = the first); `read`, addresses whose
shown text is printed as a JSON object. The office listens on the named pipe; it is closed at the end.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

_PATIENCE = 60  # seconds until the office must listen


def _option(name: str, value: object) -> Any:
    option = PropertyValue()
    option.Name, option.Value = name, value
    return option


def _desktop(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    last = time.monotonic() + _PATIENCE
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > last:
                raise
            time.sleep(0.2)


def main(pipe: str, source: str, target: str) -> None:
    orders = json.load(sys.stdin)
    desktop = _desktop(pipe)
    try:
        book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (_option("Hidden", True),))
        sheet = book.Sheets.getByName(orders["sheet"]) if orders.get("sheet") else book.Sheets.getByIndex(0)
        for address, content in orders["cells"]:
            cell = sheet.getCellRangeByName(address)
            if sheet.isProtected() and cell.CellProtection.IsLocked:
                raise SystemExit(f"{address} is locked")
            if isinstance(content, str):
                cell.setString(content)
            else:
                cell.setValue(content)
        book.calculateAll()  # whatever results the file brought along
        shown = {address: sheet.getCellRangeByName(address).getString() for address in orders["read"]}
        book.storeToURL(Path(target).as_uri(), (_option("FilterName", "Calc MS Excel 2007 XML"),))
        book.close(True)
    finally:
        desktop.terminate()
    sys.stdout.write(json.dumps(shown))


main(*sys.argv[1:])
