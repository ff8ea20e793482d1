"""What people are told of their work at the desk."""

from __future__ import annotations

from documents.domain.deadline_rules import DeadlineSource
from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

TAKEN_OVER = define(
    "taken_over",
    _("{by} has taken over “{file}” from you: {note} What you had set is kept."),
    by=Param.TEXT,
    file=Param.TEXT,
    note=Param.TEXT,
)
GIVEN_ONE = define("given_one", _("{by} has given you “{file}” to review."), by=Param.TEXT, file=Param.TEXT)
GIVEN_SOME = define(
    "given_some", _("{by} has given you {count} documents to review."), by=Param.TEXT, count=Param.COUNT
)
COMMENTED = define("commented", _("{by} wrote on “{file}”: {text}"), by=Param.TEXT, file=Param.TEXT, text=Param.TEXT)
ASKED = define("asked", _("{by} asks you about “{file}”: {text}"), by=Param.TEXT, file=Param.TEXT, text=Param.TEXT)
RETURNED = define(
    "returned_to_uploader",
    _("{by} returned “{file}” to you, who uploaded it: {text}"),
    by=Param.TEXT,
    file=Param.TEXT,
    text=Param.TEXT,
)
ANSWERED = define("answered", _("{by} answered on “{file}”: {text}"), by=Param.TEXT, file=Param.TEXT, text=Param.TEXT)
SECOND_DISAGREED = define(
    "second_disagreed",
    _("{by} decided otherwise than you on “{file}”: a third person has to decide now."),
    by=Param.TEXT,
    file=Param.TEXT,
)
DUE_BECAUSE = {
    DeadlineSource.DUE_DATE: define("due_by_due_date", _("to be paid by {day}"), day=Param.TEXT),
    DeadlineSource.DISCOUNT_DATE: define("due_by_discount", _("discount until {day}"), day=Param.TEXT),
    DeadlineSource.TERMS: define("due_by_terms", _("to be answered by {day}"), day=Param.TEXT),
    DeadlineSource.RECEIVED: define("due_by_receipt", _("received on {day}"), day=Param.TEXT),
    DeadlineSource.ISSUE_DATE: define("due_by_issue_date", _("dated {day}"), day=Param.TEXT),
}
WORK_DUE = define(
    "work_due",
    _("Documents to decide today: {count}, late already: {late}."),
    count=Param.COUNT,
    late=Param.COUNT,
)
FIGURES_ON = define(
    "figures_on",
    _("{by} has switched figures per person on, under “{agreement}”: managers see how many documents you decide."),
    by=Param.TEXT,
    agreement=Param.TEXT,
)
FIGURES_OFF = define(
    "figures_off",
    _("{by} has switched figures per person off, which were on under “{agreement}”."),
    by=Param.TEXT,
    agreement=Param.TEXT,
)
