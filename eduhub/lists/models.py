"""Saved lists and the lessons in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.accounts.models import Person
from eduhub.core.db import Base, Id
from eduhub.lessons.models import Lesson


class SavedList(Base):
    """Lessons somebody keeps together. ``version`` counts changes, so that nobody changes what they did not see.

    ``share_token`` is the secret part of the link. It stays when the link is taken back, so that the page can say so;
    a new link has a new one.
    """

    __tablename__ = "saved_list"
    __table_args__ = (
        UniqueConstraint("share_token"),
        CheckConstraint("share_token IS NOT NULL OR NOT is_shared", name="shared_by_token"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    share_token: Mapped[str | None]
    is_shared: Mapped[bool] = mapped_column(default=False)
    shows_owner: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()
    items: Mapped[list["SavedListItem"]] = relationship(
        order_by="SavedListItem.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )


class SavedListItem(Base):
    """A lesson in a list, once, at its place, with what the owner wrote to it."""

    __tablename__ = "saved_list_item"

    list_id: Mapped[UUID] = mapped_column(ForeignKey("saved_list.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    position: Mapped[int]
    note: Mapped[str] = mapped_column(default="")

    lesson: Mapped[Lesson] = relationship(lazy="joined", innerjoin=True)
