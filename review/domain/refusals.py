"""What is refused at the review desk."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

ALREADY_NEWEST = define("already_newest", _("It was read under the newest version of its type."))
BLIND_INCOMPLETE = define(
    "blind_incomplete",
    _("Enter first what is printed, or that it is not on the document: {labels}."),
    labels=Param.TEXT,
)
BOUNDARY_NOT_MOVED = define("boundary_not_moved", _("The boundary cannot be moved to page {page}."), page=Param.NUMBER)
CLAIMED_BY_OTHER = define("claimed_by_other", _("{holder} is working on this document."), holder=Param.TEXT)
COMPARE_FIRST = define(
    "compare_first", _("It belongs to the blind sample: compare your entries with what the machine read first.")
)
DESK_SETTINGS_FORM = define("desk_settings_form", _("These are no settings of a desk."))
DRAFT_FORM = define("draft_form", _("That is no draft of a desk."))
NOT_BLIND = define("not_blind", _("It does not belong to the blind sample, or compared already."))
NEIGHBOUR_CLAIMED_BY_OTHER = define(
    "neighbour_claimed_by_other", _("{holder} is working on a sub-document of this."), holder=Param.TEXT
)
NOTE_MISSING = define("note_missing", _("Say why, in a few words."))
NOTHING_BEFORE = define("nothing_before", _("Nothing is before it."))
NOTHING_OLDER = define("nothing_older", _("Nothing waits that was read under an earlier version of this type."))
NOTHING_TO_REVIEW = define("nothing_to_review", _("Nothing of this document waits for review any more."))
NOT_A_CHOICE = define("not_a_choice", _("“{text}” is not one of: {choices}."), text=Param.TEXT, choices=Param.TEXT)
NOT_A_PLACE = define("not_a_place", _("That is no place on a page."))
NOT_OF_TYPE = define("not_of_type", _("“{text}” cannot be read as {kind}."), text=Param.TEXT, kind=Param.WORD)
ONLY_APPROVED_WITHDRAWN = define("only_approved_withdrawn", _("Only what is approved can be withdrawn."))
OVERRIDE_FORM = define("override_form", _("An override is a code and a text."))
PAGE_NOT_INSIDE = define("page_not_inside", _("Page {page} is not inside it."), page=Param.NUMBER)
READ_AGAIN = define("read_again", _("Its pages are being read again: wait a moment."))
READING_NO_LONGER_ALLOWED = define(
    "reading_no_longer_allowed", _("{by}, who asked for it, may no longer change this type."), by=Param.TEXT
)
REASON_MISSING = define("reason_missing", _("Say why you reject it."))
SCHEMA_ID_FORM = define("schema_id_form", _("schema_id is the id of a type, or null."))
SUB_DOCUMENTS_FORM = define("sub_documents_form", _("Sub-documents are first_page, last_page and perhaps schema_id."))
TASK_CLOSED = define("task_closed", _("The batch of this document was cancelled: there is nothing to review."))
TASK_DECIDED = define("task_decided", _("This document has been decided already."))
UNKNOWN_DECISION = define("unknown_decision", _("A decision is approve or reject, or none_of_ours."))
CHANGED_MEANWHILE = define(
    "changed_meanwhile", _("Somebody has changed the sub-documents of this document meanwhile: look at it again.")
)
ABSENT_WITH_TEXT = define("absent_with_text", _("A value that is not on the document has no text."))
NO_TASK_CHOSEN = define("no_task_chosen", _("Choose documents in the list first."))
NO_TYPE_CHOSEN = define("no_type_chosen", _("Choose a type first."))
TOO_MANY_CHOSEN = define("too_many_chosen", _("At most {most} documents at once."), most=Param.NUMBER)
NOT_A_REVIEWER = define("not_a_reviewer", _("This person may not review in every team of these documents."))
VIEW_NAME_MISSING = define("view_name_missing", _("Give the view a name."))
NO_UPLOADER = define("no_uploader", _("Nobody who uploaded it is here any more: reject it, or ask a colleague."))
NOBODY_ASKED = define("nobody_asked", _("This document waits for no answer."))
TEXT_MISSING = define("text_missing", _("Write a few words."))
BLIND_NOT_IN_BULK = define("blind_not_in_bulk", _("It belongs to the blind sample: open it."))
CHANGED_SINCE_SHOWN = define("changed_since_shown", _("Its values have changed since they were shown: look again."))
CHECKS_NOT_IN_BULK = define("checks_not_in_bulk", _("A check fails: open it."))
HELD_NOT_IN_BULK = define("held_not_in_bulk", _("Somebody is working on it."))
NOT_EQUAL = define("not_equal", _("Its type differs from the first one's."))
TYPE_NOT_IN_BULK = define("type_not_in_bulk", _("Its type is not known: open it."))
WAITS_NOT_IN_BULK = define("waits_not_in_bulk", _("It waits for an answer."))
ABSENCE_ORDER = define("absence_order", _("The last day comes before the first, or is over."))
DECIDED_BEFORE_BY_YOU = define(
    "decided_before_by_you", _("You have decided on this document: now another person has to.")
)
CALENDAR_EMPTY = define("calendar_empty", _("Choose at least one day of the week."))
RULE_FIELD_UNKNOWN = define("rule_field_unknown", _("“{name}” is not a field of this type."), name=Param.TEXT)
RULE_BOUNDS = define(
    "rule_bounds", _("The share is from 0 to 100, the amount not below zero, working days at most 60.")
)
SECOND_NOT_IN_BULK = define("second_not_in_bulk", _("You have decided on it: another person has to."))
AGREEMENT_MISSING = define("agreement_missing", _("Name the agreement that allows it."))
AGREEMENT_IN_FORCE = define("agreement_in_force", _("They are on already, under an agreement."))
