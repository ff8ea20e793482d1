"""What came of the demonstration, document by document: a table, and everything that is not as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rich.table import Table

from accounts.models import Organization
from documents.domain.pipeline import PageStepName, StepName
from documents.domain.statuses import PASSED_STEP_STATUSES
from documents.models import Document, FieldValue, StepRun, SubDocument
from documents.models.run import UnitKind
from idp_project.core.reasons import reasons_of
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo.organization import SLUG
from idp_project.operations.demo.packet import LEFT_OPEN
from idp_project.operations.demo.summary import DocumentSummary, SubDocumentSummary, summary_table
from pdb_sync.models import PdbRecord

_VALUES_SHOWN = 2  # of each sub-document


@dataclass(frozen=True)
class Verdict:
    """`problems` is empty where all of it is right."""

    table: Table
    problems: list[str]


def summarize(state: dict[str, Any], labels: dict[str, Any], tasks: Sequence[dict[str, Any]]) -> Verdict:
    """Reads both databases and compares with the batch's `state`, the samples' labels and the `tasks` left open."""
    organization = Organization.objects.get(slug=SLUG)
    summaries: list[DocumentSummary] = []
    problems = list(queue_problems(tasks))
    routes: set[str] = set()
    for row in sorted(state["documents"], key=lambda row: row["file_name"]):
        document_id = UUID(row["id"])
        with organization_scope(organization.id, using="pdb"):
            records = list(PdbRecord.objects.filter(document_id=document_id, is_withdrawn=False))
        with organization_scope(organization.id):
            document = Document.objects.get(id=document_id)
            sub_documents = list(document.sub_documents.select_related("schema_version__schema"))
            label = labels[row["file_name"]]
            if row["file_name"] not in LEFT_OPEN:
                problems += _document_problems(document, row["file_name"], sub_documents, records, label)
            problems += _page_problems(document, row["file_name"])
            routes |= {sub_document.route for sub_document in sub_documents}
            summaries.append(_summary(document, row["file_name"], sub_documents, records))
    problems += [f"no document took the {route} route" for route in ("auto", "review") if route not in routes]
    return Verdict(summary_table(summaries), problems)


def queue_problems(tasks: Sequence[dict[str, Any]]) -> list[str]:
    """The tasks that are left are exactly those that should be, for the reasons for which they should be."""
    problems = [
        f"{name} is still in the review queue" for name in {task["file_name"] for task in tasks} - set(LEFT_OPEN)
    ]
    for name, trouble in LEFT_OPEN.items():
        found = [reason for task in tasks if task["file_name"] == name for reason in task["reasons_data"]]
        reasons = reasons_of(found)
        if not any(reason.codes & trouble.value for reason in reasons):
            why = trouble.name.replace("_", " ").lower()
            problems.append(
                f"{name} does not wait for a person because of its {why}: {[str(reason) for reason in reasons]}"
            )
    return problems


def _summary(
    document: Document, file_name: str, sub_documents: list[SubDocument], records: list[PdbRecord]
) -> DocumentSummary:
    return DocumentSummary(
        file_name,
        document.page_count or 0,
        sum(_step_count(document, sub_document) for sub_document in sub_documents if not sub_document.is_blank),
        _page_step_count(document),
        len(records),
        [_sub_document_summary(sub_document) for sub_document in sub_documents],
    )


def _sub_document_summary(sub_document: SubDocument) -> SubDocumentSummary:
    pages = (
        str(sub_document.first_page)
        if sub_document.first_page == sub_document.last_page
        else f"{sub_document.first_page}–{sub_document.last_page}"
    )
    if sub_document.is_blank:
        return SubDocumentSummary(pages, "blank", "")
    values = [
        (value.confidence, value.name, value.value)
        for value in FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=True)
        if value.value and value.confidence is not None
    ]
    kind = sub_document.schema_version.schema.key if sub_document.schema_version else "?"
    route = sub_document.route or sub_document.status
    return SubDocumentSummary(pages, kind, route, len(values), sub_document.table_rows.count(), values[:_VALUES_SHOWN])


def _step_count(document: Document, sub_document: SubDocument) -> int:
    return StepRun.objects.filter(unit_id__in=[document.id, sub_document.id]).count()


def _page_step_count(document: Document) -> int:
    return StepRun.objects.filter(run__document=document, unit_kind=UnitKind.PAGE).count()


def _page_problems(document: Document, name: str) -> list[str]:
    if _page_step_count(document) == len(PageStepName) * (document.page_count or 0):
        return []
    return [f"{name} has a page without {len(PageStepName)} step runs"]


def _last_page(document: Document, name: str, sub_document: dict[str, Any]) -> int | None:
    """Last page as labelled; of an XML the document's last: the product makes its readable pages."""
    return document.page_count if name.endswith(".xml") else sub_document["last_page"]


def _document_problems(
    document: Document, name: str, all_sub_documents: list[SubDocument], records: list[PdbRecord], label: dict[str, Any]
) -> list[str]:
    problems = []
    if document.status != "completed":
        problems.append(f"{name} is {document.status}, not completed")
    sub_documents = [sub_document for sub_document in all_sub_documents if not sub_document.is_blank]
    blank = [
        page
        for sub_document in all_sub_documents
        if sub_document.is_blank
        for page in range(sub_document.first_page, sub_document.last_page + 1)
    ]
    if blank != label.get("blank_pages", []):
        problems.append(f"{name}: pages {blank} were taken for blank, {label.get('blank_pages', [])} are")
    expected = [
        (sub_document["type"], sub_document["first_page"], _last_page(document, name, sub_document))
        for sub_document in label["sub_documents"]
    ]
    found = [
        (
            sub_document.schema_version.schema.key if sub_document.schema_version else None,
            sub_document.first_page,
            sub_document.last_page,
        )
        for sub_document in sub_documents
    ]
    if found != expected:
        problems.append(f"{name} was taken for {found}, it is {expected}")
    if len(records) != len(sub_documents):
        problems.append(f"{name} has {len(records)} rows in the production database, not {len(sub_documents)}")
    open_steps = StepRun.objects.filter(run__document=document).exclude(status__in=PASSED_STEP_STATUSES).count()
    if open_steps:
        problems.append(f"{name} has {open_steps} steps that did not pass")
    if any(_step_count(document, sub_document) != len(StepName) for sub_document in sub_documents):
        problems.append(f"{name} has a sub-document without {len(StepName)} step runs")
    return problems + _value_problems(name, records, label)


def _value_problems(name: str, records: list[PdbRecord], label: dict[str, Any]) -> list[str]:
    """What the production database holds must be what is printed on the sample."""
    problems = []
    for record, sub_document in zip(
        sorted(records, key=lambda record: record.first_page), label["sub_documents"], strict=False
    ):
        for field, true in sub_document["fields"].items():
            if record.values.get(field) != true:
                problems.append(f"{name}: {field} is {record.values.get(field)!r}, printed {true!r}")
    return problems
