"""Documents as people read them: plain values for pages and the desk. Callers have passed a door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.arrangement import DOUBTFUL_CUT, is_split_doubtful
from documents.domain.batch_status import BatchStatus
from documents.domain.document_kinds import NEEDS_NO_SAYING
from documents.domain.e_invoice_fields import DEVIATES
from documents.domain.field_types.registry import field_type
from documents.domain.overrides import Override, failed_check_views
from documents.domain.pipeline import PIPELINE, names_of
from documents.domain.reasons import HANDWRITTEN
from documents.domain.refusals import STATUS_FILTER_UNKNOWN
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.domain.sensitive import Mask
from documents.domain.statuses import (
    NONE_OF_OURS,
    TERMINAL_DOCUMENT_STATUSES,
    TERMINAL_STEP_STATUSES,
    DocumentStatus,
    SubDocumentStatus,
)
from documents.models import ApprovedVersion, Batch, Document, FieldValue, Page, Pause, StepRun, SubDocument
from documents.models.batch import Priority
from documents.policies import documents_visible_to
from documents.selectors.blind import all_as_shown
from documents.selectors.doors import batch_list, document_get_for
from documents.selectors.duplicates import duplicates_among
from documents.selectors.e_invoices import has_e_invoice
from documents.selectors.earned import approval_rests_on
from documents.selectors.empty_values import fields_with_empty, shown_columns, with_empty_values
from documents.selectors.field_states import candidate_view, is_long, nearest_views, state_of
from documents.selectors.file_notes import notes_of
from documents.selectors.outbox import refusal_of
from documents.selectors.pauses import pauses_of
from documents.selectors.sensitive import hide_in, mask_for, shown_metadata
from documents.selectors.state import batch_summaries
from documents.selectors.step_grids import page_grid, step_groups
from documents.selectors.step_runs import decision_on
from idp_project.core.errors import InvalidInput
from idp_project.core.reasons import reasons_of

_FAILED = "failed"  # a filter beside the statuses: batches with documents that failed
BATCH_FILTERS = (
    *(BatchStatus.PROCESSING.value, BatchStatus.IN_REVIEW.value, BatchStatus.FINISHED.value),
    *(_FAILED, BatchStatus.CANCELLED.value, BatchStatus.DELETING.value),
)
_FACTS = ("format", "language", "sender", "producer", "encryption", "title")


def batch_rows(
    access: Access, *, text: str = "", status: str = "", start: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """The visible batches as rows of a list, newest first; `status` is one of BATCH_FILTERS, or empty for all of them.

    Raises InvalidInput for another status.
    """
    if status and status not in BATCH_FILTERS:
        raise InvalidInput(STATUS_FILTER_UNKNOWN())
    batches = batch_summaries(batch_list(access, text=text))
    if status:
        batches = batches.filter(Q(failed_count__gt=0) if status == _FAILED else Q(status=status))
    chosen = list(batches[start : start + limit])
    ids = [batch.id for batch in chosen]
    documents = Document.objects.filter(batch__in=ids).exclude(status=DocumentStatus.DELETED)
    pages = dict(documents.values_list("batch_id").annotate(Sum("page_count")))
    done = StepRun.objects.filter(
        run__document__batch__in=ids, step=PIPELINE.page_steps[-1].name, status__in=TERMINAL_STEP_STATUSES
    ).values_list("run__document__batch_id")
    pages_done = dict(done.annotate(Count("id")))
    return [_batch_row(batch, pages.get(batch.id), pages_done.get(batch.id, 0)) for batch in chosen]


def _batch_row(batch: Any, page_count: int | None, pages_done: int) -> dict[str, Any]:
    counts = ("document_count", "review_count", "failed_count", "open_count")
    return batch_facts(batch) | {
        "status": batch.status,
        "page_count": page_count,
        "pages_done": pages_done,
        **{name: getattr(batch, name) for name in counts},
    }


def pause_over(access: Access) -> Pause | None:
    """What holds the documents of the asker's organisation."""
    return pauses_of(access.organization_id).first() if access.organization_id else None


def batch_facts(batch: Batch) -> dict[str, Any]:
    """Who submitted what into which team, and when."""
    return {
        "id": batch.id,
        "name": batch.name,
        "team_name": batch.team.name,
        "schema_name": batch.schema.name if batch.schema else "",
        "submitted_by": str(batch.submitted_by) if batch.submitted_by else "",
        "created_at": batch.created_at,
        "priority": batch.priority,
        "priorities": Priority.choices,
        "is_cancelled": batch.cancelled_at is not None,
        "is_held": batch.is_held,
    }


def pages_visible(access: Access, page_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Page → document, of those of the pages that the asker may see."""
    pages = Page.objects.filter(id__in=page_ids, document__in=documents_visible_to(access))
    return dict(pages.values_list("id", "document_id"))


def document_view_for(access: Access, document_id: UUID) -> dict[str, Any]:
    """Everything the document's page shows. `message` is the e-mail that it came with, `attachments` came with it,
    `duplicate_of` is an earlier document that is the same, `refusal` says why a receiver refused what was approved."""
    document = document_get_for(access, document_id)
    mask = mask_for(access, document)
    sub_documents = [sub_document_view(sub_document, mask=mask) for sub_document in _sub_documents(document)]
    place = {"team_id": document.team_id, "batch_id": document.batch_id, "document_id": document.id}
    can_download = mask is None and access.can(Permission.DOWNLOAD_DOCUMENTS, **place)
    if mask:
        document.metadata = shown_metadata(document, mask)
    facts = _document_facts(document, can_download=can_download)
    has_ended = document.status in TERMINAL_DOCUMENT_STATUSES
    return {
        "document": facts
        | {
            "can_retry": access.can(Permission.UPLOAD_DOCUMENTS, **place),
            "can_review": access.can(Permission.REVIEW_DOCUMENTS, **place),
            "can_delete": has_ended and access.can(Permission.MANAGE_BATCHES, **place),
        },
        "batch_url": _batch_url(access, document),
        "shares_url": _shares_url(access, document),
        "pages": _with_begins(page_views(document.id), sub_documents),
        "sub_documents": sub_documents,
        "refusal": refusal_of(document.id),
        "has_e_invoice": has_e_invoice(document.id),
        "duplicate_of": duplicates_among(access, [document]).get(document.id),
        "message": next(iter(_linked(access, Document.objects.filter(attachments=document.id))), None),
        "attachments": _linked(access, Document.objects.filter(attachment_of=document)),
        "step_groups": step_groups(document, sub_documents),
        "page_grid": page_grid(document),
        "page_step_names": names_of(PIPELINE.page_steps),
    }


def _linked(access: Access, documents: QuerySet[Document]) -> list[dict[str, Any]]:
    """Those of an e-mail and its attachments that the asker may see too, in their order."""
    visible = documents.filter(id__in=documents_visible_to(access))
    named = visible.order_by("attachment_number").annotate(file_name=F("source_file__name"))
    return [
        {name: getattr(row, name) for name in ("id", "file_name", "status", "error_message")}
        for row in named.only("id", "status", "error")
    ]


def _with_begins(pages: list[dict[str, Any]], sub_documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Marks where a sub-document begins in a stack of several."""
    several = sub_documents if len(sub_documents) > 1 else []
    begins = {sub_document["first_page"]: sub_document for sub_document in several}
    for page in pages:
        if sub_document := begins.get(page["number"]):
            page["begins"] = {key: sub_document[key] for key in ("type", "is_blank", "is_doubtful")}
            page["begins"]["is_no_document"] = sub_document["is_blank"] and bool(sub_document["reasons"])
    return pages


def page_views(document_id: UUID, *, first: int = 1, last: int | None = None) -> list[dict[str, Any]]:
    """The pages `first..last` (both included) as the page viewer takes them."""
    pages = Page.objects.filter(document_id=document_id, number__gte=first).defer("text", "extraction", "facts")
    if last is not None:
        pages = pages.filter(number__lte=last)
    return [
        {
            "id": str(page.id),
            "number": page.number,
            "words_url": reverse("documents:page_words", args=[page.id]),
            "width": page.width,
            "height": page.height,
            "error": page.error_message,
            "is_set_aside": page.set_aside_at is not None,
        }
        for page in pages.order_by("number")
    ]


def sub_document_view(
    sub_document: SubDocument, *, is_fillable: bool = False, has_tables: bool = True, mask: Mask | None = None
) -> dict[str, Any]:
    """A sub-document with its fields and tables; labels come from the schema version that read it.

    `is_fillable`: with an entry for each field and cell that has no value yet; without `has_tables` its tables are left out;
    `mask` is what the asker may not see."""
    spec = sub_document.schema_version.shown_spec if sub_document.schema_version else None
    values = (
        _all_values(sub_document, has_tables=has_tables)
        if is_fillable
        else all_as_shown(sub_document, sub_document.field_values.select_related("corrected_by", "table_row"))
    )
    if mask:
        hide_in(sub_document, values := list(values), mask)
    plain = [value for value in values if value.table_row_id is None and not value.is_removed_item]
    return {
        "id": str(sub_document.id),
        "type": sub_document.schema_version.schema.name if sub_document.schema_version else "",
        "version": sub_document.schema_version.number if sub_document.schema_version else "",
        "kind": "" if sub_document.kind in NEEDS_NO_SAYING else sub_document.get_kind_display(),
        "first_page": sub_document.first_page,
        "last_page": sub_document.last_page,
        "is_blank": sub_document.is_blank,
        "is_doubtful": sub_document.boundary_score < DOUBTFUL_CUT,
        "is_split_doubtful": is_split_doubtful(sub_document.boundary_score, sub_document.page_scores),
        "status": sub_document.status,
        "shown_status": NONE_OF_OURS if decision_on(sub_document) == NONE_OF_OURS else sub_document.status,
        "route": sub_document.route,
        "is_blind": (is_blind := sub_document.is_blind),
        "confidence": sub_document.shown_confidence,
        "reasons": sub_document.all_reasons if is_blind else sub_document.reasons,
        "failed_checks": [check.reason for check in sub_document.checks_not_passed],
        "overrides": [] if mask else _overrides(sub_document),
        "rests_on": approval_rests_on(sub_document),
        "fields": [field_view(value, value.spec_in(spec)) for value in plain],
        "tables": list(_table_views(spec, values)) if spec and has_tables and not is_blind else [],
        "review_url": _review_url(sub_document),
        "is_certified": sub_document.approved_version_number > 0,
    }


def _all_values(sub_document: SubDocument, *, has_tables: bool) -> list[FieldValue]:
    if not has_tables:
        return fields_with_empty(sub_document)
    fields, rows = with_empty_values(sub_document)
    return [*fields, *(cell for _, cells in rows for cell in cells)]


def field_view(value: FieldValue, spec: FieldSpec | None) -> dict[str, Any]:
    """One value with its place, state and reasons. `state`: failed, person, person_absent, person_illegible, needs, absent,
    empty or machine.

    What failed checks say comes first, also of a value that a person confirmed; its other reasons are settled then. In a
    blind sample only what a person entered is shown.
    """
    value = value.as_shown
    place = _place_of(value)
    failed = value.failed_reasons
    is_required = bool(spec and spec.is_required)
    label = spec.label if spec else value.name.replace("_", " ")
    own = [] if value.is_confirmed else value.reasons
    reasons = list(dict.fromkeys([*failed, *own]))
    return {
        "id": str(value.id),
        "name": value.name,
        "label": f"{label} {value.item}" if value.item else label,
        "is_item": bool(value.item),
        "item": value.item,
        "is_removed": value.is_removed_item,
        "is_cell": value.table_row_id is not None,
        "type": value.type,
        "text": (text := value.value or value.raw_text),
        "choices": (choices := list(field_type(spec.type).choices_of(spec)) if spec else []),
        "is_long": not choices and is_long(value.type, text),
        "unlisted_text": text if choices and text not in choices else "",
        "raw_text": value.raw_text,
        "state": state_of(value, has_failed=bool(failed), is_required=is_required),
        "confidence": value.confidence,
        "reasons": [reason.text_beside_label for reason in reasons],
        "notes": [str(note) for note in (*reasons_of(place.get("notes", ())), *value.check_notes)],
        "is_handwritten": any(HANDWRITTEN.code in reason.codes for reason in own),
        "page": place.get("page"),
        "polygon": place.get("polygon"),
        "span": place.get("span"),
        "engine": place.get("engine", ""),
        "xml_path": place.get("xml_path", ""),
        "corrected_by": str(value.corrected_by) if value.corrected_by else "",
        "was_touched": value.is_confirmed,
        "is_required": is_required,
        "candidates": [*nearest_views(failed), *(candidate_view(entry) for entry in value.candidates)],
    }


def _place_of(value: FieldValue) -> dict[str, Any]:
    """Of a value of an electronic invoice that the page prints otherwise: where it prints that."""
    place = value.provenance or {}
    first, *others = value.candidates or [{}]
    if others and not value.is_confirmed and first.get("evidence", {}).get(DEVIATES):
        printed = others[0].get("provenance") or {}
        return place | {name: printed.get(name) for name in ("page", "polygon", "span")}
    return place


def field_view_of(value: FieldValue) -> dict[str, Any]:
    """`field_view` of a single value, label from its schema."""
    sub_document = value.sub_document
    spec = sub_document.schema_version.shown_spec if sub_document.schema_version else None
    return field_view(value, value.spec_in(spec))


def _overrides(sub_document: SubDocument) -> list[Override]:
    """With which failed checks a person approved it; looked up only where it is approved and checks fail."""
    if not sub_document.approved_version_number or not sub_document.failed_checks:
        return []
    newest = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    return [Override.from_dict(entry) for entry in (newest.content.get("overrides", []) if newest else [])]


def failed_checks_of(sub_document: SubDocument) -> list[dict[str, Any]]:
    """Its failed checks as they are now: check, fields, labels, message."""
    return failed_check_views(
        sub_document.schema_version.shown_spec if sub_document.schema_version else None, sub_document.failed_checks
    )


def boxes_of(sub_document: dict[str, Any]) -> list[dict[str, Any]]:
    """The places of all values of a `sub_document_view`, with their `tone` where the view has tones."""
    cells = [cell for table in sub_document["tables"] for row in table["rows"] for cell in row["cells"] if cell["id"]]
    keys = ("id", "page", "polygon", "tone", "label", "is_cell")
    return [{key: field.get(key) for key in keys} for field in [*sub_document["fields"], *cells] if field["polygon"]]


def _sub_documents(document: Document) -> Any:
    return document.sub_documents.select_related("schema_version__schema").order_by("first_page")


def _table_views(spec: SchemaSpec, values: list[FieldValue]) -> Iterator[dict[str, Any]]:
    """Tables that only electronic invoices fill are shown where one did."""
    views = ((table, _table_view(table, values)) for table in spec.tables)
    yield from (view for table, view in views if view["rows"] or not table.is_e_invoice_only)


def _table_view(table: TableSpec, values: list[FieldValue]) -> dict[str, Any]:
    cells: dict[int, dict[str, FieldValue]] = {}
    for value in values:
        if value.table_row and value.table_row.table == table.name:
            cells.setdefault(value.table_row.number, {})[value.name] = value
    filled = {name for row in cells.values() for name, value in row.items() if not value.is_empty}
    columns = shown_columns(table, filled)
    rows = [{"number": number, "cells": _row_cells(columns, cells[number])} for number in sorted(cells)]
    shown = [{"label": column.label} for column in columns]
    return {"name": table.name, "label": table.label, "columns": shown, "rows": rows}


def _row_cells(columns: Sequence[FieldSpec], found: dict[str, FieldValue]) -> list[dict[str, Any]]:
    return [
        field_view(found[column.name], column) if column.name in found else {"id": "", "polygon": None}
        for column in columns
    ]


def _batch_url(access: Access, document: Document) -> str:
    """Empty for a person who sees the document but not its batch."""
    is_seen = access.can(Permission.VIEW_DOCUMENTS, team_id=document.team_id, batch_id=document.batch_id)
    return reverse("documents:batch_detail", args=[document.batch_id]) if is_seen else ""


def _shares_url(access: Access, document: Document) -> str:
    can_share = access.can(Permission.SHARE_DOCUMENTS, team_id=document.team_id)
    return reverse("documents:document_shares", args=[document.id]) if can_share else ""


def _document_facts(document: Document, *, can_download: bool) -> dict[str, Any]:
    source = document.source_file
    is_stored = bool(source.storage_name) and can_download
    return {
        "id": document.id,
        "file_name": source.name,
        "status": document.status,
        "batch_id": document.batch_id,
        "batch_name": document.batch.name,
        "page_count": document.page_count,
        "facts": [(key, document.metadata[key]) for key in _FACTS if document.metadata.get(key)],
        "deleted_at": document.deleted_at,
        "error": {"code": document.error_code, "message": document.error_message} if document.error_code else None,
        "is_repaired": bool(document.metadata.get("is_repaired")),
        "notes": notes_of(document),
        "size_bytes": source.size_bytes,
        "sha256": source.sha256,
        "created_at": document.created_at,
        "download_url": reverse("documents:original", args=[document.id]) if is_stored else "",
        "review_url": (
            reverse("review:of_document", args=[document.id]) if document.status == DocumentStatus.IN_REVIEW else ""
        ),
    }


def _review_url(sub_document: SubDocument) -> str:
    is_open = sub_document.status == SubDocumentStatus.IN_REVIEW
    return reverse("review:of_sub_document", args=[sub_document.id]) if is_open else ""
