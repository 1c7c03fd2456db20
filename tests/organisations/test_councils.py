"""The register of councils: counted, followed when one is re-coded or moved, refused when one is missing."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.core.db import db
from eduhub.core.tables import BadFileError
from eduhub.organisations.actions import load_reference
from eduhub.organisations.councils import import_councils
from eduhub.organisations.models import Council, RegisterImport
from eduhub.organisations.queries import school_by_code
from eduhub.organisations.reference import COUNCILS

HEAD = "code,name,division_code,former_gss_codes\n"
STIRLING = 2 + [code for code, _, _ in COUNCILS].index("S12000030")
WHOLE = HEAD + "".join(f"{code},{name},{letter},\n" for code, name, letter in COUNCILS)


def take(text: str = WHOLE) -> tuple[int, int, int]:
    done = import_councils("councils.csv", text.encode())
    return done.added, done.changed, done.unchanged


def council(code: str) -> Council:
    return db.session.scalars(select(Council).where(Council.code == code)).one()


@pytest.mark.usefixtures("app")
def test_unchanged_then_changed_then_unchanged() -> None:
    assert take() == (0, 0, 32)
    assert take(WHOLE.replace("Stirling", "Sterling")) == (0, 1, 31)
    assert take(WHOLE.replace("Stirling", "Sterling")) == (0, 0, 32)
    load_reference()
    assert council("S12000030").name == "Sterling", (
        "an imported register counts for more than the shipped list"
    )


@pytest.mark.usefixtures("app")
def test_before_any_import_the_shipped_list_counts() -> None:
    load_reference()
    assert council("S12000030").name == "Stirling"


@pytest.mark.usefixtures("app")
def test_a_council_that_is_recoded_stays_the_same_council() -> None:
    before = council("S12000017").id
    assert take(WHOLE.replace("S12000017,Highland,N,", "S12000099,Highland,N,S12000017")) == (0, 1, 31)
    assert council("S12000099").id == before


@pytest.mark.usefixtures("app")
def test_schools_follow_their_council_to_another_division() -> None:
    assert take(WHOLE.replace("Highland,N", "Highland,A")) == (0, 1, 31)
    school = school_by_code("9900001")
    assert school is not None
    assert school.division_id == council("S12000017").division_id


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        (HEAD, 1, "", "no rows"),
        (WHOLE.replace("division_code", "division", 1), 1, "division_code", "this column is missing"),
        (WHOLE.replace("S12000030,Stirling,C,\n", ""), 1, "code", r"S12000030 \(Stirling\) is missing"),
        (WHOLE.replace("S12000030", "S1200003"), STIRLING, "code", "not a council's GSS code"),
        (
            WHOLE.replace("Stirling,C", "Stirling,Z"),
            STIRLING,
            "division_code",
            "'Z' is no police division's letter",
        ),
        (WHOLE.replace("Stirling", ""), STIRLING, "name", "is empty"),
        (WHOLE + "S12000030,Again,C,\n", 34, "code", "stands on line [0-9]+ already"),
        (WHOLE + "S12000098,Stirling,C,\n", 34, "name", "stands on line [0-9]+ already"),
        (WHOLE + "S12000098\n", 34, "name", "1 cells"),
    ],
)
def test_a_bad_file_is_refused_and_the_old_names_stay(
    app: Flask, text: str, line: int, column: str, message: str
) -> None:
    with pytest.raises(BadFileError, match=message) as caught:
        take(text)
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == (line, column)
    assert str(caught.value).startswith(f"councils.csv: line {line}")
    assert council("S12000030").name == "Stirling"
    assert db.session.query(RegisterImport).count() == 0


def test_a_file_that_is_not_utf_8(app: Flask) -> None:
    with pytest.raises(BadFileError, match=r"line 7, column name: .*not UTF-8"):
        import_councils("councils.csv", WHOLE.replace("Na h-", "N\xe0 h-").encode("latin-1"))


def test_the_real_register(app: Flask, shared_data: Path) -> None:
    data = (shared_data / "data" / "councils.csv").read_bytes()
    for _ in range(2):
        done = import_councils("councils.csv", data)
        assert (done.added, done.changed, done.unchanged) == (0, 0, 32)
    done = import_councils("councils.csv", data.replace(b",Stirling,", b",Sterling,"))
    assert (done.changed, done.unchanged) == (1, 31)
