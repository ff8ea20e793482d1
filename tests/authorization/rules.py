"""Who asks in the authorization matrix, and what a row of it says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ALLOW, FORBID, HIDE, ASK = "allow", "forbid", "hide", "ask to sign in"

TEAM = ("viewer", "owner", "reviewer", "guest")  # viewer, operator and manager; a viewer whose home is elsewhere
ABOVE = ("admin", "super_admin")  # of the organisation; of the whole system
# Manager of another team; admin of another organisation; member of both, who works as manager of a team in the other.
ELSEWHERE = ("outsider", "foreign_admin", "both")
NOBODY = ("anonymous", "deactivated")
ACTORS = (*TEAM, *ABOVE, *ELSEWHERE, *NOBODY)

Rule = dict[str, str]


def rule(allowed: tuple[str, ...], *, elsewhere: str = HIDE, nobody: str = ASK, other: str = FORBID) -> Rule:
    """`allowed` may; others whose place it is may not; to those elsewhere it does not exist."""
    found = dict.fromkeys((*TEAM, *ABOVE), other) | dict.fromkeys(allowed, ALLOW)
    return found | dict.fromkeys(ELSEWHERE, elsewhere) | dict.fromkeys(NOBODY, nobody)


PUBLIC: Rule = dict.fromkeys(ACTORS, ALLOW)
TO_SIGN_IN: Rule = dict.fromkeys(ACTORS, ASK)  # open, and leads to the sign-in page
CREDENTIALS: Rule = dict.fromkeys(ACTORS, ASK)  # open, but only to those whose body or cookie proves who they are
BY_LINK: Rule = dict.fromkeys(ACTORS, FORBID)  # open, but only to those who have the link of an e-mail
SIGNED_IN = rule((*TEAM, *ABOVE), elsewhere=ALLOW)  # one's own things only
LIST = SIGNED_IN  # what it lists depends on who asks: see `marker`
VIEW = rule((*TEAM, *ABOVE))
DOWNLOAD = VIEW  # taken away by membership: tested with the grants
UPLOAD = rule(("owner", "reviewer", *ABOVE))
REVIEW = UPLOAD
CREATOR = rule(("reviewer", *ABOVE), elsewhere=FORBID)  # of a document type, for the team of the world
MANAGE = rule(("reviewer", *ABOVE))
REHEARSER = rule(("reviewer",)) | dict.fromkeys(ABOVE, HIDE)  # the manager who asked for it
REVIEW_LISTED = REVIEW | dict.fromkeys(ELSEWHERE, FORBID)  # of what they choose, nothing is theirs
MANAGE_LISTED = MANAGE | dict.fromkeys(ELSEWHERE, FORBID)
ANSWER = rule(("reviewer", *ABOVE))  # a colleague was asked; managers may answer in their place
OF_OWNER = rule(("owner", "reviewer", *ABOVE), other=HIDE)  # a person's own, and their managers'
OWN = rule(("viewer",), other=HIDE)  # the viewer's own conversation: nobody else sees it, whatever their role
ADMIN = rule(ABOVE)  # an object of the organisation, to be managed
OWN_ORGANIZATION = rule(ABOVE, elsewhere=FORBID) | {"foreign_admin": ALLOW}  # each admin their own
SESSION_OWNER = rule(("viewer", "super_admin"), other=HIDE)
KEY_OWNER = rule(("viewer", *ABOVE), other=HIDE)  # org admins end the keys of their people
HIDDEN = rule(ABOVE, other=HIDE)  # an object that nobody but those who manage it knows of
MAIL_SERVER = OWN_ORGANIZATION | {"foreign_admin": HIDE}  # the other organisation has none
MANAGERS = rule(("reviewer", *ABOVE), elsewhere=ALLOW)  # of whatever they manage themselves
ORG_ADMINS = rule(ABOVE, elsewhere=FORBID) | {"foreign_admin": ALLOW}  # each their own organisation
OF_BOTH = VIEW | {"both": ALLOW}  # who belongs here as well may come over
OF_A_GUEST = ADMIN | {"foreign_admin": ALLOW, "both": FORBID}  # roles here and there; to team-mates there, not theirs
AT_HOME = OF_A_GUEST | {"admin": FORBID}  # what the guest's home alone may do with the account
SENDER = rule(("owner",), other=HIDE)  # a file that one person is sending
SUPER = rule(("super_admin",), elsewhere=FORBID)


@dataclass(frozen=True)
class Row:
    """`ids` name what the address needs, `body` makes what is sent; `marker` only those may see who may see the object."""

    method: str
    route: str
    rule: Rule
    ids: dict[str, str] = field(default_factory=dict)
    body: Callable[[Any], Any] | None = None
    is_json: bool = False
    query: Callable[[Any, Any], str] | None = None
    marker: str = ""
    is_stream: bool = False  # the answer has begun where its status is known: it is not read

    @property
    def name(self) -> str:
        return f"{self.method} {self.route}"
