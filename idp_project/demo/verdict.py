"""What came of the demonstration, document by document: a table, and everything that is not as it should be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rich.table import Column, Table

from accounts.models import Organization
from documents.domain.statuses import PASSED_STEP_STATUSES
from documents.domain.step_names import PageStepName, StepName
from documents.models import Document, FieldValue, StepRun, SubDocument
from documents.models.run import UnitKind
from idp_project.core.tenancy import organization_scope
from idp_project.demo.organization import SLUG
from idp_project.demo.packet import LEFT_OPEN
from pdb_sync.models import PdbRecord


@dataclass(frozen=True)
class Verdict:
    """`problems` is empty where all of it is right."""

    table: Table
    problems: list[str]


def summarize(state: dict[str, Any], labels: dict[str, Any], tasks: Sequence[dict[str, Any]]) -> Verdict:
    """Reads both databases and compares with the batch's `state`, the samples' labels and the `tasks` left open."""
    organization = Organization.objects.get(slug=SLUG)
    table = Table(
        Column("document", overflow="fold"), "pages", "type", "fields (confidence)", "route", "PDB rows", "step runs"
    )
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
            _add_row(table, document, row, parts, records)
    problems += [f"no document took the {route} route" for route in ("auto", "review") if route not in routes]
    return Verdict(table, problems)


def queue_problems(tasks: Sequence[dict[str, Any]]) -> list[str]:
    """The tasks that are left are exactly those that should be, for the reasons for which they should be."""
    problems = [
        f"{name} is still in the review queue" for name in {task["file_name"] for task in tasks} - set(LEFT_OPEN)
    ]
    for name, trouble in LEFT_OPEN.items():
        reasons = [reason for task in tasks if task["file_name"] == name for reason in task["reasons"]]
        if not any(re.search(trouble.value, reason) for reason in reasons):
            why = trouble.name.replace("_", " ").lower()
            problems.append(f"{name} does not wait for a person because of its {why}: {reasons}")
    return problems


def _add_row(
    table: Table, document: Document, row: dict[str, Any], parts: list[SubDocument], records: list[PdbRecord]
) -> None:
    shown = [(part, FieldValue.objects.filter(sub_document=part, table_row__isnull=True)) for part in parts]
    table.add_row(
        row["file_name"],
        str(document.page_count),
        "\n".join(_kind(part) for part in parts),
        "\n".join(_fields(part, list(values)) for part, values in shown),
        "\n".join(part.route or part.status for part in parts),
        str(len(records)),
        f"{sum(_step_count(document, part) for part in parts if not part.is_blank)} + {_page_step_count(document)}",
    )


def _kind(part: SubDocument) -> str:
    if part.is_blank:
        return f"{part.first_page}: blank"
    kind = part.schema_version.schema.key if part.schema_version else "?"
    pages = str(part.first_page) if part.first_page == part.last_page else f"{part.first_page}–{part.last_page}"
    return f"{pages}: {kind}"


def _fields(part: SubDocument, values: list[FieldValue]) -> str:
    shown = [
        f"{value.name}={value.value[:24]} ({value.confidence:.2f})"
        for value in values
        if value.value and value.confidence is not None
    ]
    rows = part.table_rows.count()
    more = f" … {len(shown)} fields" if len(shown) > 2 else ""
    return ", ".join(shown[:2]) + more + (f", {rows} rows" if rows else "")


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
