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
from idp_project.operations.demo.summary import DocumentSummary, PartSummary, summary_table
from pdb_sync.models import PdbRecord

_VALUES_SHOWN = 2  # of each part


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
            parts = list(document.sub_documents.select_related("schema_version__schema"))
            label = labels[row["file_name"]]
            if row["file_name"] not in LEFT_OPEN:
                problems += _document_problems(document, row["file_name"], parts, records, label)
            problems += _page_problems(document, row["file_name"])
            routes |= {part.route for part in parts}
            summaries.append(_summary(document, row["file_name"], parts, records))
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


def _summary(document: Document, file_name: str, parts: list[SubDocument], records: list[PdbRecord]) -> DocumentSummary:
    return DocumentSummary(
        file_name,
        document.page_count or 0,
        sum(_step_count(document, part) for part in parts if not part.is_blank),
        _page_step_count(document),
        len(records),
        [_part_summary(part) for part in parts],
    )


def _part_summary(part: SubDocument) -> PartSummary:
    pages = str(part.first_page) if part.first_page == part.last_page else f"{part.first_page}–{part.last_page}"
    if part.is_blank:
        return PartSummary(pages, "blank", "")
    values = [
        (value.confidence, value.name, value.value)
        for value in FieldValue.objects.filter(sub_document=part, table_row__isnull=True)
        if value.value and value.confidence is not None
    ]
    kind = part.schema_version.schema.key if part.schema_version else "?"
    route = part.route or part.status
    return PartSummary(pages, kind, route, len(values), part.table_rows.count(), values[:_VALUES_SHOWN])


def _step_count(document: Document, part: SubDocument) -> int:
    return StepRun.objects.filter(unit_id__in=[document.id, part.id]).count()


def _page_step_count(document: Document) -> int:
    return StepRun.objects.filter(run__document=document, unit_kind=UnitKind.PAGE).count()


def _page_problems(document: Document, name: str) -> list[str]:
    if _page_step_count(document) == len(PageStepName) * (document.page_count or 0):
        return []
    return [f"{name} has a page without {len(PageStepName)} step runs"]


def _document_problems(
    document: Document, name: str, all_parts: list[SubDocument], records: list[PdbRecord], label: dict[str, Any]
) -> list[str]:
    problems = []
    if document.status != "completed":
        problems.append(f"{name} is {document.status}, not completed")
    parts = [part for part in all_parts if not part.is_blank]
    blank = [page for part in all_parts if part.is_blank for page in range(part.first_page, part.last_page + 1)]
    if blank != label.get("blank_pages", []):
        problems.append(f"{name}: pages {blank} were taken for blank, {label.get('blank_pages', [])} are")
    expected = [(part["type"], part["first_page"], part["last_page"]) for part in label["sub_documents"]]
    found = [
        (part.schema_version.schema.key if part.schema_version else None, part.first_page, part.last_page)
        for part in parts
    ]
    if found != expected:
        problems.append(f"{name} was taken for {found}, it is {expected}")
    if len(records) != len(parts):
        problems.append(f"{name} has {len(records)} rows in the production database, not {len(parts)}")
    open_steps = StepRun.objects.filter(run__document=document).exclude(status__in=PASSED_STEP_STATUSES).count()
    if open_steps:
        problems.append(f"{name} has {open_steps} steps that did not pass")
    if any(_step_count(document, part) != len(StepName) for part in parts):
        problems.append(f"{name} has a sub-document without {len(StepName)} step runs")
    return problems + _value_problems(name, records, label)


def _value_problems(name: str, records: list[PdbRecord], label: dict[str, Any]) -> list[str]:
    """What the production database holds must be what is printed on the sample."""
    problems = []
    for record, part in zip(
        sorted(records, key=lambda record: record.first_page), label["sub_documents"], strict=False
    ):
        for field, true in part["fields"].items():
            if record.values.get(field) != true:
                problems.append(f"{name}: {field} is {record.values.get(field)!r}, printed {true!r}")
    return problems
