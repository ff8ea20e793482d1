"""Electronic invoices of documents, for pages and programs. The caller has passed a door, or runs inside a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from documents.domain.e_invoice.model import EInvoice
from documents.domain.e_invoice.rule_words import Language, sentence
from documents.domain.e_invoice.terms import TERM_NAMES, leaves
from documents.domain.e_invoice_fields import AGREES, DEVIATES, ENGINE, UNPRINTED
from documents.domain.e_invoice_reasons import DEVIATIONS, XML_DEVIATES, XML_NOT_PRINTED
from documents.domain.e_invoice_validation import broken_rules
from documents.domain.schema_spec import FieldSpec
from documents.domain.signature_reasons import (
    SIGNATURE_CHANGED,
    SIGNATURE_INVALID,
    SIGNATURE_OF_UNKNOWN_ISSUER,
    SIGNATURE_UNREADABLE,
    SIGNATURE_VALID,
)
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

    `terms` are its values in the order of EN 16931; of a document with a blind sample none, and no deviations. `agrees`: some
    value was compared with a page, and none deviates.
    """
    invoice, is_blind = row.invoice, _is_blind(document.id)
    deviations = [] if is_blind else deviations_of(document.id)
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
        "deviations": deviations,
        "agrees": not is_blind and not deviations and _has_agreement(document.id),
        "signatures": [one | {"text": _signature_text(one)} for one in document.metadata.get("signatures") or ()],
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
    sub_documents = SubDocument.objects.filter(document_id=document_id).order_by("first_page")
    found = [
        one
        for sub_document in sub_documents.select_related("schema_version__schema")
        for one in _of_values(sub_document)
    ]
    found.sort(key=lambda one: (one["row"] is not None, one["row"] or 0))
    reasons = [reason for sub_document in sub_documents for reason in sub_document.reasons]
    return found + [_of_reason(reason) for reason in reasons if reason.code in DEVIATIONS - _OF_VALUES]


_OF_VALUES = {XML_DEVIATES.code, XML_NOT_PRINTED.code}


def _of_values(sub_document: SubDocument) -> Iterator[dict[str, Any]]:
    """As the machine compared them; what a person set since is another matter."""
    version = sub_document.schema_version
    schema = version.shown_spec if version else None
    evidence = "candidates__0__evidence__has_key"
    compared = sub_document.field_values.filter(Q(**{evidence: DEVIATES}) | Q(**{evidence: UNPRINTED}))
    stated = compared.filter(candidates__0__provenance__engine=ENGINE).select_related("table_row")
    for value in stated.order_by("position", "item"):
        spec = value.spec_in(schema)
        if value.candidates[0]["evidence"].get(DEVIATES) or (spec and spec.is_required):
            yield _deviation(value, spec)


def _has_agreement(document_id: UUID) -> bool:
    values = FieldValue.objects.filter(sub_document__document_id=document_id)
    return values.filter(candidates__0__evidence__has_key=AGREES).exists()


def _deviation(value: FieldValue, spec: FieldSpec | None) -> dict[str, Any]:
    """Of a value that no page prints, though its type requires it, `printed` is empty."""
    stated = value.candidates[0]
    printed = next(iter(value.candidates[1:]), None) if stated["evidence"].get(DEVIATES) else None
    place = (printed or {}).get("provenance") or {}
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


_SIGNATURES = {
    "valid": SIGNATURE_VALID,
    "unknown_issuer": SIGNATURE_OF_UNKNOWN_ISSUER,
    "changed": SIGNATURE_CHANGED,
    "invalid": SIGNATURE_INVALID,
}


def _signature_text(signature: dict[str, Any]) -> str:
    said = _SIGNATURES.get(signature.get("status", ""), SIGNATURE_UNREADABLE)
    return said(signer=signature.get("signer") or "–", issuer=signature.get("issuer") or "–").text


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
