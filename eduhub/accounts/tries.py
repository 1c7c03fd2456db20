"""Limits on tries of passwords and on asking for e-mail, per account and per source.

A try is counted before it is judged, so that many at once are no more than many in turn. One source cannot use up
what an account has from elsewhere: what is refused at the first limit is not counted towards the next.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta

from flask import current_app

from eduhub.core import throttle
from eduhub.core.db import action
from eduhub.core.web import Problem

WINDOW = timedelta(minutes=5)
# An account from one source, a source over all accounts (a school behind one address), an account over all sources.
PASSWORD_LIMITS = {"password": 10, "password-source": 100, "password-account": 50}
HOUR = timedelta(hours=1)
# Letters to one address, and letters asked for by one source: a whole staff may sign up in one room.
LETTER_LIMITS = {"letter-source": 100, "letter": 5}
WISHES = 10


class TooManyTries(Problem):
    """An account or a source has used up its tries."""

    status = 429


def _key(text: str) -> str:
    """A key for counting tries that tells nobody the address it stands for."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def _password_keys(email: str, source: str) -> dict[str, str]:
    place = throttle.source_of(source)
    texts = {"password": f"{email} {place}", "password-source": place, "password-account": email}
    return {bucket: _key(text) for bucket, text in texts.items()}


def count_password(email: str, source: str) -> None:
    """Count a try of a password, before it is looked at. Raises TooManyTries."""
    keys = _password_keys(email, source)
    if _is_over((bucket, keys[bucket], most, WINDOW) for bucket, most in PASSWORD_LIMITS.items()):
        raise TooManyTries("Wait five minutes and try again, or choose a new password by e-mail.")


def count_letter(email: str, source: str) -> None:
    """Count an e-mail that somebody asks for without signing in. Raises TooManyTries."""
    keys = {"letter": _key(email), "letter-source": _key(throttle.source_of(source))}
    if _is_over((bucket, keys[bucket], most, HOUR) for bucket, most in LETTER_LIMITS.items()):
        raise TooManyTries(
            "Wait an hour. What was sent so far is in your e-mail: look in the junk folder too."
        )


def count_wish(email: str) -> None:
    """Count a wish for a role, of which others are told. Raises TooManyTries."""
    if _is_over([("wish", _key(email), WISHES, HOUR)]):
        raise TooManyTries("Wait an hour before asking for another role.")


@action
def _is_over(limits: Iterable[tuple[str, str, int, timedelta]]) -> bool:
    return any(throttle.count(bucket, key, window) > most for bucket, key, most, window in limits)


@action
def password_was_right(email: str, source: str) -> None:
    """Forget the tries of whoever proved to be the owner; of their source only this one."""
    keys = _password_keys(email, source)
    throttle.forget("password", keys["password"])
    throttle.give_back("password-source", keys["password-source"])
    throttle.forget("password-account", keys["password-account"])
