"""The shipped codes, and imports of official text beside them."""

from pathlib import Path

import pytest
from flask import Flask

from eduhub.core.db import db
from eduhub.core.tables import BadFileError
from eduhub.curriculum.actions import import_benchmarks, import_outcomes, load_reference
from eduhub.curriculum.models import Outcome, Statement
from eduhub.curriculum.queries import benchmarks_of, known_codes, outcome_by_code

HEAD = "code,level,curriculum_area,organiser,statement,source,confidence\n"


def test_the_shipped_codes_are_there_and_loading_again_changes_nothing(app: Flask) -> None:
    before = known_codes()
    assert {"HWB 0-38a", "HWB 3-43b", "HWB 3-44a", "HWB 4-44a"} <= before
    statements = db.session.query(Statement).count()
    load_reference()
    assert known_codes() == before
    assert db.session.query(Statement).count() == statements


def test_one_statement_may_carry_two_codes(app: Flask) -> None:
    third, fourth = outcome_by_code("HWB 3-44a"), outcome_by_code("HWB 4-44a")
    assert third is not None
    assert fourth is not None
    assert third.statement_id == fourth.statement_id
    assert (third.level.value, fourth.level.value) == ("third", "fourth")


def test_importing_keeps_our_summary_and_the_source(app: Flask) -> None:
    row = "HWB3-38a,third,Health and wellbeing,Substance misuse,Official words here.,A register,one source\n"
    counts = import_outcomes("o.csv", (HEAD + row).encode())
    assert counts == {"added": 0, "changed": 1, "unchanged": 0}
    found = outcome_by_code("HWB 3-38a")
    assert found is not None
    assert found.statement.official_text == "Official words here."
    assert found.statement.proof == "one source"
    assert found.statement.summary
    assert import_outcomes("o.csv", (HEAD + row).encode())["unchanged"] == 1


def test_a_bad_file_changes_nothing_and_names_every_fault(app: Flask) -> None:
    rows = "HWB 3-38a,third,HWB,Misuse,Good.,s,p\nnonsense,third,HWB,Misuse,Text,s,p\nHWB 2-38a,tenth,HWB,M,,s,p\n"
    with pytest.raises(BadFileError) as caught:
        import_outcomes("o.csv", (HEAD + rows).encode())
    assert [(fault.line, fault.column) for fault in caught.value.faults] == [
        (3, "code"),
        (4, "level"),
        (4, "statement"),
    ]
    found = outcome_by_code("HWB 3-38a")
    assert found is not None
    assert found.statement.official_text == ""


def test_the_real_files(app: Flask, shared_data: Path) -> None:
    folder = shared_data / "data"
    import_outcomes("hwb.csv", (folder / "cfe_hwb_outcomes.csv").read_bytes())
    assert db.session.query(Outcome).filter(Outcome.code.startswith("HWB")).count() >= 200
    again = import_outcomes("hwb.csv", (folder / "cfe_hwb_outcomes.csv").read_bytes())
    assert again == {"added": 0, "changed": 0, "unchanged": 200}
    assert import_benchmarks("b.csv", (folder / "cfe_hwb_benchmarks.csv").read_bytes()) == {"added": 677}
    assert len(benchmarks_of("HWB 3-38a")) > 0
