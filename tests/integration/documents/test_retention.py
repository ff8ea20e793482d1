"""Deleting by rule and by hand: what goes, what stays, and that a killed run is finished by the next."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Organization, SystemSettings
from accounts.services.retention.retention_rule import retention_rule_set
from accounts.services.settings.system import system_settings_change
from documents.models import ApprovedVersion, Document, Event, FieldValue, FileRemoval, Page, RetentionRun, StepRun
from documents.services.approving.approval import approved_delete
from documents.services.removing.removal import batch_hold_set
from documents.services.removing.retention import retention_due
from documents.services.removing.stored_files import files_remove, files_remove_everywhere
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope
from pdb_sync.services.reconciling import pdb_reconcile
from rag.domain.passages import AnswerMode
from rag.models import Answer, AnswerStatement, Chunk, Citation, Conversation, Question
from rag.selectors.shown import conversation_as_shown
from review.services.approved import approved_correct
from tests.factories import files
from tests.factories.cast import CONSOLE
from tests.factories.pipeline import Outcome, submit
from tests.integration.pdb_sync.conftest import ProductionDatabase

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

DIES_BEFORE_THE_FILES = """
import os, signal, django
django.setup()
from documents import storage
from documents.services.removing.retention import retention_due
storage.file_delete = lambda name: os.kill(os.getpid(), signal.SIGKILL)
retention_due()
"""


@pytest.fixture(autouse=True)
def invoices(cast, drain):
    cast.publish("invoice")


@pytest.fixture
def pdb():
    return ProductionDatabase()


def sent(cast, *incoming, days=40):
    """Processed as far as it goes, this many days ago."""
    from tests.factories.pipeline import drain

    outcome = Outcome(submit(cast, *(incoming or [files.sample()])))
    drain()
    moment = timezone.now() - timedelta(days=days)
    with organization_scope(cast.organization.id):
        Document.objects.filter(batch=outcome.batch).exclude(finished_at=None).update(finished_at=moment)
        Event.objects.filter(document__batch=outcome.batch).update(created_at=moment)
    return outcome


def rule(cast, days=30, pdb_days=None):
    with organization_scope(cast.organization.id):
        retention_rule_set(cast.access(cast.admin), days=days, pdb_days=pdb_days)
    a_night_passes()


def a_night_passes():
    """Since the rules were changed."""
    before = timezone.now() - timedelta(days=1)
    Organization.objects.exclude(retention_changed_at=None).update(retention_changed_at=before)
    SystemSettings.objects.exclude(retention_changed_at=None).update(retention_changed_at=before)


def stored(cast):
    with organization_scope(cast.organization.id):
        pages = Page.objects.values_list("document__source_file__storage_name", "image_name", "original_image_name")
        return {name for names in pages for name in names if name}


def counted(cast, *models):
    with organization_scope(cast.organization.id):
        return tuple(model.objects.count() for model in models)


def test_the_source_goes_and_what_was_approved_stays(cast, pdb, drain):
    old = sent(cast)
    names = stored(cast)
    assert len(names) >= 2 and all(default_storage.exists(name) for name in names)
    failed = sent(cast, files.not_a_document())
    young, open_ = sent(cast, files.sample(seed=15), days=10), sent(cast, files.for_review())
    held = sent(cast, files.sample(seed=16))
    with organization_scope(cast.organization.id):
        batch_hold_set(cast.access(cast.reviewer), held.batch.id, is_held=True)
    assert retention_due() == 0, "without a rule everything is kept"
    rule(cast)
    plan = cast.browser(cast.admin).get(reverse("api-retention")).json()
    assert (plan["documents"], plan["records"], plan["held"]) == (2, 0, 1) and plan["bytes"] > 1000
    assert retention_due() == 1
    assert not any(default_storage.exists(name) for name in names), "files go after the commit"
    shell = old.document()
    assert (shell.status, shell.source_file.storage_name) == ("deleted", "") and shell.deleted_at
    assert failed.documents() == []
    assert [one.document().status for one in (young, open_, held)] == ["completed", "in_review", "completed"]
    with organization_scope(cast.organization.id):
        for rows in (
            shell.pages.all(),
            StepRun.objects.filter(run__document=shell),
            FieldValue.objects.filter(sub_document__document=shell),
            Chunk.objects.filter(document=shell),
        ):
            assert not rows.exists()
        version = ApprovedVersion.objects.get(sub_document__document=shell)
        entry = AuditEntry.objects.filter(action="document_deleted", object_id=str(shell.id)).get()
        last = RetentionRun.objects.get()
    assert version.content["fields"] and entry.details["reason"] == "kept for 30 days"
    assert pdb.record(version.sub_document_id).values, "the record has a rule of its own"
    assert (last.documents, last.bytes, last.records) == (2, plan["bytes"], 0)
    assert retention_due() == 0, "once a night"
    assert cast.browser(cast.admin).get(reverse("api-retention")).json()["documents"] == 0
    page = cast.browser(cast.owner).get(reverse("documents:document_detail", args=[shell.id]))
    assert "Deleted on" in page.content.decode()
    state = old.state()
    assert state["documents"][0]["status"] == "deleted"
    assert (state["batch"]["status"], state["batch"]["pages_done"]) == ("finished", state["batch"]["page_count"])


def test_a_record_goes_by_its_own_rule_through_one_delivery(cast, pdb, drain):
    outcome = sent(cast)
    sub_document = outcome.sub_document()
    rule(cast, days=0, pdb_days=30)
    assert retention_due() == 1
    assert pdb.record(sub_document.id).values, "by a delivery, not by hand"
    drain()
    record = pdb.record(sub_document.id)
    assert (record.version, record.is_deleted, record.values, record.file_name) == (2, True, {}, "")
    counts = pdb.counts()
    assert (counts["PdbCell"], counts["PdbRecordVersion"], counts["DeliveryReceipt"]) == (0, 1, 2)
    with organization_scope(cast.organization.id):
        assert [version.content for version in ApprovedVersion.objects.all()] == [{}]
        assert [event.kind for event in Event.objects.order_by("sequence")][1:] == ["sub_document_deleted"]
        Event.objects.update(created_at=timezone.now() - timedelta(days=99))
        RetentionRun.objects.all().delete()
    assert retention_due() == 1
    drain()
    assert pdb.counts() == counts, "exactly once"
    admin = cast.browser(cast.admin)
    assert "Invoice" not in admin.get(reverse("pdb_sync:record_list")).content.decode()
    assert admin.get(reverse("pdb_sync:record_of_sub_document", args=[sub_document.id])).status_code == 404
    run = pdb_reconcile(cast.organization.id)
    assert run.unsettled == 0 and run.schemas == {}
    assert outcome.document().status == "completed", "the document itself has a rule of its own"
    with organization_scope(cast.organization.id):
        approved_correct(cast.access(cast.owner), sub_document.id)
        assert not approved_delete(sub_document.id, access=cast.access(cast.admin), reason="on a desk")


def test_killed_before_the_files_are_gone_the_next_run_finishes(cast, drain):
    outcomes = [sent(cast), sent(cast, files.sample(seed=15))]
    names = stored(cast)
    rule(cast)
    killed = subprocess.run(
        [sys.executable, "-c", DIES_BEFORE_THE_FILES], env=dict(os.environ), check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert sorted(outcome.document().status for outcome in outcomes) == ["completed", "deleted"]
    assert all(default_storage.exists(name) for name in names) and counted(cast, FileRemoval)[0] > 0
    assert retention_due() == 1
    files_remove_everywhere()
    assert [outcome.document().status for outcome in outcomes] == ["deleted", "deleted"]
    assert not any(default_storage.exists(name) for name in names)
    assert counted(cast, FileRemoval, RetentionRun) == (0, 1)
    with organization_scope(cast.organization.id):
        assert RetentionRun.objects.get().documents == 2
        assert AuditEntry.objects.filter(action="document_deleted").count() == 2
    assert files_remove(cast.organization.id) == 0


def test_the_organisations_rule_goes_before_the_systems(cast, drain):
    outcome = sent(cast)
    system_settings_change(CONSOLE, {"retention_days": 30})
    assert retention_due() == 0, "not before the next night"
    rule(cast, days=0)
    assert retention_due() == 0 and outcome.document().status == "completed"
    rule(cast, days=None)
    assert retention_due() == 1 and outcome.document().status == "deleted"
    with pytest.raises(InvalidInput):
        rule(cast, days=-1)
    with organization_scope(cast.organization.id), pytest.raises(Forbidden):
        retention_rule_set(cast.access(cast.reviewer), days=1, pdb_days=None)


def test_a_changed_rule_deletes_nothing_before_the_next_night(cast, drain):
    outcome = sent(cast)
    admin = cast.browser(cast.admin)
    address = reverse("documents:organization_retention")
    admin.post(address, {"days": "3", "pdb_days": ""})
    assert retention_due() == 0 and outcome.document().status == "completed"
    assert admin.get(reverse("api-retention")).json()["documents"] == 1, "there is time to see what it would do"
    admin.post(address, {"days": "300", "pdb_days": ""})
    a_night_passes()
    assert retention_due() == 1 and outcome.document().status == "completed"


def answered_from(cast, document):
    """An answer to the viewer with one statement from it and one from elsewhere."""
    own = {"organization": cast.organization}
    with organization_scope(cast.organization.id):
        conversation = Conversation.objects.create(**own, user=cast.viewer, title="?", asked_at=timezone.now())
        question = Question.objects.create(**own, conversation=conversation, text="?")
        answer = Answer.objects.create(**own, question=question, mode=AnswerMode.QUOTATION)
        statement = AnswerStatement.objects.create(**own, answer=answer, position=1, text="The total is 7.")
        Citation.objects.create(
            **own, statement=statement, number=1, document=document, page=document.pages.first(), page_number=1,
            span_start=0, span_end=7, quote="Invoice",
        )  # fmt: skip
    return conversation


def test_a_manager_deletes_a_document_and_it_vanishes_at_once(cast, pdb, drain):
    outcome = sent(cast)
    document, sub_document = outcome.document(), outcome.sub_document()
    conversation = answered_from(cast, document)
    page_id = outcome.pages(document)[0][0]
    viewer, manager = cast.browser(cast.viewer), cast.browser(cast.reviewer)
    minted = viewer.post(
        reverse("documents:image_tokens"), {"pages": [str(page_id)]}, content_type="application/json"
    ).json()["tokens"][str(page_id)]
    assert viewer.get(minted).status_code == 200
    delete = reverse("documents:document_delete", args=[document.id])
    assert cast.browser(cast.owner).post(delete).status_code == 403
    assert manager.post(delete).headers["Location"] == reverse("documents:batch_detail", args=[outcome.batch.id])
    assert counted(cast, Chunk, Citation, Page) == (0, 0, 0)
    assert viewer.get(minted).status_code == 404
    assert viewer.get(reverse("documents:original", args=[document.id])).status_code == 404
    with organization_scope(cast.organization.id):
        (shown,) = conversation_as_shown(cast.access(cast.viewer), conversation)
        assert (shown["answer"]["statements"], shown["answer"]["deleted_count"]) == ([], 1)
        assert AnswerStatement.objects.get().text == "", "the words go with their source"
    assert pdb.record(sub_document.id).values and manager.post(delete).status_code == 409
    correct = reverse("review:correct_approved", args=[sub_document.id])
    assert manager.post(correct).status_code == 409


def test_page_and_command(cast, drain, capsys):
    outcome = sent(cast)
    admin = cast.browser(cast.admin)
    address = reverse("documents:organization_retention")
    assert admin.post(address, {"days": "-3", "pdb_days": ""}).status_code == 400
    assert admin.post(address, {"days": "30", "pdb_days": ""}).status_code == 302
    assert "sources 30 days" in admin.get(address).content.decode()
    assert cast.browser(cast.reviewer).get(address).status_code == 403
    call_command("retain", "--dry-run", "--organization", cast.organization.slug)
    assert "1 documents" in capsys.readouterr().out and outcome.document().status == "completed"
    call_command("retain")
    assert "are gone" in capsys.readouterr().out and outcome.document().status == "deleted"
