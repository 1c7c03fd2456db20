"""Reading CSV files people send: every problem found is named with its line and column, not only the first."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 50_000_000
MOST_PROBLEMS = 20


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
    """The rows of a CSV file with these columns (others are ignored); raises BadFileError."""
    text = _decode(name, data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        _check_heading(name, heading, columns)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(heading):
                faults.append(
                    Fault(reader.line_num, "", f"has {len(cells)} cells where the heading has {len(heading)}")
                )
                continue
            rows.append((reader.line_num, dict(zip(heading, map(str.strip, cells), strict=True))))
    except csv.Error as error:
        raise BadFileError(name, [Fault(reader.line_num, "", f"is not CSV: {error}")]) from error
    if not rows and not faults:
        raise BadFileError(name, [Fault(1, "", "has a heading and no rows")])
    return Table(name, rows, faults)


def _decode(name: str, data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise BadFileError(name, [Fault(1, "", "is larger than 50 MB")])
    if not data.strip():
        raise BadFileError(name, [Fault(1, "", "is empty")])
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        raise BadFileError(name, [Fault(line, "", "holds a NUL byte: save it as CSV in UTF-8")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8: save the file as CSV in UTF-8"
        raise BadFileError(name, [Fault(line, "", message)]) from error


def _check_heading(name: str, heading: list[str], columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in heading]
    if len(heading) == 1 and ";" in heading[0]:
        raise BadFileError(name, [Fault(1, "", "cells are separated by semicolons: use commas")])
    if missing:
        raise BadFileError(name, [Fault(1, column, "this column is missing") for column in missing])
    doubled = sorted({column for column in columns if heading.count(column) > 1})
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
