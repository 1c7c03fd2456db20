"""The shipped codes: there from the start, and loading them again changes nothing."""

from flask import Flask

from eduhub.core.db import db
from eduhub.curriculum.actions import load_reference
from eduhub.curriculum.models import Statement
from eduhub.curriculum.queries import known_codes, outcome_by_code


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
