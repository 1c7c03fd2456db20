"""Hashes: nobody's password is ever right, and people without one cannot sign in."""

from eduhub.accounts.passwords import hash_nothing, hash_password, password_matches


def test_a_right_and_a_wrong_password() -> None:
    kept = hash_password("purple kettle on a hill")
    assert password_matches(kept, "purple kettle on a hill")
    assert not password_matches(kept, "purple kettle on a hull")


def test_without_a_hash_nothing_is_right() -> None:
    for kept in (None, "", "none", hash_nothing()):
        for guess in ("", "nobody has this password", "none"):
            assert not password_matches(kept, guess)
