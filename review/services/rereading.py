"""Reading again: what waits for a person, under the newest version of its type; one by a reviewer, all by a job.

1. Approved sub-documents keep what was approved. 2. Pages are extracted again only where the version changes what is extracted
from them; what people have set stays. 3. The job takes one sub-document a transaction, which also says how far it came: a
killed job is resumed where it stopped, by the clock or by asking again. 4. Of two jobs one works: it holds the row's lock.
5. What is on somebody else's desk, or was decided meanwhile, is left out and counted. 6. Loss of the asker's permission ends it.
"""

from __future__ import annotations

import time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors.access import access_resolve
from accounts.services.audit.trail import audit_record
from documents.domain.arrangement import WantedSubDocument
from documents.domain.reasons import TYPE_UNKNOWN
from documents.domain.statuses import SubDocumentStatus
from documents.models import Schema, SubDocument
from documents.selectors.doors import sub_document_get_for
from documents.selectors.drafts import newest_version
from documents.selectors.schemas import schema_managed_by
from documents.services.approving.sub_documents import arrangement_apply, arrangement_begin
from documents.services.locks import document_lock
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Conflict, Forbidden, NotFound
from idp_project.core.job_names import JobName
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope, system_scope
from review.domain.refusals import ALREADY_NEWEST, NOTHING_OLDER, READING_NO_LONGER_ALLOWED
from review.models import Rereading
from review.selectors.tasks import waiting_with_older
from review.services.boundaries import check_desks

SECONDS_AT_ONCE = 10.0


@transaction.atomic
def sub_document_read_again(access: Access, sub_document_id: UUID) -> SubDocument:
    """Has a sub-document read under the newest version of its type; its pages, type and what people set stay.

    For reviewers of its document. Raises Conflict `already_newest`, `type_unknown`, `already_decided`,
    `being_processed` or `claimed_by_other`.
    """
    sub_document = sub_document_get_for(access, sub_document_id, Permission.REVIEW_DOCUMENTS)
    document_lock(sub_document.document_id)
    sub_document.refresh_from_db()
    rows = list(
        SubDocument.objects.filter(document_id=sub_document.document_id)
        .select_related("schema_version__schema")
        .order_by("first_page")
    )
    arrangement = arrangement_begin(access, sub_document.document_id, [_wanted(row, sub_document_id) for row in rows])
    version = next(row.schema_version for row in rows if row.id == sub_document_id)
    if version is None:
        raise Conflict(TYPE_UNKNOWN(), code="type_unknown")
    newest = newest_version(version.schema)
    if newest is None or version.id == newest.id:
        raise Conflict(ALREADY_NEWEST(), code="already_newest")
    check_desks(access, [sub_document_id])
    (touched,) = arrangement_apply(access, arrangement)
    return touched


def _wanted(row: SubDocument, sub_document_id: UUID) -> WantedSubDocument:
    if row.id != sub_document_id:
        return WantedSubDocument(row.first_page, row.last_page)
    schema_id = row.schema_version.schema_id if row.schema_version else None
    return WantedSubDocument(row.first_page, row.last_page, keeps_type=False, schema_id=schema_id, reads_again=True)


@transaction.atomic
def schema_read_again(access: Access, schema_id: UUID) -> Rereading:
    """Has a job read what waits with earlier versions of the type again, as far as the asker may review it.

    For managers of the type. Asking again while it is under way only wakes its job. Raises Conflict `nothing_older`.
    """
    schema = Schema.objects.select_for_update(no_key=True).get(id=schema_managed_by(access, schema_id).id)
    open_one = Rereading.objects.filter(schema=schema, finished_at__isnull=True).first()
    if open_one is not None:
        _wake(schema.organization_id, schema.id)
        return open_one
    number = waiting_with_older(access, schema.id, newest_version(schema)).count()
    if not number:
        raise Conflict(NOTHING_OLDER(), code="nothing_older")
    made = Rereading.objects.create(
        organization_id=schema.organization_id,
        schema=schema,
        asked_by_id=access.user_id,
        asked_as=access.display_name[:150],
        sub_documents=number,
    )
    _wake(schema.organization_id, schema.id)
    _record(access, "schema_reading_again_begun", schema, {"sub_documents": number})
    return made


def rereading_advance(organization_id: UUID, schema_id: UUID) -> None:
    """Takes one sub-document after the other for some seconds, then lets other jobs have their turn. May be killed and
    repeated."""
    deadline = time.monotonic() + SECONDS_AT_ONCE
    while _one(organization_id, schema_id):
        if time.monotonic() > deadline:
            _wake(organization_id, schema_id)
            return


def rereadings_wake() -> int:
    """For the clock: enqueues every reading again that is under way, should its job be lost; returns their number."""
    with system_scope("readings again under way"):
        rows = list(Rereading.objects.filter(finished_at__isnull=True).values_list("organization_id", "schema_id"))
    for organization_id, schema_id in rows:
        _wake(organization_id, schema_id)
    return len(rows)


def _wake(organization_id: UUID, schema_id: UUID) -> None:
    enqueue(JobName.REREADING_ADVANCE, organization_id=organization_id, schema_id=schema_id)


def _one(organization_id: UUID, schema_id: UUID) -> bool:
    """Looks at the next sub-document; whether there may be more."""
    with organization_scope(organization_id):
        rows = Rereading.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        rereading = rows.select_related("schema", "asked_by").filter(schema=schema_id, finished_at__isnull=True).first()
        if rereading is None:
            return False
        access = _asker(rereading)
        rereading.stopped_because = _why_it_stops(rereading, access)
        chosen = None if rereading.stopped_because else _next(rereading, access)
        if chosen is None:
            rereading.finished_at = timezone.now()
        else:
            rereading.position = chosen.id
            _take(rereading, access, chosen)
        rereading.save()
        if rereading.finished_at:
            _conclude(rereading, access)
    return rereading.finished_at is None


def _asker(rereading: Rereading) -> Access:
    asker = rereading.asked_by
    access = access_resolve(asker, None, organization_id=rereading.organization_id) if asker else None
    return access or Access(None, rereading.organization_id)


def _why_it_stops(rereading: Rereading, access: Access) -> Reason | None:
    try:
        schema_managed_by(access, rereading.schema_id)
    except (Forbidden, NotFound):
        return READING_NO_LONGER_ALLOWED(by=rereading.asked_as)
    return None


def _next(rereading: Rereading, access: Access) -> SubDocument | None:
    waiting = waiting_with_older(access, rereading.schema_id, newest_version(rereading.schema))
    return waiting.filter(id__gt=rereading.position).order_by("id").first()


def _take(rereading: Rereading, access: Access, chosen: SubDocument) -> None:
    try:
        sub_document_read_again(access, chosen.id)
    except (Conflict, Forbidden, NotFound):
        is_still_older = SubDocument.objects.filter(id=chosen.id, status=SubDocumentStatus.IN_REVIEW).exists()
        rereading.left_out += is_still_older
    else:
        rereading.begun += 1


def _conclude(rereading: Rereading, access: Access) -> None:
    """Writes the audit last: its chain stays locked until the commit."""
    stopped = {"stopped": rereading.stopped_because.source_text} if rereading.stopped_because else {}
    details = {"begun": rereading.begun, "left_out": rereading.left_out} | stopped
    _record(access, "schema_read_again", rereading.schema, details)


def _record(access: Access, action: str, schema: Schema, details: dict[str, object]) -> None:
    audit_record(
        access,
        action,
        object_kind="schema",
        object_id=schema.id,
        details={"schema": schema.key} | details,
        organization_id=schema.organization_id,
    )
