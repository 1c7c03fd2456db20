"""Reading CSV files people send: every fault by file, line and column, never a traceback."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduhub.core.tables import BadFileError, Fault, needed, read_table, whole_number, yes_or_no

COLUMNS = ("code", "name", "count")
HEAD = "code,name,count\n"


def refused(data: bytes) -> list[Fault]:
    """Everything said about a file, which must be refused."""
    with pytest.raises(BadFileError) as caught:
        read_table("a.csv", data, COLUMNS).refuse_if_faulty()
    assert str(caught.value).startswith("a.csv: line ")
    return caught.value.faults


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"", 1, "", "is empty"),
        (b" \n\n ", 1, "", "is empty"),
        (codecs.BOM_UTF8, 1, "", "is empty"),
        (HEAD.encode(), 1, "", "has a heading and no rows"),
        (b"code,name\na,b\n", 1, "count", "this column is missing"),
        (b"code,name,count,name\na,b,1,c\n", 1, "name", "this column stands twice"),
        (b"Code,Name,Count\na,b,1\n", 1, "code", "this column is missing"),
        (b"code;name;count\na;b;1\n", 1, "", "semicolons"),
        (b"code\tname\tcount\na\tb\t1\n", 1, "", "tabs"),
        (f"{HEAD}a,b\n".encode(), 2, "count", "2 cells where the heading has 3"),
        (f"{HEAD}a,b,1\n\nc,d,1,x\n".encode(), 4, "count", "4 cells where the heading has 3"),
        (f'{HEAD}"a\na",b,1\nc\n'.encode(), 4, "name", "1 cells where the heading has 3"),
        (f"{HEAD}a,caf\xe9,1\n".encode("latin-1"), 2, "name", "not UTF-8"),
        (f"{HEAD}a,caf\ufffd,1\n".encode(), 2, "name", "not UTF-8"),
        (f"{HEAD}a,b\x00,1\n".encode(), 2, "name", "control character"),
        (f"{HEAD}a,b\x1b[31m,1\n".encode(), 2, "name", "control character"),
        (HEAD.encode("utf-16"), 1, "", "UTF-16"),
        (HEAD.encode("utf-16-be"), 1, "", "UTF-16"),
        (b"PK\x03\x04 and the rest of a workbook", 1, "", "workbook"),
        (b"\xd0\xcf\x11\xe0 and the rest of an old workbook", 1, "", "workbook"),
        (b"<!DOCTYPE html><html>", 1, "", "web page"),
        (f'{HEAD}a,"open,1\n'.encode(), 2, "", "a quote is opened and never closed"),
        (f'{HEAD}a,"b"c,1\n'.encode(), 2, "", "is not CSV"),
        (f"{HEAD}a,{'b' * 200_000},1\n".encode(), 2, "", "is not CSV"),
        (b"a" * 50_000_001, 1, "", "larger than 50 MB"),
        (b",,\na,b,1\n", 1, "code", "this column is missing"),
    ],
)
def test_a_bad_file_is_told_by_line_and_column(data: bytes, line: int, column: str, message: str) -> None:
    first = refused(data)[0]
    assert (first.line, first.column) == (line, column)
    assert message in first.message


def test_every_fault_is_named_not_only_the_first() -> None:
    rows = "".join("a\n" for _ in range(30))
    faults = refused((HEAD + rows).encode())
    assert [fault.line for fault in faults] == [*range(2, 22), 22]
    assert faults[-1].message == "and 10 more problems"


def test_rows_with_their_lines() -> None:
    table = read_table("a.csv", f'{HEAD} a , "b" ,1\r\n\r\n"c\r\n c","d ""e""",2\r\n'.encode(), COLUMNS)
    assert table.rows == [
        (2, {"code": "a", "name": '"b"', "count": "1"}),
        (4, {"code": "c\r\n c", "name": 'd "e"', "count": "2"}),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_line_endings_and_byte_order_marks(ending: str, mark: bytes) -> None:
    table = read_table(
        "a.csv", mark + f"{HEAD}a,Sgoil na Càrnaich,1\n".replace("\n", ending).encode(), COLUMNS
    )
    assert table.rows == [(2, {"code": "a", "name": "Sgoil na Càrnaich", "count": "1"})]


def test_letters_made_of_two_signs_become_one() -> None:
    table = read_table("a.csv", f"{HEAD}a,Ca\u0300rnach,1\n".encode(), COLUMNS)
    assert table.rows[0][1]["name"] == "C\u00e0rnach"


def test_cells_read_by_kind() -> None:
    table = read_table("a.csv", f"{HEAD}a,,x\n".encode(), COLUMNS)
    line, row = table.rows[0]
    assert table.value(line, row, "code", needed) == "a"
    assert table.value(line, row, "name", needed) is None
    assert table.value(line, row, "count", whole_number) is None
    assert [(fault.line, fault.column) for fault in table.faults] == [(2, "name"), (2, "count")]
    for text in ("-1", "1.5", "٣", "1e3", "9" * 10, "²"):
        with pytest.raises(ValueError, match="not a whole number"):
            whole_number(text)
    assert whole_number("") is None
    with pytest.raises(ValueError, match="neither 1 nor 0"):
        yes_or_no("yes")


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: (HEAD + text).encode()))
def test_no_file_is_a_traceback(data: bytes) -> None:
    try:
        table = read_table("a.csv", data, COLUMNS)
        table.refuse_if_faulty()
    except BadFileError:
        return
    assert table.rows
