"""What super admins do in Django admin with batches, documents and deliveries of an organisation they are not in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from documents.domain.statuses import DocumentStatus, StepStatus
from documents.models import Batch, Delivery, Document, Event, Run, SourceFile, StepRun, SubDocument
from documents.models.approval import DeliveryStatus, EventKind
from documents.models.run import UnitKind
from idp_project.core.tenancy import organization_scope


@pytest.fixture
def admin(cast) -> Client:
    """Signed in to another organisation, the older one."""
    assert cast.foreign.created_at < cast.organization.created_at
    return cast.browser(cast.super_admin)


@pytest.fixture
def failed(cast) -> Document:
    """One document whose page split failed."""
    from django.utils import timezone

    own = {"organization": cast.organization}
    with organization_scope(cast.organization.id):
        batch = Batch.objects.create(**own, team=cast.team, name="Monday")
        file = {"name": "letter.pdf", "storage_name": "x", "content_type": "application/pdf", "size_bytes": 1}
        source = SourceFile.objects.create(**own, batch=batch, sha256="0" * 64, **file)
        document = Document.objects.create(
            **own, batch=batch, team=cast.team, source_file=source, status=DocumentStatus.FAILED, error_code="damaged"
        )
        run = Run.objects.create(**own, document=document, next_check_at=timezone.now(), finished_at=timezone.now())
        for position, (step, status) in enumerate((("upload", "succeeded"), ("page_split", "failed"))):
            StepRun.objects.create(
                **own,
                run=run,
                unit_kind=UnitKind.DOCUMENT,
                unit_id=document.id,
                step=step,
                position=position,
                status=status,
            )
    return document


def act(client: Client, model: str, action: str, row: object, **more: str):
    url = reverse(f"admin:documents_{model}_changelist")
    return client.post(url, {"action": action, "_selected_action": [row.pk]} | more, follow=True)


@pytest.mark.parametrize(("model", "action"), [("document", "retry_documents"), ("batch", "retry_failed")])
def test_failed_documents_are_retried_from_both_lists(admin, cast, failed, model, action):
    said = act(admin, model, action, failed if model == "document" else failed.batch).content.decode()
    assert "1 " in said and "woken up" in said
    with organization_scope(cast.organization.id):
        failed.refresh_from_db()
        assert failed.status == DocumentStatus.PROCESSING
        assert StepRun.objects.get(step="page_split").status == StepStatus.PENDING
        assert AuditEntry.objects.filter(action="document_retried", object_id=failed.id).exists()
    again = act(admin, "document", "retry_documents", failed).content.decode()
    assert "Nothing has failed here." in again


def test_a_batch_is_cancelled_only_after_a_second_yes(admin, cast, failed):
    asked = act(admin, "batch", "cancel_batches", failed.batch)
    assert "Cancel these batches?" in asked.content.decode()
    with organization_scope(cast.organization.id):
        assert Batch.objects.get().cancelled_at is None
    act(admin, "batch", "cancel_batches", failed.batch, confirmed="yes")
    with organization_scope(cast.organization.id):
        assert Batch.objects.get().cancelled_at is not None


def test_a_dead_delivery_is_sent_again(admin, cast, failed):
    own = {"organization": cast.organization}
    with organization_scope(cast.organization.id):
        sub_document = SubDocument.objects.create(**own, document=failed, team=cast.team, first_page=1, last_page=1)
        own |= {"document": failed, "document_sequence": 1}
        event = Event.objects.create(**own, sub_document=sub_document, kind=EventKind.APPROVED, sequence=1, payload={})
        dead = {"status": DeliveryStatus.DEAD, "attempts": 3, "error_code": "broken"}
        delivery = Delivery.objects.create(**own, event=event, consumer="pdb_sync", **dead)
    said = act(admin, "delivery", "retry_deliveries", delivery).content.decode()
    assert "1 sent again" in said
    with organization_scope(cast.organization.id):
        delivery.refresh_from_db()
        assert (delivery.status, delivery.attempts) == (DeliveryStatus.PENDING, 0)
