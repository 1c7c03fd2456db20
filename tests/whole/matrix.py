"""Who may open what: every route of the site against everybody, own things and other people's, in one table.

A cell says what happens to somebody on a thing of their own side and on the same thing of the other side:

- ``Y`` done or shown, wherever the thing is (or there is no thing);
- ``O`` their own only: another's is not found (404), exactly as if it did not exist;
- ``N`` known to them, but never over this thing: not found (404) on either side;
- ``-`` not for this role (403), whatever the address holds;
- ``S`` asked to sign in first.
"""

from dataclasses import dataclass

from eduhub.accounts.models import Role

WHO: tuple[Role | None, ...] = (
    None,
    Role.TEACHER,
    Role.SCHOOL_LEAD,
    Role.LIAISON_OFFICER,
    Role.PARTNER_PRACTITIONER,
    Role.COUNCIL_LEAD,
    Role.DIVISION_LEAD,
    Role.NATIONAL_LEAD,
    Role.CONTENT_EDITOR,
    Role.CONTENT_REVIEWER,
    Role.ADMINISTRATOR,
)
VISIT = "/visits/<uuid:visit_id>"
DELIVERY = "/deliveries/<uuid:delivery_id>"
WAVE = f"{DELIVERY}/questions/<string:wave>"
LESSON = "/lessons/<string:slug>"
LIST = "/lists/<uuid:list_id>"
DRAFT = "/drafts/<uuid:draft_id>"

# Every state of a visit; ``called-off`` never had an officer.
STATES = ("requested", "offered", "confirmed", "cancelled", "recorded", "called-off")

#          AN TE SL LO PP CL DL NL CE CR AD
ANYBODY = "Y  Y  Y  Y  Y  Y  Y  Y  Y  Y  Y"
MEMBERS = "S  Y  Y  Y  Y  Y  Y  Y  Y  Y  Y"
ASKING_ = "S  Y  Y  -  -  -  -  -  -  -  -"
ITS_OWN = "S  O  N  N  N  N  N  N  N  N  N"
CLASSES = "S  O  O  -  -  -  -  -  -  -  -"
SCHOOLS = "S  -  O  -  -  -  -  -  -  -  -"
PARTIES = "S  O  O  O  -  -  O  -  -  -  -"
SESSION = "S  O  O  O  -  -  -  -  -  -  -"
OFFICER = "S  -  -  O  -  -  -  -  -  -  -"
DIARIES = "S  -  -  Y  -  -  -  -  -  -  -"
HANDING = "S  -  -  O  -  -  O  -  -  -  -"
RESULTS = "S  -  Y  -  -  Y  Y  Y  -  -  -"
TELLERS = "S  Y  Y  Y  Y  Y  Y  Y  -  -  -"
DECIDER = "S  -  Y  -  -  Y  Y  Y  -  -  Y"

EDITORS = "S  -  -  -  -  -  -  -  Y  -  -"
KEEPERS = "S  -  -  -  -  -  -  -  Y  Y  -"
JUDGING = "S  -  -  -  -  -  -  -  -  Y  -"

TABLE: dict[str, str] = {
    "GET /": ANYBODY,
    "GET /about": ANYBODY,
    "GET /accessibility": ANYBODY,
    "GET /cookies": ANYBODY,
    "GET /developers": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /help": ANYBODY,
    "GET /privacy": ANYBODY,
    "GET /readyz": ANYBODY,
    # Accounts.
    "GET /account": MEMBERS,
    "POST /account/password": MEMBERS,
    "POST /account/sign-out-everywhere": MEMBERS,
    "GET /account/roles/new": MEMBERS,
    "POST /account/roles/new": MEMBERS,
    "GET /people": DECIDER,
    "GET /people/accounts": "S  -  -  -  -  -  -  -  -  -  Y",
    "GET /people/roles/new": DECIDER,
    "POST /people/roles/new": DECIDER,
    "GET /people/partners": "S  -  -  -  -  Y  Y  Y  -  -  Y",
    "POST /people/partners": "S  -  -  -  -  Y  Y  Y  -  -  Y",
    # A teacher's role at a school: its lead and its council decide, and an administrator.
    "POST /people/roles/<uuid:role_id>": "S  -  O  -  -  O  N  N  -  -  Y",
    "POST /people/<uuid:person_id>/disable": "S  -  -  -  -  -  -  -  -  -  Y",
    "GET /reset": ANYBODY,
    "POST /reset": ANYBODY,
    "GET /reset/<string:token>": ANYBODY,
    "POST /reset/<string:token>": ANYBODY,
    "GET /reset/sent": ANYBODY,
    "GET /sign-in": ANYBODY,
    "POST /sign-in": ANYBODY,
    "POST /sign-out": ANYBODY,
    "GET /sign-up": ANYBODY,
    "POST /sign-up": ANYBODY,
    "GET /sign-up/sent": ANYBODY,
    "GET /verify/<string:token>": ANYBODY,
    "POST /verify/<string:token>": ANYBODY,
    # Lessons and the curriculum.
    "GET /curriculum": ANYBODY,
    "GET /curriculum/<string:slug>": ANYBODY,
    "GET /curriculum/statements": "S  -  -  -  -  -  -  -  Y  Y  Y",
    "POST /curriculum/<string:slug>/proof": "S  -  -  -  -  -  -  -  Y  -  -",
    "POST /curriculum/<string:slug>/proof/remove": "S  -  -  -  -  -  -  -  Y  -  -",
    "GET /imports": "S  -  -  -  -  -  -  -  Y  -  Y",
    "GET /lessons": ANYBODY,
    # Feedback: told by practitioners, one's own only to withdraw; read first by editors, who decide.
    f"GET {LESSON}/feedback": ANYBODY,
    f"GET {LESSON}/versions/<string:version>/feedback": TELLERS,
    f"POST {LESSON}/versions/<string:version>/feedback": TELLERS,
    f"GET {LESSON}/versions/<string:version>/feedback/withdraw": ITS_OWN,
    f"POST {LESSON}/versions/<string:version>/feedback/withdraw": ITS_OWN,
    "GET /account/feedback": MEMBERS,
    "GET /lessons/feedback": KEEPERS,
    "GET /lessons/feedback/<uuid:feedback_id>": KEEPERS,
    "POST /lessons/feedback/<uuid:feedback_id>/decide": KEEPERS,
    "POST /lessons/feedback/<uuid:feedback_id>/answer": KEEPERS,
    "GET /lessons/reviews": "S  -  -  -  -  -  -  -  Y  Y  Y",
    "GET /lessons/reviews.csv": "S  -  -  -  -  -  -  -  Y  Y  Y",
    "GET /lessons/searches": "S  -  -  -  -  Y  Y  Y  Y  Y  Y",
    "GET /lessons/curriculum": ANYBODY,
    "GET /lessons/check": "S  -  -  -  -  -  -  -  Y  Y  Y",
    "POST /lessons/check": "S  -  -  -  -  -  -  -  Y  Y  Y",
    "POST /lessons/check/links": "S  -  -  -  -  -  -  -  Y  Y  Y",
    f"GET {LESSON}": ANYBODY,
    "GET /lessons/files/<uuid:version_id>/assets/<string:name>": ANYBODY,
    f"GET {LESSON}/family": ANYBODY,
    f"GET {LESSON}/learner": ANYBODY,
    f"GET {LESSON}/packs/<string:version>/<string:name>": ANYBODY,
    f"GET {LESSON}/packs/latest": ANYBODY,
    f"GET {LESSON}/packs/latest/<string:audience>": ANYBODY,
    f"POST {LESSON}/packs/<string:version>": ANYBODY,
    f"GET {LESSON}/project": ANYBODY,
    f"GET {LESSON}/teach": ANYBODY,
    f"GET {LESSON}/versions/<string:version>": ANYBODY,
    f"GET {LESSON}/versions": ANYBODY,
    f"GET {LESSON}/versions/compare": ANYBODY,
    f"GET {LESSON}/since/<string:version>": ANYBODY,
    "GET /lessons/format.schema.json": ANYBODY,
    # For other programs.
    "GET /robots.txt": ANYBODY,
    "GET /sitemap.xml": ANYBODY,
    "GET /lessons/changes.atom": ANYBODY,
    "GET /api/v1/openapi.json": ANYBODY,
    "GET /api/v1/lessons": ANYBODY,
    "GET /api/v1/lessons/<string:slug>": ANYBODY,
    "GET /api/v1/lessons/<string:slug>/versions": ANYBODY,
    "GET /api/v1/lessons/exists": ANYBODY,
    "GET /api/v1/vocabularies": ANYBODY,
    "GET /api/v1/curriculum/statements": ANYBODY,
    "GET /api/v1/case/CFDocuments": ANYBODY,
    "GET /api/v1/case/CFDocuments/<uuid:document_id>": ANYBODY,
    "GET /api/v1/case/CFPackages/<uuid:document_id>": ANYBODY,
    "GET /api/v1/case/CFItems/<uuid:item_id>": ANYBODY,
    "GET /api/v1/case/CFItemAssociations/<uuid:item_id>": ANYBODY,
    "GET /api/v1/case/CFAssociations/<uuid:association_id>": ANYBODY,
    f"GET {LESSON}/progression": ANYBODY,
    # Lists: their owner's only, who is the teacher here; by a link anybody's.
    "GET /lists": MEMBERS,
    "GET /lists/add": MEMBERS,
    "POST /lists/add": MEMBERS,
    "GET /lists/new": MEMBERS,
    "POST /lists/new": MEMBERS,
    f"GET {LIST}": ITS_OWN,
    f"POST {LIST}/lessons/<uuid:lesson_id>": ITS_OWN,
    f"POST {LIST}/name": ITS_OWN,
    f"GET {LIST}/delete": ITS_OWN,
    f"POST {LIST}/delete": ITS_OWN,
    f"POST {LIST}/share": ITS_OWN,
    f"POST {LIST}/unshare": ITS_OWN,
    "GET /shared-lists/<string:token>": ANYBODY,
    # Drafts of lessons: editors write all of them, reviewers decide on them.
    "GET /drafts": KEEPERS,
    "GET /drafts/new": EDITORS,
    "POST /drafts/new": EDITORS,
    "POST /drafts/lessons/<string:slug>": EDITORS,
    "GET /drafts/lessons/<string:slug>/withdraw": KEEPERS,
    "POST /drafts/lessons/<string:slug>/withdraw": KEEPERS,
    "POST /drafts/lessons/<string:slug>/second-check": JUDGING,
    "GET /drafts/lessons/<string:slug>/sign-off": JUDGING,
    "POST /drafts/lessons/<string:slug>/sign-off": JUDGING,
    f"GET {DRAFT}": KEEPERS,
    f"POST {DRAFT}/check": KEEPERS,
    f"GET {DRAFT}/changes": KEEPERS,
    f"POST {DRAFT}/changes": EDITORS,
    f"GET {DRAFT}/parts/<string:part>": EDITORS,
    f"POST {DRAFT}/parts/<string:part>": EDITORS,
    f"GET {DRAFT}/text": KEEPERS,
    f"POST {DRAFT}/text": EDITORS,
    f"GET {DRAFT}/previews/<string:audience>": KEEPERS,
    f"POST {DRAFT}/files": KEEPERS,
    f"GET {DRAFT}/files/<string:name>": KEEPERS,
    f"GET {DRAFT}/assets/<string:name>": KEEPERS,
    f"GET {DRAFT}/submit": EDITORS,
    f"POST {DRAFT}/submit": EDITORS,
    f"POST {DRAFT}/take-back": EDITORS,
    f"GET {DRAFT}/review": JUDGING,
    f"POST {DRAFT}/review": JUDGING,
    f"POST {DRAFT}/publish-alone": JUDGING,
    f"GET {DRAFT}/drop": EDITORS,
    f"POST {DRAFT}/drop": EDITORS,
    # Classes.
    "GET /classes": ASKING_,
    "GET /classes/new": ASKING_,
    "POST /classes/new": ASKING_,
    "GET /classes/<uuid:class_id>": CLASSES,
    "POST /classes/<uuid:class_id>": CLASSES,
    "POST /classes/<uuid:class_id>/close": CLASSES,
    "GET /schools/<uuid:school_id>/day": SCHOOLS,
    "POST /schools/<uuid:school_id>/day": SCHOOLS,
    # Visits.
    "GET /visits": "S  Y  Y  Y  -  -  Y  -  -  -  -",
    "GET /visits/queue": "S  -  -  Y  -  -  Y  -  -  -  -",
    "GET /visits/new": ASKING_,
    "POST /visits/new": ASKING_,
    f"GET {VISIT}": PARTIES,
    f"POST {VISIT}/accept": OFFICER,
    f"POST {VISIT}/offer": OFFICER,
    f"GET {VISIT}/move": OFFICER,
    f"POST {VISIT}/move": OFFICER,
    f"GET {VISIT}/hand-back": HANDING,
    f"POST {VISIT}/hand-back": HANDING,
    **{
        f"{method} {VISIT}/hand-back?state={state}": "S  -  -  N  -  -  N  -  -  -  -"
        for method in ("GET", "POST")
        for state in ("requested", "called-off")
    },
    **{
        f"{route}?state=called-off": "S  -  -  N  -  -  -  -  -  -  -"
        for route in (
            f"POST {VISIT}/accept",
            f"POST {VISIT}/offer",
            f"GET {VISIT}/move",
            f"POST {VISIT}/move",
        )
    },
    f"GET {VISIT}/decline": CLASSES,
    f"GET {VISIT}/times": CLASSES,
    f"POST {VISIT}/times": CLASSES,
    f"POST {VISIT}/confirm": CLASSES,
    f"POST {VISIT}/decline": CLASSES,
    f"GET {VISIT}/cancel": PARTIES,
    f"POST {VISIT}/cancel": PARTIES,
    f"POST {VISIT}/restore": PARTIES,
    # While nobody has taken it up, any officer of the division sees the request; only the school calls it off.
    f"GET {VISIT}/cancel?state=requested": "S  O  O  N  -  -  O  -  -  -  -",
    f"POST {VISIT}/cancel?state=requested": "S  O  O  N  -  -  O  -  -  -  -",
    f"POST {VISIT}/restore?state=requested": "S  O  O  N  -  -  O  -  -  -  -",
    # Called off before anybody took it up: no officer's matter any more.
    f"GET {VISIT}?state=called-off": "S  O  O  N  -  -  O  -  -  -  -",
    f"GET {VISIT}/cancel?state=called-off": "S  O  O  N  -  -  O  -  -  -  -",
    f"POST {VISIT}/cancel?state=called-off": "S  O  O  N  -  -  O  -  -  -  -",
    f"POST {VISIT}/restore?state=called-off": "S  O  O  N  -  -  O  -  -  -  -",
    "GET /visits/diary": DIARIES,
    "POST /visits/diary": DIARIES,
    "POST /visits/diary/<uuid:commitment_id>/remove": OFFICER,
    # Deliveries and their questions.
    "GET /deliveries/new": ASKING_,
    "POST /deliveries/new": ASKING_,
    f"GET {DELIVERY}": PARTIES,
    f"POST {DELIVERY}": PARTIES,
    f"GET {DELIVERY}/questions": SESSION,
    f"GET {WAVE}": SESSION,
    f"POST {WAVE}/open": SESSION,
    f"POST {WAVE}/close": SESSION,
    f"GET {WAVE}/discard": SESSION,
    f"POST {WAVE}/discard": SESSION,
    f"GET {DELIVERY}/teacher-form": CLASSES,
    f"POST {DELIVERY}/teacher-form": CLASSES,
    f"GET {DELIVERY}/officer-form": OFFICER,
    f"POST {DELIVERY}/officer-form": OFFICER,
    # Without a visit there is no officer.
    f"GET {DELIVERY}?kind=own": "S  O  O  N  -  -  O  -  -  -  -",
    f"POST {DELIVERY}?kind=own": "S  O  O  N  -  -  O  -  -  -  -",
    f"GET {DELIVERY}/questions?kind=own": "S  O  O  N  -  -  -  -  -  -  -",
    f"GET {DELIVERY}/officer-form?kind=own": "S  -  -  N  -  -  -  -  -  -  -",
    # Learners.
    "GET /answer": ANYBODY,
    "POST /answer": ANYBODY,
    "GET /answer/<string:typed>": ANYBODY,
    "POST /answer/<string:typed>": ANYBODY,
    "GET /answer/thanks": ANYBODY,
    # Results: of one's own area, and of an area named in the address.
    "GET /results": RESULTS,
    "GET /results.csv": RESULTS,
    "GET /results?area=school": "S  -  O  -  -  N  N  Y  -  -  -",
    "GET /results?area=council": "S  -  N  -  -  O  O  Y  -  -  -",
    "GET /results?area=division": "S  -  N  -  -  N  O  Y  -  -  -",
    "GET /results?area=nation": "S  -  N  -  -  N  N  Y  -  -  -",
    "GET /results.csv?area=council": "S  -  N  -  -  O  O  Y  -  -  -",
}
# Abilities that decide on a part of a page rather than on a route, and who sees that part.
#                              AN TE SL LO PP CL DL NL CE CR AD
SENSITIVE_NOTE = "S  O  O  O  -  -  N  -  -  -  -"

# Who gives which role at a place here. Nobody gives more than they decide on.
#                             AN TE SL LO PP CL DL NL CE CR AD
GIVEN: dict[Role, str] = {
    Role.TEACHER: "S  -  O  -  -  O  N  N  -  -  Y",
    Role.SCHOOL_LEAD: "S  -  N  -  -  O  N  N  -  -  Y",
    Role.LIAISON_OFFICER: "S  -  N  -  -  N  O  N  -  -  Y",
    Role.PARTNER_PRACTITIONER: "S  -  N  -  -  O  O  N  -  -  Y",
    Role.COUNCIL_LEAD: "S  -  N  -  -  N  N  Y  -  -  Y",
    Role.DIVISION_LEAD: "S  -  N  -  -  N  N  Y  -  -  Y",
    Role.NATIONAL_LEAD: "S  -  N  -  -  N  N  N  -  -  Y",
    Role.CONTENT_EDITOR: "S  -  N  -  -  N  N  N  -  -  Y",
    Role.CONTENT_REVIEWER: "S  -  N  -  -  N  N  N  -  -  Y",
    Role.ADMINISTRATOR: "S  -  N  -  -  N  N  N  -  -  Y",
}


@dataclass(frozen=True)
class Cell:
    """One person before one route: ``side`` is where the person is; the thing is always here."""

    route: str
    who: Role | None
    side: str
    mark: str

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]

    @property
    def rule(self) -> str:
        return self.route.split(" ")[1].split("?")[0]

    @property
    def area(self) -> str:
        """The kind of area named in the address, if any."""
        return self.route.partition("?area=")[2]

    @property
    def states(self) -> list[str]:
        """The states of the visit the row is about: all that have no row of their own."""
        _, _, own = self.route.partition("?state=")
        others = {state for state in STATES if f"{self.route}?state={state}" in TABLE}
        return [own] if own else [state for state in STATES if state not in others]

    @property
    def expected(self) -> str:
        own = self.side == "here"
        words = {"Y": "allowed", "S": "sign in", "-": "forbidden", "N": "not found"}
        return words.get(self.mark, "allowed" if own else "not found")

    def __str__(self) -> str:
        return f"{self.route}-{self.who or 'anonymous'}-{self.side}"


def cells_of(route: str, marks: str) -> list[Cell]:
    """A row of the table as cells; somebody who is not signed in has no side."""
    found = marks.split()
    assert len(found) == len(WHO), f"{route} has {len(found)} marks for {len(WHO)} kinds of people"
    assert set(found) <= set("YON-S"), f"{route} holds a mark nobody knows"
    return [
        Cell(route, who, side, mark)
        for who, mark in zip(WHO, found, strict=True)
        for side in (("here", "there") if who else ("here",))
    ]


def every_cell() -> list[Cell]:
    return [cell for route, marks in TABLE.items() for cell in cells_of(route, marks)]
