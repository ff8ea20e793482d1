"""Approved versions made up for tests."""

from uuid import uuid4

from documents.domain.approved import ApprovedCell, ApprovedContent
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from idp_project.core.geometry import BoundingBox
from idp_project.core.spans import Span

INVOICE = SchemaSpec(
    key="invoice",
    name="Invoice",
    version="1.0",
    fields=(
        FieldSpec("invoice_number", FieldType.IDENTIFIER, "Invoice number", is_required=True),
        FieldSpec("invoice_date", FieldType.DATE, "Date"),
        FieldSpec("total", FieldType.AMOUNT, "Total"),
    ),
    tables=(
        TableSpec(
            "line_items",
            "Line items",
            (
                FieldSpec("description", FieldType.TEXT, "Description"),
                FieldSpec("quantity", FieldType.NUMBER, "Quantity"),
            ),
        ),
    ),
)
PLACE = Provenance(2, BoundingBox(0.1, 0.2, 0.3, 0.25).to_polygon(), Span(4, 9), "ollama/llama3.1", "8b")


def cell(name, field_type, value, **changes):
    given = {"raw_text": value or "", "confidence": 0.93, "provenance": PLACE, "corrected_by": ""}
    return ApprovedCell(name, field_type, value, **{**given, **changes})


def invoice(organization_id=None, **changes):
    """An invoice with three fields and two lines; `total`, `number` and `date` may be given beside its attributes."""
    values = {
        name: changes.pop(name, default)
        for name, default in (("total", "119.50"), ("number", "R-1"), ("date", "2026-03-31"))
    }
    given = {
        "organization_id": str(organization_id or uuid4()),
        "organization_slug": "town-hall",
        "team_id": str(uuid4()),
        "team_name": "Post",
        "batch_id": str(uuid4()),
        "document_id": str(uuid4()),
        "sub_document_id": str(uuid4()),
        "version": 1,
        "schema_key": "invoice",
        "schema_version": "1.0",
        "file_name": "scan.pdf",
        "file_sha256": "ab" * 32,
        "first_page": 1,
        "last_page": 2,
        "approved_by": "Ada",
        "approved_at": "2026-04-01T10:00:00+00:00",
        "fields": (
            cell("invoice_number", FieldType.IDENTIFIER, values["number"]),
            cell("invoice_date", FieldType.DATE, values["date"]),
            cell("total", FieldType.AMOUNT, values["total"], provenance=None, corrected_by="Grace", confidence=None),
        ),
        "tables": {
            "line_items": (
                (cell("description", FieldType.TEXT, "Paper"), cell("quantity", FieldType.NUMBER, "3")),
                (cell("description", FieldType.TEXT, "Ink"), cell("quantity", FieldType.NUMBER, "0.5")),
            )
        },
    }
    return ApprovedContent(**{**given, **changes})
