"""Submitting and stopping batches, and what a document says whose sub-document has failed."""

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.urls import reverse

from accounts.domain.roles import Permission
from accounts.grants import object_grant
from documents import progress
from documents.domain.reasons import TYPE_UNKNOWN
from documents.domain.schema_spec import SchemaSpec
from documents.models import Batch, SchemaVersion, StepRun
from documents.services.intake.batches import batch_submit
from documents.services.intake.receiving import IncomingFile
from documents.services.running.cancellation import batch_cancel
from documents.services.running.retry import document_retry
from documents.services.schemas.schemas import schema_publish
from extraction.runner import reconciliation
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope, system_scope
from review.models import ReviewTask
from tests.factories import files
from tests.factories.pipeline import Outcome, reconcile_and_drain, submit
from tests.faults.workers import COMMITTED, ended, start

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def submit_into(cast, user, team):
    access = cast.access(user)
    with organization_scope(access.organization_id):
        return batch_submit(access, team_id=team.id, files=[files.sample()])


@pytest.mark.parametrize(
    ("user", "team", "error"),
    [
        ("viewer", "team", Forbidden),
        ("outsider", "team", NotFound),
        ("admin", "foreign_team", NotFound),
        ("super_admin", "foreign_team", NotFound),
        ("foreign_admin", "team", NotFound),
    ],
)
def test_nobody_submits_into_a_team_that_is_not_theirs(cast, servers, user, team, error):
    assert cast.organization
    if user == "super_admin":
        assert cast.foreign
    with pytest.raises(error):
        submit_into(cast, getattr(cast, user), getattr(cast, team))
    with system_scope("test"):
        assert not Batch.objects.exists()


def test_a_batch_needs_a_file_and_a_name_is_found(cast, drain):
    with pytest.raises(InvalidInput, match="at least one file"):
        submit(cast)
    two = submit(cast, files.sample(), files.not_a_document())
    assert two.name == "invoice-0014-digital.pdf and 1 more"
    assert submit(cast, files.sample(), name="  Monday's post ").name == "Monday's post"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\scans\\a.pdf", "a.pdf"), ("", "unnamed"), ("x" * 300, "x" * 255)],
)
def test_names_are_for_display_only(cast, drain, sent, kept):
    outcome = Outcome(submit(cast, IncomingFile(sent, files.sample().chunks)))
    source = outcome.document().source_file
    assert source.name == kept
    assert source.storage_name.startswith(f"{cast.organization.id}/originals/") and kept not in source.storage_name


def test_original_comes_back_unchanged_and_cannot_run_here(cast, drain):
    content = files.content_of(files.sample())
    outcome = Outcome(submit(cast, files.incoming("<script>.pdf", content)))
    for name in ("api-document-original", "documents:original"):
        response = cast.browser(cast.viewer).get(reverse(name, args=[outcome.document().id]))
        assert response.getvalue() == content
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response["Content-Security-Policy"] and response["X-Content-Type-Options"] == "nosniff"
    default_storage.delete(outcome.document().source_file.storage_name)
    for name in ("api-document-original", "documents:original"):
        assert cast.browser(cast.viewer).get(reverse(name, args=[outcome.document().id])).status_code == 404


def test_shared_batch_is_visible_to_whom_it_was_shared_with(cast, drain):
    batch = submit(cast, files.sample())
    url = reverse("documents:batch_state", args=[batch.id])
    assert cast.browser(cast.outsider).get(url).status_code == 404
    with organization_scope(cast.organization.id):
        object_grant(cast.outsider, batch, [Permission.VIEW_DOCUMENTS])
    assert cast.browser(cast.outsider).get(url).status_code == 200
    other = submit(cast, files.sample(seed=9))
    assert cast.browser(cast.outsider).get(reverse("documents:batch_state", args=[other.id])).status_code == 404


def test_a_cancelled_batch_does_nothing_more(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample(), files.for_review()))
    with pytest.raises(Forbidden), organization_scope(cast.organization.id):
        batch_cancel(cast.access(cast.owner), outcome.batch.id)
    with organization_scope(cast.organization.id):
        batch_cancel(cast.access(cast.reviewer), outcome.batch.id)
    drain()
    assert set(outcome.statuses().values()) == {"cancelled"}
    for document in outcome.documents():
        steps = outcome.steps(document.id)
        assert steps.pop("upload").status == "succeeded"
        assert {(run.status, str(run.reason), run.attempt) for run in steps.values()} == {
            ("skipped", "The batch was cancelled.", 0)
        }
    assert not outcome.open_steps()
    reconcile_and_drain()
    assert set(outcome.statuses().values()) == {"cancelled"}


def test_a_batch_is_there_although_nobody_can_be_told(cast, drain, monkeypatch):
    """What follows a commit may fail, and takes nothing back."""

    def broken(*_):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(progress, "_publish", broken)
        batch = submit(cast, files.sample(), files.not_a_document())
    cast.publish("invoice")
    drain()
    assert sorted(Outcome(batch).statuses().values()) == ["completed", "failed"]


def test_the_same_schema_version_is_immutable(cast, drain):
    cast.publish("invoice")
    with organization_scope(cast.organization.id):
        version = SchemaVersion.objects.get()
        assert schema_publish(organization_id=cast.organization.id, spec=version.spec) == version
        changed = SchemaSpec.from_dict({**version.spec.to_dict(), "name": "Another invoice"})
        with pytest.raises(Conflict, match="immutable"):
            schema_publish(organization_id=cast.organization.id, spec=changed)


def test_a_document_of_unknown_type_waits_for_a_person(cast, drain):
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    sub_document = outcome.sub_document()
    assert sub_document.schema_version is None and sub_document.route == "review"
    assert TYPE_UNKNOWN() in sub_document.reasons
    browser = cast.browser(cast.owner)
    with organization_scope(cast.organization.id):
        task = ReviewTask.objects.get(sub_document=sub_document)
    answer = browser.post(
        reverse("api-task-decide", args=[task.id]),
        {"decision": "approve", "reason": "It looks fine."},
        content_type="application/json",
    )
    assert answer.status_code == 400 and answer.json()["code"] == "unknown_type"
    assert outcome.sub_document().status == "in_review", "nothing of the decision was kept"


def test_failed_sub_document_gives_reason_and_is_retried_alone(cast, drain, settings):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    with organization_scope(cast.organization.id):
        version = SchemaVersion.objects.get()
        good = version.definition
    settings.WAKE_UP_SECONDS = 0

    assert ended(start("subdocument_detection", COMMITTED)) != 0
    with organization_scope(cast.organization.id):
        SchemaVersion.objects.update(definition={"fields": "broken"})
    reconciliation.reconcile()
    drain()
    document = outcome.document()
    assert (document.status, document.error_code) == ("failed", "unreadable_schema")
    assert "cannot be understood" in document.error_message and document.run.finished_at
    assert outcome.sub_document().status == "failed" and not outcome.open_steps()
    with organization_scope(cast.organization.id):
        SchemaVersion.objects.update(definition=good)
        document_retry(cast.access(cast.owner), document.id)
    drain()
    assert outcome.document().status == "completed"
    assert outcome.steps(document.id)["page_split"].attempt == 1
    assert set(outcome.page_attempts(document).values()) == {1}


def test_retried_page_waits_for_one_that_waits_for_an_outage(cast, drain):
    """Both are to be read: the document may not continue without the page whose last step waits."""
    outcome = Outcome(submit(cast, files.pdf("two.pdf", (595, 842), (595, 842))))
    drain()
    document = outcome.document()
    with organization_scope(cast.organization.id):
        last = StepRun.objects.filter(unit_kind="page", run__document=document, step="extract_fields")
        first, second = last.order_by("created_at", "id")
        for run, statuses in ((first, ("running", "failed")), (second, ("running", "waiting"))):
            for status in statuses:
                StepRun.objects.filter(id=run.id).update(status=status)
        document_retry(cast.access(cast.owner), document.id)
        assert outcome.steps(document.id)["ai_extraction"].units_left == 2
