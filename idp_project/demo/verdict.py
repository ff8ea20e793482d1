"""What came of the demonstration, document by document: a table, and everything that is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rich.table import Table

from accounts.models import Organization
from documents.domain.statuses import PASSED_STEP_STATUSES
from documents.domain.step_names import PageStepName, StepName
from documents.models import Document, FieldValue, StepRun, SubDocument
from documents.models.run import UnitKind
from idp_project.core.tenancy import organization_scope
from idp_project.demo.organization import SLUG
from pdb_sync.models import PdbRecord


@dataclass(frozen=True)
class Verdict:
    """`problems` is empty where all of it is right."""

    table: Table
    problems: list[str]


def summarize(state: dict[str, Any], labels: dict[str, Any]) -> Verdict:
    """Reads both databases and compares with the batch's `state` and the samples' labels."""
    organization = Organization.objects.get(slug=SLUG)
    table = Table("document", "pages", "type", "fields (confidence)", "route", "PDB rows", "step runs")
    problems: list[str] = []
    routes: set[str] = set()
    for row in state["documents"]:
        document_id = UUID(row["id"])
        with organization_scope(organization.id, using="pdb"):
            records = list(PdbRecord.objects.filter(document_id=document_id, is_withdrawn=False))
        with organization_scope(organization.id):
            document = Document.objects.get(id=document_id)
            parts = list(document.sub_documents.select_related("schema_version__schema"))
            problems += _document_problems(document, row, parts, records, labels[row["file_name"]])
            routes |= {part.route for part in parts}
            _add_row(table, document, row, parts, records)
    problems += [f"no document took the {route} route" for route in ("auto", "review") if route not in routes]
    return Verdict(table, problems)


def _add_row(
    table: Table, document: Document, row: dict[str, Any], parts: list[SubDocument], records: list[PdbRecord]
) -> None:
    kinds = ", ".join(part.schema_version.schema.key if part.schema_version else "?" for part in parts)
    table.add_row(
        row["file_name"],
        str(document.page_count),
        kinds,
        "\n".join(_fields(part) for part in parts),
        ", ".join(part.route or part.status for part in parts),
        str(len(records)),
        f"{sum(_step_count(document, part) for part in parts)} + {_page_step_count(document)}",
    )


def _fields(part: SubDocument) -> str:
    values = FieldValue.objects.filter(sub_document=part, table_row__isnull=True, value__isnull=False)
    shown = [
        f"{value.name}={value.value[:24]} ({value.confidence:.2f})"
        for value in values
        if value.value and value.confidence is not None
    ]
    rows = part.table_rows.count()
    return (
        ", ".join(shown[:5])
        + (f" … {len(shown)} fields" if len(shown) > 5 else "")
        + (f", {rows} rows" if rows else "")
    )


def _step_count(document: Document, part: SubDocument) -> int:
    return StepRun.objects.filter(unit_id__in=[document.id, part.id]).count()


def _page_step_count(document: Document) -> int:
    return StepRun.objects.filter(run__document=document, unit_kind=UnitKind.PAGE).count()


def _document_problems(
    document: Document, row: dict[str, Any], parts: list[SubDocument], records: list[PdbRecord], label: dict[str, Any]
) -> list[str]:
    name = row["file_name"]
    problems = []
    if document.status != "completed":
        problems.append(f"{name} is {document.status}, not completed")
    expected = [part["type"] for part in label["sub_documents"]]
    found = [part.schema_version.schema.key if part.schema_version else None for part in parts]
    if found != expected:
        problems.append(f"{name} was taken for {found}, it is {expected}")
    if len(records) != len(parts):
        problems.append(f"{name} has {len(records)} rows in the production database, not {len(parts)}")
    open_steps = StepRun.objects.filter(run__document=document).exclude(status__in=PASSED_STEP_STATUSES).count()
    if open_steps:
        problems.append(f"{name} has {open_steps} steps that did not pass")
    if any(_step_count(document, part) != len(StepName) for part in parts):
        problems.append(f"{name} has a sub-document without {len(StepName)} step runs")
    if _page_step_count(document) != len(PageStepName) * (document.page_count or 0):
        problems.append(f"{name} has a page without {len(PageStepName)} step runs")
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
