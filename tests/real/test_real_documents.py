"""The main job on a fixed 20 pages of real documents: every one ends routed; what was read right is printed, not asserted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.datasets import DATA, INVOICE, RECEIPT, invoices, sroie_images
from benchmarks.quality.schemas import STACK
from documents.domain.schema_spec import SchemaSpec
from documents.models import Document
from documents.services.intake.receiving import IncomingFile
from documents.services.schemas.schemas import schema_publish
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
    assert all(
        sub_document["route"] in ("auto", "review") for entry in report for sub_document in entry["sub_documents"]
    )
    assert sum(entry["page_count"] for entry in report) == pages
    assert len(report) == len(chosen) and all(entry["sub_documents"] for entry in report)


# With the 7 receipts above: 20 pages of the sets that `make bench-quality` measures.
STACKS = (("packets_real", "google_taxes_combined.pdf"), ("packets", "packet_006.pdf"))
SINGLE = ("vrdu_fara", "vrdu_adbuy")


def test_real_stacks_are_divided_and_all_of_them_routed(cast, drain, record_property):
    """9 pages of stacks, a registration form and an ad order of 2 pages each; what was found is printed, not asserted."""
    labels = {
        name: json.loads((DATA / name / "labels.json").read_text()) for name in (*(s for s, _ in STACKS), *SINGLE)
    }
    chosen = [*STACKS, *((name, first_of_two_pages(labels[name])) for name in SINGLE)]
    with organization_scope(cast.organization.id):
        for spec in STACK:
            schema_publish(organization_id=cast.organization.id, spec=spec)
    paths = [DATA / folder / name for folder, name in chosen]
    batch = pipeline.submit(cast, *(IncomingFile(path.name, [path.read_bytes()]) for path in paths))
    drain()
    with organization_scope(cast.organization.id):
        report = {entry["file"]: entry for entry in batch_report(batch.id)["documents"]}
    lines = []
    for folder, name in chosen:
        sub_documents = [
            (*sub_document["pages"], sub_document["type"]) for sub_document in report[name]["sub_documents"]
        ]
        true = [(d["first_page"], d["last_page"], d["type"]) for d in labels[folder][name].get("documents", ())]
        lines.append(f"{folder}/{name}: found {sub_documents}, labelled {true or 'one document'}")
        covered = [page for first, last, _ in sub_documents for page in range(first, last + 1)]
        assert covered == list(range(1, report[name]["page_count"] + 1)), "the sub-documents take every page once"
    record_property("figures", "\n" + "\n".join(lines))
    assert {entry["status"] for entry in report.values()} <= ROUTED
    assert sum(entry["page_count"] for entry in report.values()) == 20 - RECEIPT_PAGES


def first_of_two_pages(labels: dict) -> str:
    return next(name for name in sorted(labels) if labels[name]["pages"] == 2)


def compare(report: list[dict], labels: dict[str, dict[str, str]]) -> Iterator[Found]:
    """Every labelled field with the first value that any sub-document of the file has for it."""
    for entry in report:
        for name, expected in labels[entry["file"]].items():
            values = [sub_document["fields"].get(name) for sub_document in entry["sub_documents"]]
            best = next((value for value in values if value and value["value"]), None)
            yield Found(
                entry["file"], name, expected, best["value"] if best else None, best["raw_text"] if best else ""
            )
