"""A document on the desk with more boxes and words on one page than paper has: rows are written to the database, not read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from benchmarks import workload
from documents.models import FieldValue, Page, TableRow
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo.logins import read_logins
from idp_project.operations.demo.organization import LOGINS_PATH
from review.models import ReviewTask, TaskStatus

ROWS, COLUMNS, WORDS_A_LINE = 160, 5, 9


def operator_login() -> tuple[str, str]:
    """Name and password of the demonstration's operator."""
    login = next(entry for entry in read_logins(LOGINS_PATH) if entry.role == "operator")
    return login.username, login.password


def make_dense() -> str:
    """Fills the table of an invoice that waits, to ROWS rows whose cells lie on its first page; its desk's address."""
    with organization_scope(workload.organization().id):
        waiting = ReviewTask.objects.filter(status=TaskStatus.OPEN).select_related("sub_document__schema_version")
        task = next(one for one in waiting if _table_of(one))
        task.priority = 10_000  # it comes last: the reviewer never gets there
        task.save(update_fields=["priority"])
        sub_document = task.sub_document
        sub_document.document.source_file.name = "dense.pdf"
        sub_document.document.source_file.save(update_fields=["name"])
        TableRow.objects.filter(sub_document=sub_document).delete()
        for number in range(1, ROWS + 1):
            _fill_row(sub_document, _table_of(task), number)
        page = Page.objects.get(document_id=sub_document.document_id, number=sub_document.first_page)
        page.text = {**(page.text or {}), "words": _words()}
        page.save(update_fields=["text"])
        return reverse("review:desk", args=[task.id])


def _table_of(task: ReviewTask) -> Any:
    version = task.sub_document.schema_version
    tables = version.spec.tables if version else ()
    return next((table for table in tables if len(table.columns) >= COLUMNS), None)


def _fill_row(sub_document: Any, table: Any, number: int) -> None:
    own = {"organization_id": sub_document.organization_id, "sub_document": sub_document}
    row = TableRow.objects.create(**own, table=table.name, number=number)
    cells = []
    for position, column in enumerate(table.columns[:COLUMNS]):
        top, left = 0.02 + 0.96 * (number - 1) / ROWS, 0.05 + 0.9 * position / COLUMNS
        polygon = [left, top, left + 0.1, top, left + 0.1, top + 0.005, left, top + 0.005]
        place = {
            "page": sub_document.first_page,
            "polygon": polygon,
            "span": None,
            "engine": "benchmark",
            "engine_version": "1",
        }
        text = str(number * (position + 1))
        cells.append(
            FieldValue(
                **own,
                table_row=row,
                name=column.name,
                position=position,
                type=column.type.value,
                value=text,
                raw_text=text,
                provenance=place,
                confidence=0.9,
            )
        )
    FieldValue.objects.bulk_create(cells)


def _words() -> list[Any]:
    words = []
    for line in range(ROWS):
        for index in range(WORDS_A_LINE):
            top, left = 0.02 + 0.96 * line / ROWS, 0.05 + 0.9 * index / WORDS_A_LINE
            polygon = [left, top, left + 0.08, top, left + 0.08, top + 0.005, left, top + 0.005]
            words.append([f"w{line}", polygon, 0.9, [len(words) * 5, len(words) * 5 + 4]])
    return words
