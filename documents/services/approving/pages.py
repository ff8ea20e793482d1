"""Pages of a stack as a person wants them: moved, turned, set aside and brought back. Nothing of the file is lost.

A page that is moved keeps what was read of it; its fields are extracted again, as they say on which page they stand. A page
that is turned is read again from the file on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.services.audit.trail import audit_record
from documents.domain.arrangement import PagesPlan, PresentPage, WantedPage, plan_pages
from documents.models import Document, FieldValue, Page, Run, StepRun
from documents.models.run import UnitKind
from documents.selectors.doors import document_get_for
from documents.services.locks import document_lock, step_runs_lock
from documents.services.running.step_runs import joined_steps_reopen, step_runs_reset
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName


def pages_begin(access: Access, document_id: UUID, wanted: Sequence[WantedPage]) -> PagesPlan:
    """Locks the document and says what is done to its pages, for people who may review it."""
    document_get_for(access, document_id, Permission.REVIEW_DOCUMENTS)
    document_lock(document_id)
    step_runs_lock(document_id)
    rows = Page.objects.filter(document_id=document_id).order_by("number")
    present = rows.values_list("id", "number", "set_aside_at")
    return plan_pages([PresentPage(page_id, number, at is not None) for page_id, number, at in present], wanted)


@transaction.atomic
def pages_apply(access: Access, document: Document, plan: PagesPlan) -> None:
    """Carries the plan out, in the transaction that began it and before the sub-documents change. Audited."""
    _move(document, plan)
    _turn(document, plan.turned)
    pages = Page.objects.filter(document=document)
    pages.filter(id__in=plan.set_aside).update(set_aside_at=timezone.now(), set_aside_by_id=access.user_id)
    pages.filter(id__in=plan.brought_back).update(set_aside_at=None, set_aside_by=None)
    if not plan.places:
        return
    enqueue(JobName.DOCUMENT_INDEX, organization_id=document.organization_id, document_id=document.id)
    numbers = dict(pages.values_list("id", "number"))
    details = {
        "order": list(plan.order) if plan.moved else [],
        "turned": {str(numbers[page_id]): 90 * turns for page_id, turns in plan.turned.items()},
        "set_aside": _sorted(numbers, plan.set_aside),
        "brought_back": _sorted(numbers, plan.brought_back),
    }
    audit_record(
        access,
        "pages_arranged",
        object_kind="document",
        object_id=document.id,
        details={name: found for name, found in details.items() if found},
        organization_id=document.organization_id,
    )


def _sorted(numbers: Mapping[UUID, int], page_ids: Collection[UUID]) -> list[int]:
    return sorted(numbers[page_id] for page_id in page_ids)


def _move(document: Document, plan: PagesPlan) -> None:
    """Numbers are unique: all are taken out of the way first. What people set keeps the page on which it stands."""
    if not plan.moved:
        return
    pages = Page.objects.filter(document=document, id__in=plan.moved)
    pages.filter(number_in_file=None).update(number_in_file=F("number"))
    before = dict(pages.values_list("number", "id"))
    pages.update(number=-F("number"))
    for page_id, number in plan.moved.items():
        pages.filter(id=page_id).update(number=number)
    values = FieldValue.objects.filter(sub_document__document=document, provenance__page__in=list(before))
    for value in values.only("provenance"):
        assert value.provenance is not None
        value.provenance["page"] = plan.moved[before[value.provenance["page"]]]
        value.save(update_fields=["provenance"])


def _turn(document: Document, turned: Mapping[UUID, int]) -> None:
    """They are read from the file on; until then people see them as they were."""
    for page in Page.objects.filter(document=document, id__in=turned):
        page.turned_to = (page.quarter_turns + turned[page.id]) % 4
        page.facts, page.text, page.extraction = {}, None, None
        page.is_blank, page.error_code, page.error = False, "", None
        page.save()
    if turned:
        run = Run.objects.get(document=document)
        step_runs_reset(
            StepRun.objects.filter(run=run, unit_kind=UnitKind.PAGE, unit_id__in=turned), forgets_output=True
        )
        joined_steps_reopen(run)
