"""Deadlines come from the paper, in the organisation's working days; what is due is mailed in the morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Organization
from documents.domain.deadline_rules import DeadlineRule, DeadlineSource
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.models import Document, Page
from idp_project.core.errors import InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Absence, Holiday, Notification, ReviewTask, WorkCalendar
from review.services import rules, tasks, work_calendar
from review.services.rules import WantedRule
from review.services.tasks import review_task_open
from tests.factories.desk import on_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
BILL = SchemaSpec(
    "due_bill",
    "Bill",
    "1.0",
    (
        FieldSpec("invoice_date", FieldType.DATE, "Invoice date"),
        FieldSpec("due_date", FieldType.DATE, "Due date"),
        FieldSpec("discount_until", FieldType.DATE, "Discount until"),
        FieldSpec("total", FieldType.AMOUNT, "Total"),
    ),
)
MONDAY = datetime(2026, 11, 30, 8, tzinfo=UTC)


class Paper:
    """A bill that arrived on a Monday."""

    def __init__(self, cast, values=None, text="", spec=BILL):
        self.cast = cast
        self.task = on_desk(cast, spec, {"invoice_date": "2026-11-27", "total": "10.00", **(values or {})})
        with organization_scope(cast.organization.id):
            Document.objects.update(created_at=MONDAY)
            ReviewTask.objects.update(created_at=MONDAY)
            if text:
                Page.objects.filter(document=self.task.sub_document.document).update(text={"text": text})

    def due(self, **metadata):
        """(day, code of why), computed again."""
        with organization_scope(self.cast.organization.id):
            if metadata:
                Document.objects.update(metadata=metadata)
            task = review_task_open(self.task.sub_document_id)
            task = ReviewTask.objects.get(id=task.id)
            return task.due_at.date(), task.due_because.code if task.due_because else ""


def rule(cast, paper, *deadlines, **wanted):
    access = cast.access(cast.admin)
    with organization_scope(cast.organization.id):
        schema_id = paper.task.sub_document.schema_version.schema_id
        rules.review_rule_set(access, schema_id, WantedRule(deadlines=deadlines, **wanted))


def test_due_and_discount_dates_make_the_deadline(cast):
    assert Paper(cast, {"due_date": "2026-12-28"}).due() == (date(2026, 12, 24), "due_by_due_date")
    assert Paper(cast, {"due_date": "2026-12-28", "discount_until": "2026-12-08"}).due() == (
        date(2026, 12, 7), "due_by_discount",
    )  # fmt: skip
    assert Paper(cast).due() == (date(2026, 12, 1), ""), "one working day where nothing says it"


def test_a_time_that_is_written_out_counts_from_receipt(cast):
    german = replace(BILL, key="due_bill_de", locale="de_DE")
    stamped = Paper(cast, text="EINGEGANGEN\n26.11.2026\nPlease answer within two weeks of receipt.", spec=german)
    assert stamped.due() == (date(2026, 12, 10), "due_by_terms")
    mailed = Paper(cast, text="Please answer within two weeks of receipt.")
    assert mailed.due(sent_on="2026-11-20") == (date(2026, 12, 4), "due_by_terms")
    uploaded = Paper(cast, text="Please answer within two weeks of receipt.")
    assert uploaded.due() == (date(2026, 12, 14), "due_by_terms")
    discount = Paper(cast, text="2 % discount within 10 days, net 30 days")
    assert discount.due() == (date(2026, 12, 4), "due_by_discount"), "ten days from its date, less one working day"


def test_the_rule_of_the_type_decides(cast):
    paper = Paper(cast, {"due_date": "2026-12-28"})
    rule(cast, paper, DeadlineRule(DeadlineSource.RECEIVED, 3))
    assert paper.due() == (date(2026, 12, 3), "due_by_receipt")
    rule(cast, paper, working_days=5)
    assert paper.due() == (date(2026, 12, 7), ""), "no date makes one: five working days"


def test_a_corrected_date_moves_the_deadline(cast):
    paper = Paper(cast, {"due_date": "2026-12-28"})
    paper.due()
    with organization_scope(cast.organization.id):
        value = paper.task.sub_document.field_values.get(name="due_date")
        tasks.field_value_correct(cast.access(cast.owner), paper.task.id, value.id, text="2026-12-10")
        assert ReviewTask.objects.get(id=paper.task.id).due_at.date() == date(2026, 12, 8)


def test_a_document_of_last_month_is_not_late_when_reopened(cast):
    paper = Paper(cast, {"due_date": "2026-12-28"})
    with organization_scope(cast.organization.id):
        Document.objects.update(created_at=MONDAY - timedelta(days=40))
        ReviewTask.objects.update(created_at=MONDAY + timedelta(days=30))
    assert paper.due() == (date(2026, 12, 30), "due_by_due_date")
    plain = Paper(cast)
    with organization_scope(cast.organization.id):
        Document.objects.update(created_at=MONDAY - timedelta(days=40))
    assert plain.due() == (MONDAY.date(), "")


def test_the_organisations_own_words_name_a_due_date(cast):
    spec = replace(
        BILL, key="own_words", fields=(FieldSpec("fecha", FieldType.DATE, "Zahlziel Haus"), *BILL.fields[3:])
    )
    paper = Paper(cast, {"fecha": "2026-12-28"}, spec=spec)
    assert paper.due() == (date(2026, 12, 1), "")
    with organization_scope(cast.organization.id):
        organization = Organization.objects.get(id=cast.organization.id)
        organization.settings["words"] = [{"group": "due_date", "language": "de", "word": "zahlziel haus"}]
        organization.save()
    assert paper.due() == (date(2026, 12, 24), "due_by_due_date")


def test_admins_set_the_working_days(cast):
    client = cast.browser(cast.admin)
    address = reverse("review:calendar")
    bad = client.post(address, {"weekdays": ["0"], "ends": "16:00", "holidays": "Christmas"})
    assert bad.status_code == 400 and "does not begin with a date" in bad.content.decode()
    sent = {"weekdays": ["0", "1", "2", "3"], "ends": "16:30", "holidays": "2026-12-24 Christmas Eve\n2026-12-25"}
    assert client.post(address, sent).status_code == 302
    page = client.get(address).content.decode()
    assert "2026-12-24 Christmas Eve" in page
    paper = Paper(cast, {"due_date": "2026-12-28"})
    assert paper.due() == (date(2026, 12, 22), "due_by_due_date"), "neither Fridays nor holidays count"
    with organization_scope(cast.organization.id):
        assert ReviewTask.objects.get(id=paper.task.id).due_at.astimezone(UTC).hour == 16
        assert Holiday.objects.count() == 2
        assert AuditEntry.objects.filter(action="work_calendar_set").count() == 1
    with organization_scope(cast.organization.id), pytest.raises(InvalidInput):
        work_calendar.calendar_set(cast.access(cast.admin), weekdays=[], ends=timezone.now().time(), holidays=[])


def proven(user):
    user.email, user.email_proven_at = f"{user.username}@example.org", timezone.now()
    user.save()


def test_what_is_due_is_mailed_once_in_the_morning(cast, settings):
    settings.IS_DEMONSTRATION = True
    paper, mine = Paper(cast), Paper(cast)
    for user in (cast.owner, cast.teammate, cast.reviewer, cast.viewer, cast.outsider):
        proven(user)
    morning = datetime(2026, 12, 1, 7, tzinfo=UTC)
    with organization_scope(cast.organization.id):
        ReviewTask.objects.update(due_at=morning + timedelta(hours=9))
        ReviewTask.objects.filter(id=mine.task.id).update(
            assigned_to=cast.teammate, due_at=morning - timedelta(hours=1)
        )
        Absence.objects.create(
            organization=cast.organization,
            user=cast.reviewer,
            first_day=timezone.localdate(),
            last_day=timezone.localdate() + timedelta(days=400),
        )
    morning_of = work_calendar._morning_of
    assert morning_of(cast.organization.id, morning - timedelta(hours=3)) == 0, "at night nobody is woken"
    assert morning_of(cast.organization.id, datetime(2026, 12, 5, 7, tzinfo=UTC)) == 0, "nor on a Saturday"
    assert morning_of(cast.organization.id, morning) == 2
    assert morning_of(cast.organization.id, morning + timedelta(minutes=5)) == 0, "once a day"
    bodies = {message.to[0]: message for message in mail.outbox}
    assert set(bodies) == {cast.owner.email, cast.teammate.email}, "reviewers of the team who are here"
    assert "1 document to decide today" in bodies[cast.owner.email].subject
    assert (
        "2 documents" in bodies[cast.teammate.email].subject and "1 of them is late" in bodies[cast.teammate.email].body
    )
    with organization_scope(cast.organization.id):
        assert Notification.objects.filter(user=cast.owner).count() == 1
        assert WorkCalendar.objects.get().mailed_on == morning.date()
    assert Organization.objects.exists() and paper
