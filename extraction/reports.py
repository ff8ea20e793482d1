"""What became of a batch, as JSON for scripts: per sub-document type, pages, fields, tables, route and timings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from documents.models import Document, FieldValue, StepRun, SubDocument


def batch_report(batch_id: UUID) -> dict[str, Any]:
    """All documents of a batch, in the order in which they were submitted. Runs inside a tenancy scope."""
    documents = Document.objects.filter(batch_id=batch_id).order_by("created_at", "id")
    documents = documents.select_related("source_file", "attachment_of__source_file")
    return {"batch": str(batch_id), "documents": [_document(document) for document in documents]}


def _document(document: Document) -> dict[str, Any]:
    sub_documents = document.sub_documents.select_related("schema_version__schema").prefetch_related(
        "field_values", "table_rows__cells__sub_document"
    )
    return {
        "id": str(document.id),
        "file": document.source_file.name,
        "attachment_of": document.attachment_of.source_file.name if document.attachment_of else None,
        "sha256": document.source_file.sha256,
        "status": document.status,
        "error": {"code": document.error_code, "message": document.error_message} if document.error_code else None,
        "page_count": document.page_count,
        "page_errors": {
            page.number: {"code": page.error_code, "message": page.error_message}
            for page in document.pages.exclude(error_code="")
        },
        "metadata": document.metadata,
        "timings": _timings(document.id),
        "sub_documents": [_sub_document(sub_document) for sub_document in sub_documents],
    }


def _sub_document(sub_document: SubDocument) -> dict[str, Any]:
    tables: dict[str, list[dict[str, Any]]] = {}
    for row in sub_document.shown_rows:
        tables.setdefault(row.table, []).append({cell.name: _value(cell) for cell in row.cells.all()})
    return {
        "id": str(sub_document.id),
        "type": sub_document.schema_version.schema.key if sub_document.schema_version else None,
        "pages": [sub_document.first_page, sub_document.last_page],
        "is_blank": sub_document.is_blank,
        "status": sub_document.status,
        "route": sub_document.route or None,
        "confidence": sub_document.confidence,
        "reasons": [reason.text for reason in sub_document.all_reasons],
        "reasons_data": [reason.to_dict() for reason in sub_document.all_reasons],
        "checks": [
            check.to_dict() | {"outcome": check.outcome.value, "message": check.message}
            for check in sub_document.check_results
        ],
        "fields": _fields(sub_document),
        "tables": tables,
        "timings": _timings(sub_document.id),
    }


def _fields(sub_document: SubDocument) -> dict[str, Any]:
    """By name; of a list an array of its items."""
    fields: dict[str, Any] = {}
    for value in sub_document.plain_values:
        if not value.item:
            fields[value.name] = _value(value)
        else:
            fields.setdefault(value.name, []).extend([_value(value)] if value.value or value.raw_text else [])
    return fields


def _value(value: FieldValue) -> dict[str, Any]:
    place = value.provenance or {}
    return {
        "value": value.value,
        "raw_text": value.raw_text,
        "confidence": value.confidence,
        "absence": value.absent.to_dict() if value.absent else None,
        "page": place.get("page"),
        "polygon": place.get("polygon"),
        "reasons": [reason.text for reason in value.all_reasons],
    }


def _timings(unit_id: UUID) -> dict[str, float | None]:
    """Seconds a step; None where it did not run to its end."""
    return {
        run.step: round((run.finished_at - run.started_at).total_seconds(), 3)
        if run.finished_at and run.started_at
        else None
        for run in StepRun.objects.filter(unit_id=unit_id).order_by("position")
    }
