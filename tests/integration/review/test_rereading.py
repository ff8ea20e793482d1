"""Reading again under a newer version of a type: one by a reviewer, all that wait by a job."""

import os
import signal
import subprocess
import sys

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services.people.people import user_deactivate
from documents.models import FieldValue, Schema, SubDocument
from idp_project.core.errors import Conflict, Forbidden, NotFound
from idp_project.core.tenancy import organization_scope
from review.models import Rereading, ReviewTask
from review.selectors.tasks import rereading_view_for
from review.services import rereading, tasks
from tests.factories import files
from tests.factories.cast import CONSOLE
from tests.factories.pipeline import Outcome, failed_jobs, one_job, redis, submit, tick

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

DIES = """
import os, signal, django
django.setup()
from uuid import UUID
from review.services import rereading
count = 0
original = rereading.arrangement_apply
def dying(*args):
    global count
    count += 1
    if count == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args)
rereading.arrangement_apply = dying
rereading.rereading_advance(UUID("{organization_id}"), UUID("{schema_id}"))
"""


class Office:
    """Invoices with wrong totals wait for a person; then the type gets a second version."""

    def __init__(self, cast, drain, seeds=(22,)):
        self.cast, self.drain = cast, drain
        self.schema = cast.publish("invoice")["invoice"]
        with self.scope():
            Schema.objects.filter(id=self.schema.id).update(team=cast.team)
            self.schema.refresh_from_db()
        incoming = [files.sample(seed=seed, flaw="wrong_total") if seed else files.sample() for seed in seeds]
        self.outcome = Outcome(submit(cast, *incoming, name="Tuesday"))
        drain()
        with organization_scope(cast.organization.id):
            self.first = self.schema.versions.get()

    def scope(self):
        return organization_scope(self.cast.organization.id)

    def publish(self):
        with self.scope():
            return self.cast.change_type(self.cast.reviewer, self.schema, fields={"invoice_number": {"label": "No."}})

    def does(self, action, *arguments, user=None, **options):
        with self.scope():
            return action(self.cast.access(user or self.cast.owner), *arguments, **options)

    def waiting(self):
        with self.scope():
            rows = SubDocument.objects.filter(document__batch=self.outcome.batch).select_related("schema_version")
            return list(rows.order_by("id"))

    def task(self, sub_document):
        with self.scope():
            return ReviewTask.objects.get(sub_document=sub_document)

    def versions(self):
        return [(row.schema_version.number, row.status) for row in self.waiting()]

    def state(self, user=None):
        browser = self.cast.browser(user or self.cast.reviewer)
        return browser.get(reverse("api-schema-read-again", args=[self.schema.id])).json()

    def ask(self, user=None):
        browser = self.cast.browser(user or self.cast.reviewer)
        return browser.post(reverse("api-schema-read-again", args=[self.schema.id]))


def code_of(office, *arguments, **options):
    with pytest.raises(Conflict) as refused:
        office.does(rereading.sub_document_read_again, *arguments, **options)
    return refused.value.code


def test_one_that_waits_is_read_under_the_newest_version(cast, drain):
    office = Office(cast, drain)
    (before,) = office.waiting()
    assert code_of(office, before.id) == "already_newest"
    task = office.task(before)
    with office.scope():
        number = FieldValue.objects.get(sub_document=before, name="invoice_number")
        old_ids = {row.id for row in before.field_values.all()}
    office.does(tasks.task_claim, task.id)
    office.does(tasks.field_value_correct, task.id, number.id, text="R-77")
    newest = office.publish()
    assert newest.number != office.first.number
    page = reverse("documents:document_detail", args=[before.document_id])
    again = reverse("review:read_again", args=[before.id])
    assert again in cast.browser(cast.owner).get(page).content.decode()
    assert again not in cast.browser(cast.viewer).get(page).content.decode()
    with pytest.raises(Forbidden):
        office.does(rereading.sub_document_read_again, before.id, user=cast.viewer)
    with pytest.raises(NotFound):
        office.does(rereading.sub_document_read_again, before.id, user=cast.outsider)
    assert code_of(office, before.id, user=cast.reviewer) == "claimed_by_other"
    answer = cast.browser(cast.owner).post(again)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert code_of(office, before.id) == "being_processed"
    drain()
    assert failed_jobs() == []
    (after,) = office.waiting()
    assert (after.id, after.status, after.schema_version_id) == (before.id, "in_review", newest.id)
    assert (after.first_page, after.last_page) == (before.first_page, before.last_page)
    assert (after.type_score, after.boundary_score) == (before.type_score, before.boundary_score)
    assert after.arranged_by_id is None and after.read_again_at
    assert office.task(after).id == task.id
    assert "read_under_newer_version" in {reason.code for reason in after.reasons}
    with office.scope():
        values = {row.name: row for row in after.field_values.filter(table_row=None)}
        assert (values["invoice_number"].value, values["invoice_number"].corrected_by_id) == ("R-77", cast.owner.id)
        assert values["total_amount"].value and values["total_amount"].id not in old_ids, "read, not kept"
        entry = AuditEntry.objects.get(action="sub_documents_read_again")
        assert entry.actor_id == cast.owner.id
        assert entry.details["sub_documents"][0]["version"] == newest.number
    assert again not in cast.browser(cast.owner).get(page).content.decode()
    assert code_of(office, before.id) == "already_newest"


def test_what_was_decided_keeps_what_was_approved(cast, drain):
    office = Office(cast, drain, seeds=(22, None))
    rejected = next(row for row in office.waiting() if row.status == "in_review")
    delivered = next(row for row in office.waiting() if row.status == "delivered")
    task = office.task(rejected)
    office.does(tasks.task_claim, task.id)
    office.does(tasks.review_task_decide, task.id, decision="reject", reason="Not ours.")
    drain()
    office.publish()
    for row in (rejected, delivered):
        assert code_of(office, row.id) == "already_decided"
    assert {number for number, _ in office.versions()} == {office.first.number}
    assert office.state()["waiting"] == {}
    assert office.ask().json()["code"] == "nothing_older"


def test_all_that_wait_are_read_again_but_what_others_hold(cast, drain):
    office = Office(cast, drain, seeds=(22, 28, 35))
    held = office.waiting()[1]
    office.publish()
    assert office.state()["waiting"] == {office.first.number: 3}
    office.does(tasks.task_claim, office.task(held).id)
    assert office.ask(cast.owner).status_code == 403 and office.ask(cast.outsider).status_code == 404
    begun = office.ask()
    assert (begun.status_code, begun.json()["is_at_work"], begun.json()["sub_documents"]) == (202, True, 3)
    assert office.ask().status_code == 202, "asked for already"
    panel = cast.browser(cast.reviewer).get(reverse("review:rereading", args=[office.schema.id])).content.decode()
    assert "every 2s" in panel and "0 / 3" in panel
    drain()
    assert failed_jobs() == []
    newest = office.state()["newest"]
    assert office.versions() == [(newest, "in_review"), (office.first.number, "in_review"), (newest, "in_review")]
    state = office.state()
    assert (state["is_at_work"], state["begun"], state["left_out"]) == (False, 2, 1) and state["finished_at"]
    assert state["waiting"] == {office.first.number: 1}
    with office.scope():
        (entry,) = AuditEntry.objects.filter(action="schema_reading_again_begun")
        (end,) = AuditEntry.objects.filter(action="schema_read_again")
        assert (entry.actor_id, end.details["begun"], end.details["left_out"]) == (cast.reviewer.id, 2, 1)
    page = cast.browser(cast.reviewer).get(reverse("documents:schema_detail", args=[office.schema.id]))
    address = reverse("review:rereading", args=[office.schema.id])
    assert f'hx-get="{address}"' in page.content.decode()
    panel = cast.browser(cast.reviewer).get(address).content.decode()
    assert "every 2s" not in panel and "1 document with version" in panel and "2 were read again" in panel
    office.does(tasks.task_release, office.task(held).id)
    assert "0 / 1" in cast.browser(cast.reviewer).post(address).content.decode()
    drain()
    assert {number for number, _ in office.versions()} == {newest}


@pytest.mark.parametrize("is_asked_again", [True, False])
def test_a_killed_job_is_resumed_where_it_stopped(cast, drain, is_asked_again):
    office = Office(cast, drain, seeds=(22, 28, 35))
    office.publish()
    office.ask()
    redis().flushdb()
    script = DIES.format(organization_id=cast.organization.id, schema_id=office.schema.id)
    done = subprocess.run([sys.executable, "-c", script], env=dict(os.environ), check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert (office.state()["is_at_work"], office.state()["begun"]) == (True, 1)
    if is_asked_again:
        assert office.ask().status_code == 202
    else:
        tick()
    assert office.state()["sub_documents"] == 3, "the same reading again"
    drain()
    tick()
    drain()
    assert failed_jobs() == [] and (office.state()["is_at_work"], office.state()["begun"]) == (False, 3)
    assert {version for version, _ in office.versions()} == {office.state()["newest"]}


def test_it_ends_when_the_asker_may_no_longer_manage_the_type(cast, drain):
    office = Office(cast, drain)
    office.publish()
    office.ask()
    user_deactivate(CONSOLE, user_id=cast.reviewer.id)
    drain()
    state = office.state(cast.admin)
    assert (state["is_at_work"], state["begun"]) == (False, 0)
    assert state["stopped_because"]["code"] == "reading_no_longer_allowed"
    with office.scope():
        assert Rereading.objects.get().finished_at
        assert rereading_view_for(cast.access(cast.admin), office.schema.id).total == 1


def test_without_a_job_left_nothing_happens(cast, drain):
    office = Office(cast, drain)
    rereading.rereading_advance(cast.organization.id, office.schema.id)
    assert not one_job()
