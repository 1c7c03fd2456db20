"""Password hashing with argon2id at the size OWASP gives for servers: 19 MiB, two passes, one lane.

Hash and verify outside any transaction: each takes tens of milliseconds.
"""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return _hasher.hash(password)


def hash_nothing() -> str:
    """A hash that no password matches, for somebody who has chosen none yet."""
    return _hasher.hash(secrets.token_hex(32))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; with no hash (nobody of that name) it takes as long and says no."""
    try:
        _hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    return hash_nothing()
