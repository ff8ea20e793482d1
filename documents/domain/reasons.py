"""What is stored for people to read: why a person should look, what checks say, why a step was skipped, waits or failed."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

# Why a person should look at a sub-document
PAGE_FAILED = define(
    "page_failed",
    _("Page {page} could not be processed: {failure}"),
    page=Param.NUMBER,
    failure=Param.REASON,
)
TYPE_UNKNOWN = define("type_unknown", _("The type of this document is not known."))
TYPE_UNSURE = define(
    "type_unsure",
    _("It is not certain that this is of type {type} ({score})."),
    type=Param.TEXT,
    score=Param.PERCENT,
)
BEGINNING_UNSURE = define(
    "beginning_unsure", _("It is not certain that a new document begins on page {page}."), page=Param.NUMBER
)
PAGE_UNSURE = define(
    "page_unsure",
    _("It is not certain that page {page} belongs to this document: another may begin there."),
    page=Param.NUMBER,
)
ARRANGED_BY_PERSON = define(
    "arranged_by_person", _("A person has set its pages or its type: look at what was read for them.")
)
READ_UNDER_NEWER_VERSION = define(
    "read_under_newer_version",
    _("It was read again under a newer version of its type: look at what was read."),
)
FILE_REBUILT = define(
    "file_rebuilt",
    _("The file is damaged and was rebuilt for reading: compare it with the original, something may be missing."),
)
E_INVOICE_NOT_JUDGED = define(
    "e_invoice_not_judged", _("The rules of the e-invoice could not be checked: {failure}"), failure=Param.REASON
)
VALUE_HIDDEN = define("value_hidden", _("It concerns a value that you may not see."))
ALL_PAGES_BLANK = define("all_pages_blank", _("All pages are blank."))
NO_VALUE = define("no_value", _("No value was found: no field and no table has one."))
SYSTEM_OFF = define(
    "auto_approval_off_in_system",
    _(
        "Every value reached its threshold; a person approves because automatic approval is switched off in this system."
    ),
)
NEVER_AUTOMATIC = define(
    "never_automatic",
    _("Every value reached its threshold; a person approves because {type} is never approved automatically."),
    type=Param.TEXT,
)
NOT_EARNED = define(
    "not_earned",
    _("Every value reached its threshold; a person approves because {type} has not earned automatic approval yet."),
    type=Param.TEXT,
)
TYPE_OFF = define(  # of documents that an earlier release routed
    "auto_approval_off_for_type",
    _("Every value reached its threshold; a person approves because automatic approval is off for {type}."),
    type=Param.TEXT,
)
BLIND_SAMPLE = define(
    "blind_sample",
    _("It is part of the blind sample: enter what is printed, then compare it with what the machine read."),
)
BLIND_DIFFERS = define(
    "blind_differs",
    _("{label}: you entered “{entered}”, the machine read “{read}”. Confirm the right one."),
    beside_label=_("you entered “{entered}”, the machine read “{read}”. Confirm the right one."),
    label=Param.TEXT,
    entered=Param.TEXT,
    read=Param.TEXT,
)
SECOND_PERSON_BY_RULE = define(
    "second_person_by_rule", _("A person approves because a rule of {type} asks for one."), type=Param.TEXT
)
SECOND_BLIND = define(
    "second_blind", _("Somebody has approved it: enter what is printed, then compare it with what they had.")
)
SECOND_DIFFERS = define(
    "second_differs",
    _("{label}: one person has “{first}”, the other “{second}”. Confirm the right one."),
    beside_label=_("one person has “{first}”, the other “{second}”. Confirm the right one."),
    label=Param.TEXT,
    first=Param.TEXT,
    second=Param.TEXT,
)
SECOND_REJECTS = define("second_rejects", _("One person approved it, the other did not: decide."))
NO_REQUIRED_FIELD = define(
    "no_required_field",
    _("A person approves because no field of {type} is required: nobody would notice that a value is missing."),
    type=Param.TEXT,
)
SENT_TO_PERSON = define("sent_to_person", _("It was sent to a person, who has to decide."))
TO_BE_CORRECTED = define(
    "to_be_corrected",
    _("To be corrected: approving makes version {next}, rejecting withdraws version {present}."),
    next=Param.NUMBER,
    present=Param.NUMBER,
)

# Why a person should look at a value
NOT_LOCATED = define("not_located", _("{label} was not located on the page."), label=Param.TEXT)
READ_DIFFERENTLY = define(
    "read_differently",
    _("{label}: {engine} read “{text}”, which is not on the page."),
    beside_label=_("{engine} read “{text}”, which is not on the page."),
    label=Param.TEXT,
    engine=Param.TEXT,
    text=Param.TEXT,
)
DISPUTED = define(
    "disputed",
    _("{label}: another engine read something else, which is not on the page."),
    beside_label=_("another engine read something else, which is not on the page."),
    label=Param.TEXT,
)
DATE_AMBIGUOUS = define(
    "date_ambiguous",
    _("{label}: day and month may be exchanged (“{text}”)."),
    beside_label=_("day and month may be exchanged (“{text}”)."),
    label=Param.TEXT,
    text=Param.TEXT,
)
VALUE_AMBIGUOUS = define(
    "value_ambiguous",
    _("{label}: it can be read in two ways (“{text}”)."),
    beside_label=_("it can be read in two ways (“{text}”)."),
    label=Param.TEXT,
    text=Param.TEXT,
)
CURRENCY_AMBIGUOUS = define(
    "currency_ambiguous",
    _("{label}: several countries write their money so (“{text}”)."),
    beside_label=_("several countries write their money so (“{text}”)."),
    label=Param.TEXT,
    text=Param.TEXT,
)
DECIMALS_AMBIGUOUS = define(
    "decimals_ambiguous",
    _("{label}: the mark in it may group thousands or begin the decimals (“{text}”)."),
    beside_label=_("the mark in it may group thousands or begin the decimals (“{text}”)."),
    label=Param.TEXT,
    text=Param.TEXT,
)
ABSENCE_UNSURE = define(
    "absence_unsure",
    _("{label}: it is not certain that the document does not state it ({confidence})."),
    beside_label=_("it is not certain that the document does not state it ({confidence})."),
    label=Param.TEXT,
    confidence=Param.PERCENT_BELOW,
)
ROW_UNREAD = define(
    "row_unread",
    _("Row {row}: {texts} could not be assigned to a column."),
    row=Param.NUMBER,
    texts=Param.TEXT,
)
ROWS_MISSING = define(
    "rows_missing",
    _("{table}: between the numbers {before} and {after} rows may be missing."),
    table=Param.TEXT,
    before=Param.NUMBER,
    after=Param.NUMBER,
)
ROWS_COUNTED = define(
    "rows_counted",
    _("{table}: the document counts {printed} rows, {found} were read."),
    table=Param.TEXT,
    printed=Param.NUMBER,
    found=Param.NUMBER,
)
CARRIED_SUM_DIFFERS = define(
    "carried_sum_differs",
    _("{table}: the rows before row {row} do not add up to the sum that page {page} carries over ({printed})."),
    table=Param.TEXT,
    row=Param.NUMBER,
    page=Param.NUMBER,
    printed=Param.TEXT,
)
POORLY_READABLE = define(
    "poorly_readable", _("{label} was poorly readable ({score})."), label=Param.TEXT, score=Param.PERCENT
)
HANDWRITTEN = define(
    "handwritten",
    _("{label}: handwriting stands there or touches it ({score})."),
    beside_label=_("handwriting stands there or touches it ({score})."),
    label=Param.TEXT,
    score=Param.PERCENT,
)
BELOW_THRESHOLD = define(
    "below_threshold",
    _("{label}: confidence {confidence} is below the threshold of {threshold}."),
    beside_label=_("confidence {confidence} is below the threshold of {threshold}."),
    label=Param.TEXT,
    confidence=Param.PERCENT_BELOW,
    threshold=Param.PERCENT,
)
IN_ROW = define("in_row", _("Row {row}, {reason}"), row=Param.NUMBER, reason=Param.REASON)

# What checks say
REQUIRED_MISSING = define("required_missing", _("{label} is required but was not found."), label=Param.TEXT)
TABLE_EMPTY = define("table_empty", _("{label} has no rows."), label=Param.TEXT)
WRONG_TYPE = define(
    "wrong_type",
    _("{label} could not be read as {kind}: “{text}”."),
    label=Param.TEXT,
    kind=Param.WORD,
    text=Param.TEXT,
)
NOT_LISTED = define(
    "not_listed",
    _("{label} is not one of the allowed values ({choices}): “{text}”."),
    label=Param.TEXT,
    choices=Param.TEXT,
    text=Param.TEXT,
)
PATTERN_INVALID = define("pattern_invalid", _("The pattern of {label} is not valid."), label=Param.TEXT)
PATTERN_NOT_MET = define(
    "pattern_not_met",
    _("{label} does not have the expected form: “{text}”."),
    label=Param.TEXT,
    text=Param.TEXT,
)
CHECK_DIGITS_WRONG = define(
    "check_digits_wrong", _("{label} has wrong check digits: {value}."), label=Param.TEXT, value=Param.TEXT
)
CHECK_DIGITS_REPAIRABLE = define(
    "check_digits_repairable",
    _("{label} has wrong check digits: {value}. “{repaired}” would be valid."),
    label=Param.TEXT,
    value=Param.TEXT,
    repaired=Param.TEXT,
)
DATE_IMPLAUSIBLE = define(
    "date_implausible", _("{label} is not plausible: {value}."), label=Param.TEXT, value=Param.TEXT
)
PERCENTAGE_TOO_LARGE = define(
    "percentage_too_large",
    _("{label} is more than a hundred per cent: {value}."),
    label=Param.TEXT,
    value=Param.TEXT,
)
SUM_DIFFERS = define(
    "sum_differs",
    _("{total} does not equal {addends}: {sum} ≠ {amount}"),
    total=Param.TEXT,
    addends=Param.SUM,
    sum=Param.TEXT,
    amount=Param.TEXT,
)
SUM_DIFFERS_EITHER_WAY = define(
    "sum_differs_either_way",
    _("{difference}, nor does it without {tax}"),
    difference=Param.REASON,
    tax=Param.LABEL,
)
BALANCE_DIFFERS = define(
    "balance_differs",
    _(
        "{closing} does not equal {opening} plus {came_in} minus {went_out}: "
        "{opening_amount} + {in_amount} - {out_amount} ≠ {closing_amount}"
    ),
    closing=Param.TEXT,
    opening=Param.LABEL,
    came_in=Param.LABEL,
    went_out=Param.LABEL,
    opening_amount=Param.TEXT,
    in_amount=Param.TEXT,
    out_amount=Param.TEXT,
    closing_amount=Param.TEXT,
)
COLUMN_SUM_DIFFERS = define(
    "column_sum_differs",
    _("{total} does not equal the sum of “{column}” over {rows} rows: {sum} ≠ {amount}"),
    total=Param.TEXT,
    column=Param.TEXT,
    rows=Param.NUMBER,
    sum=Param.TEXT,
    amount=Param.TEXT,
)
PRODUCT_DIFFERS = define(
    "product_differs",
    _(
        "Row {row}: {product} does not equal {first} times {second}: {first_amount} × {second_amount} ≠ {product_amount}"
    ),
    row=Param.NUMBER,
    product=Param.LABEL,
    first=Param.LABEL,
    second=Param.LABEL,
    first_amount=Param.TEXT,
    second_amount=Param.TEXT,
    product_amount=Param.TEXT,
)
DATES_OUT_OF_ORDER = define(
    "dates_out_of_order",
    _("{first} is after {second}: {first_date} > {second_date}"),
    first=Param.TEXT,
    second=Param.LABEL,
    first_date=Param.TEXT,
    second_date=Param.TEXT,
)

# What became of a step
FILE_REFUSED_BEFORE = define("step_of_refused_file", _("The file was refused."))
PAGES_SET_ASIDE = define("pages_set_aside", _("A person set its pages aside."))
BLANK_PAGES = define("blank_pages", _("A blank sheet."))
BATCH_WAS_CANCELLED = define("batch_was_cancelled", _("The batch was cancelled."))
STEP_DELETED = define("step_deleted", _("Deleted."))
NOT_REACHED = define("not_reached", _("Not reached: {step} failed."), step=Param.WORD)
NOT_REACHED_EARLIER = define("not_reached_earlier", _("Not reached: an earlier step failed."))
APPROVED_AUTOMATICALLY = define(
    "approved_automatically", _("Approved automatically: every field reached its threshold.")
)
SENT_TO_REVIEW = define("sent_to_review", _("Sent to review: {reason}"), reason=Param.REASON)
REQUIRED_FIELD_EMPTY = define("required_field_empty", _("a required field is empty."))
WAITS_FOR_REVIEWER = define("waits_for_reviewer", _("Waiting for a reviewer."))
WAITS_FOR_APPROVAL = define("waits_for_approval", _("Waiting for approval."))
ON_ITS_WAY = define("on_its_way", _("On its way to the production database."))
SENT_AGAIN = define("sent_again", _("Sent again."))
WAITS_FOR_EARLIER = define("waits_for_earlier", _("Waits for an earlier delivery of this document."))
WAITS_FOR_DEAD = define(
    "waits_for_dead",
    _("Waits for a dead letter of this document, which comes first: it has to be sent again or discarded."),
)
DELIVERY_DISCARDED = define(
    "delivery_discarded",
    _("Its delivery was discarded by {by}: {failure}"),
    by=Param.TEXT,
    failure=Param.REASON,
)
REJECTED = define("rejected", _("Rejected: {reason}"), reason=Param.REASON)
FILED = define("filed", _("Filed: none of our types."))
FILED_WITH_NOTE = define("filed_with_note", _("Filed: none of our types. {reason}"), reason=Param.REASON)
DECIDED = define("decided", "{said}", said=Param.REASONS)
NO_PAGE_READ = define(
    "no_page_read",
    _("No page could be read. Page {page}: {failure}"),
    page=Param.NUMBER,
    failure=Param.REASON,
)
INTERNAL_ERROR = define(
    "step_internal_error",
    _("An internal error stopped this step ({error}). It is in the log; try the step again."),
    error=Param.TEXT,
)
UNEXPECTED_ERROR = define("unexpected_error", _("Unexpected {error}; the log of the worker has it."), error=Param.TEXT)
TOO_SLOW = define("step_too_slow", _("It took longer than {seconds} s."), seconds=Param.NUMBER)
OUT_OF_MEMORY = define("out_of_memory", _("It ran out of memory."))
WORKER_LOST_ONCE = define("worker_lost_once", _("The worker was lost once at this step; it needs a person."))
WORKER_LOST = define(
    "worker_lost", _("The worker was lost {times} times at this step; it needs a person."), times=Param.NUMBER
)
GIVEN_UP_SLOW_ONCE = define(
    "given_up_slow_once",
    _("It took longer than {seconds} s or lost its worker once at this step; it needs a person."),
    seconds=Param.NUMBER,
)
GIVEN_UP_SLOW = define(
    "given_up_slow",
    _("It took longer than {seconds} s or lost its worker {times} times at this step; it needs a person."),
    seconds=Param.NUMBER,
    times=Param.NUMBER,
)
GIVEN_UP_MEMORY_ONCE = define("given_up_memory_once", _("It ran out of memory once at this step; it needs a person."))
GIVEN_UP_MEMORY = define(
    "given_up_memory", _("It ran out of memory {times} times at this step; it needs a person."), times=Param.NUMBER
)

# What became of a deletion
DELETION_STOPPED_BY_HOLD = define("deletion_stopped_by_hold", _("The batch was put under a legal hold."))
DELETION_NO_LONGER_ALLOWED = define(
    "deletion_no_longer_allowed", _("{by}, who asked for it, may no longer delete it."), by=Param.TEXT
)

# Approving although a check fails
OVERRIDE_ACCEPTED = define(
    "override_accepted",
    _("Approved by {by}: {why}. The check that failed: {check}"),
    check=Param.REASON,
    by=Param.TEXT,
    why=Param.WORD,
)
OVERRIDE_ACCEPTED_WITH_TEXT = define(
    "override_accepted_with_text",
    _("Approved by {by}: {why} – {text}. The check that failed: {check}"),
    check=Param.REASON,
    by=Param.TEXT,
    why=Param.WORD,
    text=Param.TEXT,
)
STEP_TIMEOUT = define("step_timeout", _("The step took longer than its limit and was stopped."))
