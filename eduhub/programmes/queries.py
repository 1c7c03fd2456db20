"""Reading classes."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eduhub.accounts.models import Person
from eduhub.core.db import db
from eduhub.programmes.models import SchoolClass
from eduhub.programmes.permissions import visible_to


def classes_of(person: Person) -> list[SchoolClass]:
    """The open classes somebody acts for, by label."""
    return list(
        db.session.scalars(
            select(SchoolClass)
            .where(visible_to(person), SchoolClass.closed_on.is_(None))
            .options(joinedload(SchoolClass.school), joinedload(SchoolClass.teacher))
            .order_by(SchoolClass.label, SchoolClass.id)
        )
    )


def class_by_id(class_id: UUID) -> SchoolClass | None:
    """A class."""
    return db.session.get(SchoolClass, class_id)
