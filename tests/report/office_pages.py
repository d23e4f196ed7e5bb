"""Run by a Python that has LibreOffice's `uno`: one opened workbook, whose cells are set and whose sheets are read.

Standard input, as JSON: `office`, the program; `profile`, a folder of its own; `workbook`; and `steps`, each with
`set`, a table of sheet and cells with their values, and `read`, a table of sheet and area. Standard output: of every
step a table of sheet and rows of values, where a formula that comes to an error is null.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

_PATIENCE = 60.0  # seconds for LibreOffice to answer


def main() -> None:
    """Answers the steps of standard input."""
    asked = json.load(sys.stdin)
    profile = Path(asked["profile"])
    pipe = f"pipe,name={profile.name}"
    command = [asked["office"], f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    office = subprocess.Popen([*command, f"--accept={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        desktop = _desktop(f"uno:{pipe};urp;StarOffice.ComponentContext")
        hidden = PropertyValue(Name="Hidden", Value=True)
        document = desktop.loadComponentFromURL(Path(asked["workbook"]).as_uri(), "_blank", 0, (hidden,))
        document.calculateAll()
        answers = [_answer(document.Sheets, step) for step in asked["steps"]]
        document.close(True)
        _end(desktop)
    finally:
        office.terminate()
        office.wait(_PATIENCE)
    json.dump(answers, sys.stdout)


def _desktop(address: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            context = resolver.resolve(address)
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def _end(desktop: Any) -> None:
    try:
        desktop.terminate()
    except DisposedException:
        return  # it is gone already


def _answer(sheets: Any, step: dict[str, Any]) -> dict[str, Any]:
    for title, cells in step["set"].items():
        sheet = sheets.getByName(title)
        for address, value in cells.items():
            _put(sheet.getCellRangeByName(address), value)
    answer: dict[str, Any] = {}
    for title, area in step["read"].items():
        answer[title] = sheets.getByName(title).getCellRangeByName(area).getDataArray()
    return answer


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, (int, float)):
        cell.setValue(value)
    else:
        cell.setString(value)  # an empty one empties the cell


if __name__ == "__main__":
    main()
