"""By when a task has to be decided: from the dates on its paper, by the rule of its type, in the organisation's working days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from documents.domain.dates import ISO_DATE
from documents.domain.deadline_rules import (
    DEFAULT_RULES,
    DEFAULT_WORKING_DAYS,
    Deadline,
    DeadlineRule,
    DeadlineSource,
    WorkingDays,
    deadline_of,
)
from documents.domain.field_roles import role_in
from documents.domain.field_types.roles import Role
from documents.domain.paper_dates import Term, received_on, terms_in
from documents.domain.schema_spec import FieldType, SchemaSpec
from documents.domain.words import Words
from documents.models import FieldValue, ReviewRule, SubDocument
from documents.selectors.words import words_of
from idp_project.core.reasons import Reason
from review.domain.notices import DUE_BECAUSE
from review.models import ReviewTask
from review.selectors.calendar import working_days_of

_MOST_PAGES = 20
_DISCOUNT_WORDS = ("discount", "skonto", "escompte", "sconto", "descuento", "korting")


def deadline_set(task: ReviewTask) -> None:
    """Computes `due_at` and why, from the values as they are now. The caller saves `due_at` and `due_because`."""
    found = deadline_for(task.sub_document, opened_at=task.created_at or timezone.now())
    task.due_at, task.due_because = found.at, _because(found)


def deadline_for(sub_document: SubDocument, *, opened_at: datetime) -> Deadline:
    """By the rule of its type, else by the defaults; not before the end of the working day on which its task was opened."""
    version = sub_document.schema_version
    rule = ReviewRule.objects.filter(schema_id=version.schema_id).first() if version else None
    calendar = working_days_of(sub_document.organization_id)
    return deadline_of(
        _rules(rule),
        paper_dates(sub_document, calendar),
        calendar,
        arrived_at=sub_document.document.created_at,
        opened_at=opened_at,
        working_days=rule.working_days if rule else DEFAULT_WORKING_DAYS,
    )


def _rules(rule: ReviewRule | None) -> Sequence[DeadlineRule]:
    return [DeadlineRule.from_dict(entry) for entry in rule.deadlines] if rule else DEFAULT_RULES


def _because(found: Deadline) -> Reason | None:
    if found.source is None or found.day is None:
        return None
    return DUE_BECAUSE[found.source](day=found.day.isoformat())


def paper_dates(sub_document: SubDocument, calendar: WorkingDays) -> dict[DeadlineSource, date]:
    """What its fields, its stamps and its sentences say. Received is what a stamp says, else the day of its e-mail, else that
    of the upload."""
    spec = sub_document.schema_version.spec if sub_document.schema_version else None
    words = words_of(sub_document.organization)
    found = _of_fields(sub_document, spec, words) if spec else {}
    arrived = calendar.day_of(sub_document.document.created_at)
    lines = _lines(sub_document)
    locale = spec.locale if spec else "en_US"
    stamped = (received_on(page, locale, arrived=arrived) for page in lines)
    received = next((day for day in stamped if day), None) or _mailed_on(sub_document) or arrived
    found[DeadlineSource.RECEIVED] = received
    _add_terms(found, [term for page in lines for term in terms_in(page, words)], calendar)
    return found


def _of_fields(sub_document: SubDocument, spec: SchemaSpec, words: Words) -> dict[DeadlineSource, date]:
    values = FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=True, type=FieldType.DATE)
    days = {value.name: day for value in values if (day := _day(value.value))}
    found: dict[DeadlineSource, date] = {}
    for field in spec.fields:
        if field.name not in days:
            continue
        named = f"{field.name} {field.label} {' '.join(field.labels)}".casefold()
        role = role_in(spec, field, words)
        if any(word in named for word in _DISCOUNT_WORDS):
            source = DeadlineSource.DISCOUNT_DATE
        elif role == Role.DUE_DATE:
            source = DeadlineSource.DUE_DATE
        elif role == Role.ISSUE_DATE:
            source = DeadlineSource.ISSUE_DATE
        else:
            continue
        found.setdefault(source, days[field.name])
    return found


def _add_terms(found: dict[DeadlineSource, date], terms: Sequence[Term], calendar: WorkingDays) -> None:
    """A time to pay counts where no date says it: a printed due date is what its sentence comes to."""
    received = found[DeadlineSource.RECEIVED]
    for term in terms:
        start = received if term.is_of_receipt else found.get(DeadlineSource.ISSUE_DATE, received)
        day = calendar.shifted(start, term.amount) if term.is_working else term.end(start)
        source = DeadlineSource.DISCOUNT_DATE if term.is_discount else DeadlineSource.TERMS
        if source in found or (source is DeadlineSource.TERMS and DeadlineSource.DUE_DATE in found):
            continue
        found[source] = day


def _lines(sub_document: SubDocument) -> list[list[str]]:
    """Of each of its first pages, in reading order: stamps and terms stand there, not deep in an attachment."""
    pages = sub_document.read_pages.filter(text__isnull=False)
    texts = pages.values_list("text__text", flat=True)[:_MOST_PAGES]
    return [str(text or "").split("\n") for text in texts]


def _mailed_on(sub_document: SubDocument) -> date | None:
    """The date of the e-mail that it is, or that it came with; not one after its arrival."""
    document = sub_document.document
    metadata = document.attachment_of.metadata if document.attachment_of else document.metadata
    day = _day(str(metadata.get("sent_on", "")))
    return day if day and day <= document.created_at.date() + timedelta(days=1) else None


def _day(text: str | None) -> date | None:
    match = ISO_DATE.match(text or "")
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
