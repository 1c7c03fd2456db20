"""Lessons, their immutable versions, what they are filtered by, and their packs."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.core.db import Base, Id, enum_type


class Status(StrEnum):
    """Where a lesson stands. Only published ones are listed."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Audience(StrEnum):
    """Whom a file of a pack is for; ``everything`` is for all of them."""

    EVERYTHING = "everything"
    TEACHER = "teacher"
    LEARNER = "learner"
    OFFICER = "officer"
    FAMILY = "family"


class Lesson(Base):
    """A lesson over all its versions. ``title`` and ``card`` are those of the current version, for lists.

    ``feedback_count`` is how many practitioners' feedback is published; the room that keeps it sets it.
    """

    __tablename__ = "lesson"
    __table_args__ = (UniqueConstraint("slug"), Index("ix_lesson_list", "status", "title", "id"))

    id: Mapped[Id]
    slug: Mapped[str]
    status: Mapped[Status] = mapped_column(enum_type(Status))
    title: Mapped[str]
    card: Mapped[dict[str, Any]]
    current_version_id: Mapped[UUID]
    source_hash: Mapped[str]
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    feedback_count: Mapped[int] = mapped_column(default=0)


class LessonAddress(Base):
    """An address a lesson once had: people are led on to the present one."""

    __tablename__ = "lesson_address"

    slug: Mapped[str] = mapped_column(primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"), index=True)


class LessonVersion(Base):
    """One published state of a lesson; bookings and evaluations point here. Its source never changes.

    ``assets`` holds the hash of each file it shows, ``words`` the vocabularies' words for its keys, ``plan_html``
    the whole of the plan and ``pack_html`` the files to take to class (empty while there are none), so that no request
    renders them. ``evidence`` is what speaks for the plan and what to think about, ``reviews`` the sign-offs of this
    version and of those before it, as ``reviews.yaml`` has them. ``alone`` says since when and why it stands without a
    second check, and is empty otherwise. HTML, words and evidence may be made anew from the same source.
    """

    __tablename__ = "lesson_version"
    __table_args__ = (
        UniqueConstraint("lesson_id", "version"),
        Index("ix_lesson_version_built_at", "built_at", "lesson_id"),
    )

    id: Mapped[Id]
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"))
    version: Mapped[str]
    content_hash: Mapped[str]
    built_at: Mapped[datetime]
    title: Mapped[str]
    summary: Mapped[str]
    minutes: Mapped[int]
    levels: Mapped[list[str]]
    stages: Mapped[list[str]]
    front: Mapped[dict[str, Any]] = mapped_column(deferred=True, deferred_group="page")
    practitioner_html: Mapped[str] = mapped_column(deferred=True, deferred_group="page")
    learner_html: Mapped[str] = mapped_column(deferred=True, deferred_group="page")
    family_html: Mapped[str] = mapped_column(deferred=True, deferred_group="page")
    words: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, deferred_group="page")
    assets: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, deferred_group="page")
    reviews: Mapped[list[dict[str, Any]]] = mapped_column(default=list, deferred=True, deferred_group="page")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, deferred_group="page")
    alone: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, deferred_group="page")
    plan_html: Mapped[str] = mapped_column(default="", deferred=True)
    pack_html: Mapped[str] = mapped_column(default="", deferred=True)

    lesson: Mapped[Lesson] = relationship(lazy="joined")


class LessonFacet(Base):
    """A value a listed lesson is filtered by (level, stage, topic, substance or code) or found by from another.

    Of another kind are the codes it ``teaches``, ``assesses`` or ``supports``, the lessons ``before`` and ``next``,
    and its ``series``.
    """

    __tablename__ = "lesson_facet"
    __table_args__ = (Index("ix_lesson_facet_lesson_id", "lesson_id"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True)


class PackFile(Base):
    """A file of a version's pack, built by a job and kept in the data folder under its hash.

    ``format`` says what it is, as read from the file when it was made; ``made_from`` is the hash of all it was made
    from, so that nothing is made twice.
    """

    __tablename__ = "pack_file"
    __table_args__ = (UniqueConstraint("version_id", "name"), Index("ix_pack_file_sha256", "sha256"))

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("lesson_version.id"))
    name: Mapped[str]
    label: Mapped[str]
    audience: Mapped[Audience] = mapped_column(enum_type(Audience))
    media_type: Mapped[str]
    format: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    made_from: Mapped[str]
    position: Mapped[int]

    @property
    def is_zip(self) -> bool:
        return self.media_type == "application/zip"

    @property
    def facts(self) -> str:
        """What to know before the click: ``PDF, A4, 6 pages, 213 kB``."""
        size = self.size
        weight = (
            f"{size / 1_000_000:.1f}\u00a0MB" if size >= 999_500 else f"{max(1, round(size / 1000))}\u00a0kB"
        )
        return ", ".join(filter(None, (self.format, weight)))


class FacetProfile(Base):
    """Lessons that share all their facets are counted together: ``lessons`` says how many are listed with them.

    ``facets`` is one line for each value, such as ``stage:S2``.
    """

    __tablename__ = "facet_profile"
    __table_args__ = (UniqueConstraint("facets"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    facets: Mapped[str]
    lessons: Mapped[int] = mapped_column(default=0)


class SearchEntry(Base):
    """A listed lesson's place in the search index: ``number`` is its row there."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("lesson_id"), Index("ix_search_entry_profile_id", "profile_id"))

    number: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("facet_profile.id"))


class SearchTerm(Base):
    """A phrase people type, known by the stems of its words, and what lessons say instead.

    ``forms`` is empty for a word that is only known to be spelled so; ``spelling`` is the phrase as it is written.
    """

    __tablename__ = "search_term"

    stems: Mapped[str] = mapped_column(primary_key=True)
    spelling: Mapped[str]
    forms: Mapped[list[str]]


class SearchMiss(Base):
    """Words that found nothing, for those who plan lessons. The words are kept only once several people typed them.

    ``digest`` stands for the words until then, ``last_source`` for whoever typed them last on that day.
    """

    __tablename__ = "search_miss"

    digest: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    last_source: Mapped[str] = mapped_column(default="")
    last_seen: Mapped[datetime]


class ReviewReminder(Base):
    """That editors were told of a lesson which is to be gone through again on a day: so many days before, 0 after it."""

    __tablename__ = "review_reminder"

    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]


class LessonCheck(Base):
    """What the last check found in a lesson's folder, drafts included; the empty slug stands for all of them."""

    __tablename__ = "lesson_check"

    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    source_hash: Mapped[str]
    checked_at: Mapped[datetime]
    errors: Mapped[int]
    warnings: Mapped[int]
    notes: Mapped[int]
    findings: Mapped[list[dict[str, Any]]]


class LinkState(StrEnum):
    """What became of asking an address of another site: it is there, is elsewhere now, is gone, or nobody knows."""

    WELL = "well"
    MOVED = "moved"
    DEAD = "dead"
    TROUBLE = "trouble"


class OutsideLink(Base):
    """An address of another site in some lesson: how it stood when it was last asked, and since when it stands so."""

    __tablename__ = "outside_link"

    url: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState))
    note: Mapped[str]
    since: Mapped[datetime]
    asked_at: Mapped[datetime]
