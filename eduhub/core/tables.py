"""Reading CSV files people send: every problem found is named with its line and column, not only the first."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 50_000_000
MOST_PROBLEMS = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # but for tabs and ends of lines


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: line from 1, column by its heading."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.message}"


class BadFileError(Exception):
    """A file cannot be imported; ``faults`` says why, and nothing was changed."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.name = name
        self.faults = list(faults)
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))


@dataclass
class Table:
    """A file being read: its rows, and the faults found so far."""

    name: str
    rows: list[tuple[int, dict[str, str]]]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, column: str, message: str) -> None:
        self.faults.append(Fault(line, column, message))

    def refuse_if_faulty(self) -> None:
        """Raise BadFileError with the first twenty faults, in the order of lines."""
        if self.faults:
            ordered = sorted(self.faults, key=lambda fault: fault.line)
            extra = len(ordered) - MOST_PROBLEMS
            shown = ordered[:MOST_PROBLEMS]
            if extra > 0:
                shown.append(Fault(ordered[MOST_PROBLEMS].line, "", f"and {extra} more problems"))
            raise BadFileError(self.name, shown)

    def value(self, line: int, row: dict[str, str], column: str, read: Callable[[str], Any]) -> Any:
        """A cell read by ``read``; a ValueError becomes a fault and the answer None."""
        try:
            return read(row[column])
        except ValueError as error:
            self.fault(line, column, str(error))
            return None


def read_table(name: str, data: bytes, columns: Sequence[str]) -> Table:
    """The rows of a CSV file with these columns (others are ignored), each with its first line.

    Raises BadFileError where the file is no such table; faults in single rows are found in the answer.
    """
    _refuse_other_kinds(name, data)
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig", errors="replace"), newline=""), strict=True)
    line = 1
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        _check_heading(name, heading, columns)
        table = Table(name, [])
        line = reader.line_num + 1
        for cells in reader:
            _take(table, line, heading, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFileError(name, [Fault(line, "", _said_plainly(error))]) from error
    if not table.rows and not table.faults:
        raise BadFileError(name, [Fault(1, "", "has a heading and no rows")])
    return table


def _take(table: Table, line: int, heading: list[str], cells: list[str]) -> None:
    """Add a row to the table, or what is wrong with it; empty rows are passed over."""
    if not any(cell.strip() for cell in cells):
        return
    if len(cells) != len(heading):
        column = heading[min(len(cells), len(heading) - 1)]
        table.fault(line, column, f"the row has {len(cells)} cells where the heading has {len(heading)}")
        return
    row = {
        column: unicodedata.normalize("NFC", cell.strip())
        for column, cell in zip(heading, cells, strict=True)
    }
    wrong = [(column, said) for column, cell in row.items() if (said := _unreadable(cell))]
    for column, said in wrong:
        table.fault(line, column, said)
    if not wrong:
        table.rows.append((line, row))


def _unreadable(cell: str) -> str:
    """What is wrong with the characters of a cell; nothing, as a rule."""
    if "\ufffd" in cell:
        return "holds a character that is not UTF-8: save the file as CSV in UTF-8"
    if found := _CONTROL.search(cell):
        return f"holds the control character {ord(found[0]):#04x}"
    return ""


def _refuse_other_kinds(name: str, data: bytes) -> None:
    """Raise BadFileError for files that are no text in UTF-8 at all."""
    said = ""
    if len(data) > MOST_BYTES:
        said = "is larger than 50 MB"
    elif not data.removeprefix(codecs.BOM_UTF8).strip():
        said = "is empty"
    elif data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        said = "is a workbook: save its sheet as CSV in UTF-8"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in data[:4]:
        said = "is UTF-16: save it as CSV in UTF-8"
    elif data.lstrip()[:1] == b"<":
        said = "is a web page, not CSV"
    if said:
        raise BadFileError(name, [Fault(1, "", said)])


def _said_plainly(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "a quote is opened and never closed"
    return f"is not CSV: {error}"


def _check_heading(name: str, heading: list[str], columns: Sequence[str]) -> None:
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(heading) == 1 and mark in heading[0]:
            raise BadFileError(name, [Fault(1, "", f"cells are separated by {word}: use commas")])
    missing = [column for column in columns if column not in heading]
    if missing:
        raise BadFileError(name, [Fault(1, column, "this column is missing") for column in missing])
    doubled = sorted({column for column in heading if column and heading.count(column) > 1})
    if doubled:
        raise BadFileError(name, [Fault(1, column, "this column stands twice") for column in doubled])


def needed(text: str) -> str:
    """A cell that must hold something."""
    if not text:
        raise ValueError("is empty")
    return text


def whole_number(text: str) -> int | None:
    """A whole number from 0, or None for an empty cell."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def yes_or_no(text: str) -> bool:
    """1 or 0."""
    if text not in {"0", "1"}:
        raise ValueError(f"{text!r} is neither 1 nor 0")
    return text == "1"
