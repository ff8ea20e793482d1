"""Electronic invoices of documents, for pages and programs. The caller has passed a door, or runs inside a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from documents.domain.e_invoice.model import EInvoice
from documents.domain.e_invoice.rule_words import Language, sentence
from documents.domain.e_invoice.terms import TERM_NAMES, leaves
from documents.domain.e_invoice_fields import ENGINE
from documents.domain.e_invoice_reasons import DEVIATIONS
from documents.domain.e_invoice_validation import broken_rules
from documents.models import Document, FieldValue, ReceivedEInvoice, SubDocument
from idp_project.core.reasons import Reason, reason_of


def e_invoice_of(document_id: UUID) -> ReceivedEInvoice | None:
    """The electronic invoice that a document came with, or is."""
    return ReceivedEInvoice.objects.filter(document_id=document_id).first()


def has_e_invoice(document_id: UUID) -> bool:
    """Whether there is one, read or not."""
    return ReceivedEInvoice.objects.filter(document_id=document_id).exists()


def e_invoice_view(row: ReceivedEInvoice, document: Document) -> dict[str, Any]:
    """Everything that is known of it: what it states, what its rules say, where a page says something else.

    `terms` are its values in the order of EN 16931; of a document with a blind sample none, and no deviations.
    """
    invoice, is_blind = row.invoice, _is_blind(document.id)
    validation = row.validation or {}
    failure = reason_of(validation.get("failure"))
    return {
        "file_name": row.file_name,
        "is_whole_file": row.is_whole_file,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "syntax": row.syntax,
        "guideline": row.guideline,
        "error": row.error,
        "terms": list(_terms(invoice)) if invoice and not is_blind else [],
        "schema_errors": list(validation.get("schema_errors", ())),
        "rules": [
            rule | {"text": sentence(rule["rule"], rule["text"], _language())} for rule in validation.get("rules", ())
        ],
        "versions": dict(validation.get("versions", {})),
        "is_validated": row.validation is not None and failure is None,
        "validation_failure": failure,
        "broken_rules": broken_rules(row.validation),
        "deviations": [] if is_blind else deviations_of(document.id),
        "signatures": list(document.metadata.get("signatures") or ()),
    }


def _is_blind(document_id: UUID) -> bool:
    return SubDocument.objects.filter(document_id=document_id, is_blind=True).exists()


def _language() -> Language:
    return "de" if (get_language() or "en").startswith("de") else "en"


def _terms(invoice: EInvoice) -> Iterator[dict[str, Any]]:
    language = _language()
    for leaf in leaves(invoice):
        names = TERM_NAMES.get(leaf.bt)
        yield {
            "term": leaf.bt,
            "name": getattr(names, language) if names else leaf.bt,
            "value": leaf.value,
            "raw": leaf.raw,
            "path": leaf.path,
            "row": leaf.row,
        }


def deviations_of(document_id: UUID) -> list[dict[str, Any]]:
    """Where XML and page disagree: both values with their places, fields first, then rows; then what whole rows and titles
    deviate in. `is_settled`: a person has decided the value since."""
    values = FieldValue.objects.filter(sub_document__document_id=document_id)
    related = "table_row", "sub_document__schema_version__schema"
    found = [
        _deviation(value) for value in values.select_related(*related).order_by("position", "item") if _deviates(value)
    ]
    found.sort(key=lambda one: (one["row"] is not None, one["row"] or 0))
    sub_documents = SubDocument.objects.filter(document_id=document_id).order_by("first_page")
    reasons = [reason for sub_document in sub_documents for reason in sub_document.reasons]
    return found + [_of_reason(reason) for reason in reasons if reason.code in DEVIATIONS - _OF_VALUES]


_OF_VALUES = {"xml_deviates", "xml_not_printed"}


def _deviates(value: FieldValue) -> bool:
    """As the machine compared it; what a person set since is another matter."""
    first = value.candidates[0] if value.candidates else {}
    return (first.get("provenance") or {}).get("engine") == ENGINE and bool(first.get("evidence", {}).get("deviates"))


def _deviation(value: FieldValue) -> dict[str, Any]:
    stated = value.candidates[0]
    printed = value.candidates[1] if len(value.candidates) > 1 else None
    place = (printed or {}).get("provenance") or {}
    version = value.sub_document.schema_version
    spec = value.spec_in(version.spec if version else None)
    return {
        "field_value_id": str(value.id),
        "name": value.name,
        "label": spec.label if spec else value.name,
        "row": value.table_row.number if value.table_row else None,
        "term": spec.from_e_invoice if spec else "",
        "stated": stated.get("value") or stated.get("raw_text", ""),
        "xml_path": stated["provenance"].get("xml_path", ""),
        "printed": printed.get("raw_text", "") if printed else "",
        "page": place.get("page"),
        "polygon": place.get("polygon"),
        "message": _message_of(value),
        "is_settled": value.is_confirmed,
    }


def _message_of(value: FieldValue) -> str:
    return " ".join(reason.text for reason in value.reasons)


def _of_reason(reason: Reason) -> dict[str, Any]:
    params = reason.params
    return {
        "field_value_id": None,
        "name": reason.code,
        "label": "",
        "row": params.get("row"),
        "term": "BT-3" if "type_code" in params else "BG-25",
        "stated": params.get("type_code") or (params.get("text", "") if "row" in params else ""),
        "xml_path": "",
        "printed": params.get("word") or ("" if "row" in params else params.get("text", "")),
        "page": params.get("page"),
        "polygon": None,
        "message": reason.text,
        "is_settled": False,
    }
