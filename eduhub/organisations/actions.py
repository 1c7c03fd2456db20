"""Writing organisations: the shipped councils and divisions."""

from sqlalchemy import select

from eduhub.core.db import action, db
from eduhub.organisations.councils import were_imported
from eduhub.organisations.models import Council, Division, Nation, Organisation
from eduhub.organisations.reference import COUNCILS, DIVISIONS, NATION_CODE, NATION_NAME


@action
def load_reference() -> None:
    """Put in the nation, the 13 divisions and the 32 councils, or bring them up to date.

    Once a register of councils was imported, theirs are left as they are.
    """
    known = {
        (type(row), row.code): row
        for row in db.session.scalars(
            select(Organisation).where(Organisation.kind.in_(["nation", "division", "council"]))
        )
    }

    def keep(kind: type[Organisation], code: str, name: str) -> Organisation:
        row = known.get((kind, code))
        if row is None:
            row = kind(code=code, name=name)
            db.session.add(row)
        row.name = name
        return row

    keep(Nation, NATION_CODE, NATION_NAME)
    divisions = {code: keep(Division, code, name) for code, name in DIVISIONS.items()}
    db.session.flush()
    if were_imported():
        return
    for code, name, letter in COUNCILS:
        keep(Council, code, name).division_id = divisions[letter].id
