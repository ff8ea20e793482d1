"""The main job on a fixed 20 pages of real documents: every one ends routed; what was read right is printed, not asserted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.datasets import DATA, INVOICE, RECEIPT, invoices, sroie_images
from documents.domain.schema_spec import SchemaSpec
from documents.models import Document
from documents.services import IncomingFile, schema_publish
from extraction.reports import batch_report
from idp_project.core.tenancy import organization_scope
from tests.factories import pipeline
from tests.real.scoring import Found, table

RECEIPT_PAGES, INVOICE_PAGES = 7, 13
RECEIPT_FIELDS = ("company", "date", "address", "total")
INVOICE_FIELDS = ("invoice_number", "date", "date_due", "amount", "amount_untaxed", "currency", "iban", "vat")
ROUTED = {"in_review", "delivering", "completed"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared_data,
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.timeout(900),
    pytest.mark.skipif(not (DATA / "sroie").exists(), reason=f"the labelled real documents are not at {DATA}"),
]

Labelled = tuple[Path, dict[str, str]]


def receipts() -> Iterator[Labelled]:
    """The first scans by name, a page each."""
    chosen = sorted(sroie_images(), key=lambda receipt: receipt[0])[:RECEIPT_PAGES]
    return ((path, {name: labels[name] for name in RECEIPT_FIELDS if labels.get(name)}) for _, path, labels in chosen)


def labelled_invoices() -> Iterator[Labelled]:
    """All that have a file: 13 pages, with the fields that their labels name."""
    for _, path, labels in invoices():
        yield (
            path,
            {name: str(labels[name]) for name in INVOICE_FIELDS if isinstance(labels.get(name), str | int | float)},
        )


@pytest.mark.parametrize(
    ("documents", "spec", "pages"),
    [
        pytest.param(receipts, RECEIPT, RECEIPT_PAGES, id="sroie"),
        pytest.param(labelled_invoices, INVOICE, INVOICE_PAGES, id="invoice2data"),
    ],
)
def test_every_real_document_ends_routed(cast, drain, record_property, documents, spec: SchemaSpec, pages: int):
    chosen = list(documents())
    with organization_scope(cast.organization.id):
        schema = schema_publish(organization_id=cast.organization.id, spec=spec).schema
    files = [IncomingFile(path.name, [path.read_bytes()]) for path, _ in chosen]
    batch = pipeline.submit(cast, *files, schema_id=schema.id)
    drain()
    with organization_scope(cast.organization.id):
        report = batch_report(batch.id)["documents"]
        failures = list(Document.objects.filter(batch=batch).exclude(error_code="").values_list("error_code"))
    found = list(compare(report, {path.name: labels for path, labels in chosen}))
    count = sum(entry["page_count"] for entry in report)
    record_property("figures", f"\n{spec.name}: {count} pages\n{table(found, len(report))}")
    assert {entry["status"] for entry in report} <= ROUTED, failures
    assert all(part["route"] in ("auto", "review") for entry in report for part in entry["sub_documents"])
    assert sum(entry["page_count"] for entry in report) == pages
    assert len(report) == len(chosen) and all(entry["sub_documents"] for entry in report)


def compare(report: list[dict], labels: dict[str, dict[str, str]]) -> Iterator[Found]:
    """Every labelled field with the first value that any sub-document of the file has for it."""
    for entry in report:
        for name, expected in labels[entry["file"]].items():
            values = [part["fields"].get(name) for part in entry["sub_documents"]]
            best = next((value for value in values if value and value["value"]), None)
            yield Found(
                entry["file"], name, expected, best["value"] if best else None, best["raw_text"] if best else ""
            )
