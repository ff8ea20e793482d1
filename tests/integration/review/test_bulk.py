"""Many approved at once: what waits for a second person, and what changes between the look and the decision."""

from __future__ import annotations

import pytest
from django.urls import reverse

from documents.models import FieldValue
from review.services import bulk
from tests.factories.desk import on_desk
from tests.integration.review.test_queue import BILL, RIGHT
from tests.integration.review.test_second_person import Office

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def test_a_first_of_two_decisions_is_not_an_approval(cast):
    office = Office(cast)
    office.rule(is_second_always=True)
    digest = office.do(cast.owner, bulk.approval_preview, [office.task.id])[0].digest
    sent = {"task": [office.task.id], f"digest-{office.task.id}": digest}
    said = cast.browser(cast.owner).post(reverse("review:bulk_approve"), sent, follow=True).content.decode()
    assert "1 wait for a second person now." in said and "1 approved." not in said
    assert office.approved() is None and office.now.stage == 2
    other = on_desk(cast, BILL, RIGHT)
    seen = {other.id: office.do(cast.owner, bulk.approval_preview, [other.id])[0].digest}
    outcome = office.do(cast.owner, bulk.tasks_approve, seen)
    assert (outcome.done, outcome.waiting, outcome.refused) == (0, 1, ())


def test_a_change_after_the_look_is_not_approved(cast, monkeypatch):
    office = Office(cast)
    seen = {office.task.id: office.do(cast.owner, bulk.approval_preview, [office.task.id])[0].digest}
    preview = bulk.approval_preview

    def then_changed(access, task_ids):
        rows = preview(access, task_ids)
        FieldValue.objects.filter(sub_document=office.task.sub_document, name="vat").update(raw_text="20")
        return rows

    monkeypatch.setattr(bulk, "approval_preview", then_changed)
    outcome = office.do(cast.owner, bulk.tasks_approve, seen)
    assert outcome.done == 0 and "have changed since" in outcome.refused[0][1]
    assert office.approved() is None and office.now.claimed_by is None, "nor is it on a desk now"
