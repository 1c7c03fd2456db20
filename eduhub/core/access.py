"""Who may do what: declared on every view, denied by default, asked the same way by page and list.

A package's ``permissions.py`` grants each of its abilities once: who could ever hold it, and over which
things. A view names its ability; the page asks ``may`` before it shows a button; the query's
``visible_to`` and ``ensure`` keep things outside a person's scope unseen (404).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app
from flask_login import current_user

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Access:
    """What a view declares: ``public``, ``signed in``, or an ability."""

    kind: str
    ability: StrEnum | None = None

    def __str__(self) -> str:
        return f"{type(self.ability).__name__}.{self.ability}" if self.ability else self.kind


@dataclass(frozen=True)
class Rule:
    """Who could ever hold an ability, and over which things."""

    anyone: Callable[[Any], bool]
    over: Callable[[Any, Any], bool] | None


class UndeclaredAccessError(RuntimeError):
    """A view declares no access, or two."""


_rules: dict[tuple[type[StrEnum], StrEnum], Rule] = {}


def grant(
    ability: StrEnum,
    *,
    anyone: Callable[[Any], bool],
    over: Callable[[Any, Any], bool] | None = None,
) -> None:
    """Register the rule of an ability; a second rule for the same ability is a mistake."""
    key = (type(ability), ability)
    if key in _rules:
        raise ValueError(f"{ability!r} is granted twice")
    _rules[key] = Rule(anyone, over)


def abilities() -> list[StrEnum]:
    """Every ability that has been granted."""
    return [ability for _, ability in _rules]


def current_person() -> Any:
    """The person signed in, or nobody in particular; themselves, where ``current_user`` looks them up at every use."""
    return current_user._get_current_object()


def may(ability: StrEnum, thing: Any = None, person: Any = None) -> bool:
    """Whether the person (else the one signed in) holds the ability, over the thing if one is given."""
    who = person if person is not None else current_person()
    if not who.is_authenticated:
        return False
    rule = _rules[type(ability), ability]
    if not rule.anyone(who):
        return False
    if thing is None or rule.over is None:
        return True
    return rule.over(who, thing)


def ensure(ability: StrEnum, thing: Any) -> None:
    """Answer 404 unless the person signed in holds the ability over this thing (or it is None)."""
    if thing is None or not may(ability, thing):
        abort(404)


def _declare(view: Callable[P, T], access: Access, guard: Callable[[], Any]) -> Callable[P, T]:
    if hasattr(view, "__eduhub_access__"):
        raise UndeclaredAccessError(f"{view.__name__} declares access twice")

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        refusal = guard()
        return refusal if refusal is not None else view(*args, **kwargs)

    guarded.__eduhub_access__ = access  # type: ignore[attr-defined]
    return guarded


def public(view: Callable[P, T]) -> Callable[P, T]:
    """Anybody may open this."""
    if hasattr(view, "__eduhub_access__"):
        raise UndeclaredAccessError(f"{view.__name__} declares access twice")
    view.__eduhub_access__ = Access("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[P, T]) -> Callable[P, T]:
    """Anybody who is signed in may open this."""
    return _declare(view, Access("signed in"), _ask_to_sign_in)


def requires(ability: StrEnum) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Only people who hold the ability may open this; the thing itself is checked with ``ensure``."""

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        def guard() -> Any:
            refusal = _ask_to_sign_in()
            if refusal is None and not may(ability):
                abort(403)
            return refusal

        return _declare(view, Access("requires", ability), guard)

    return decorate


def _ask_to_sign_in() -> Any:
    if current_user.is_authenticated:
        return None
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the view behind an endpoint declares."""
    return getattr(app.view_functions[endpoint], "__eduhub_access__", None)


def check_every_view(app: Flask) -> None:
    """Refuse to start when a view declares no access."""
    for endpoint in app.view_functions:
        if endpoint != "static" and access_of(app, endpoint) is None:
            raise UndeclaredAccessError(
                f"{endpoint} declares no access: put @public, @signed_in or @requires(…) above it"
            )
