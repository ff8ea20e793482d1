"""Rows, columns and several cells of a table at once: changed at the desk, undone and done again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain import table_edits
from documents.domain.row_splitting import row_split
from documents.domain.schema_spec import SchemaSpec, TableSpec
from documents.domain.table_edits import Cell, EditedTable
from documents.domain.table_reasons import CELLS_CHANGED_SINCE, NOTHING_TO_REDO, NOTHING_TO_UNDO, TABLE_UNKNOWN
from documents.models import FieldValue, Page, SubDocument
from documents.selectors.tables import said_of_cells
from documents.services.approving.checks import sub_document_check
from documents.services.approving.table_rows import (
    WrittenTable,
    cells_unlike,
    rows_restore,
    table_load,
    table_write,
)
from idp_project.core.errors import Conflict, NotFound
from idp_project.core.page_text import PageText, Word
from review.models import Correction, ReviewTask, TableEdit
from review.services.blind import check_compared
from review.services.tasks import held_task


@dataclass(frozen=True)
class Edited:
    """What an edit, or undoing one, did: `rows` are ids of rows that are new or changed, or of which checks say something
    else; `fields` are other values of which checks do."""

    task: ReviewTask
    table: str
    rows: frozenset[UUID]
    fields: tuple[FieldValue, ...]


@transaction.atomic
def table_edit(access: Access, task_id: UUID, table: str, *, action: str, **arguments: Any) -> Edited:
    """Changes a table of the sub-document on the asker's desk; `action` is one of ACTIONS, with its arguments.

    Each changed cell is a correction, the edit is kept so that it can be undone, and all checks are computed again. Raises
    NotFound for a table that the type lacks, Conflict where chosen rows are gone, where somebody else holds the task and
    in a blind sample, InvalidInput where the action cannot be done: then nothing is changed.
    """
    task = held_task(access, task_id)
    check_compared(task)
    sub_document = task.sub_document
    schema, spec = _spec_of(sub_document, table)
    before = table_load(sub_document, spec)
    said = said_of_cells(sub_document)
    wanted = _performed(sub_document, before, action, arguments)
    assert access.user_id is not None
    written = table_write(sub_document, schema, before, wanted, user_id=access.user_id)
    TableEdit.objects.create(
        organization_id=task.organization_id,
        task=task,
        table=table,
        action=action,
        rows=written.rows,
        cells=len(written.changed),
        before=written.before,
        after=written.after,
        made_by_id=access.user_id,
    )
    _keep_corrections(access, task, written)
    _record(access, task, "table_edited", table, action, written.rows, len(written.changed))
    return _rechecked(task, table, said, {*written.before["rows"], *written.after["rows"]})


@transaction.atomic
def table_undo(access: Access, task_id: UUID) -> Edited:
    """Takes the newest edit back, states of cells included. Raises Conflict where nothing is left, and where its cells were
    changed since."""
    task = held_task(access, task_id)
    edit = undoable_of(task)
    if edit is None:
        raise Conflict(NOTHING_TO_UNDO(), code="nothing_to_undo")
    edited = _restored(access, task, edit, now=edit.after, wanted=edit.before, action="table_edit_undone")
    edit.undone_at = timezone.now()
    edit.save(update_fields=["undone_at"])
    return edited


@transaction.atomic
def table_redo(access: Access, task_id: UUID) -> Edited:
    """Does the edit again that was undone last. Raises Conflict where nothing is left, and where its cells were changed since."""
    task = held_task(access, task_id)
    edit = redoable_of(task)
    if edit is None:
        raise Conflict(NOTHING_TO_REDO(), code="nothing_to_redo")
    edited = _restored(access, task, edit, now=edit.before, wanted=edit.after, action="table_edit_redone")
    edit.undone_at, edit.redone_at = None, timezone.now()
    edit.save(update_fields=["undone_at", "redone_at"])
    return edited


def undoable_of(task: ReviewTask) -> TableEdit | None:
    """The newest edit that stands."""
    return TableEdit.objects.filter(task=task, undone_at=None).order_by("-created_at").first()


def redoable_of(task: ReviewTask) -> TableEdit | None:
    """The oldest of those that were undone after the newest edit that stands."""
    undone = TableEdit.objects.filter(task=task, undone_at__isnull=False)
    if (newest := undoable_of(task)) is not None:
        undone = undone.filter(created_at__gt=newest.created_at)
    return undone.order_by("created_at").first()


ACTIONS: Mapping[str, Callable[..., EditedTable]] = {
    "add_rows": table_edits.rows_added,
    "remove_rows": table_edits.rows_removed,
    "move_rows": table_edits.rows_moved,
    "merge_rows": table_edits.rows_merged,
    "split_row": row_split,
    "map_columns": table_edits.columns_remapped,
    "fill": table_edits.cells_filled,
    "fill_down": table_edits.cells_filled_down,
    "paste": table_edits.text_pasted,
}


def _performed(sub_document: SubDocument, table: EditedTable, action: str, arguments: Mapping[str, Any]) -> EditedTable:
    if action == "split_row":
        return row_split(table, words_of=_words_of(sub_document), **arguments)
    return ACTIONS[action](table, **arguments)


def _spec_of(sub_document: SubDocument, table: str) -> tuple[SchemaSpec, TableSpec]:
    schema = sub_document.schema_version.spec if sub_document.schema_version else None
    spec = next((spec for spec in schema.tables if spec.name == table), None) if schema else None
    if schema is None or spec is None:
        raise NotFound(TABLE_UNKNOWN(table=table))
    return schema, spec


def _words_of(sub_document: SubDocument) -> Callable[[Cell], Sequence[Word]]:
    """The printed words of a cell: those whose middle lies in its place."""

    @cache
    def words_on(number: int) -> tuple[Word, ...]:
        page = Page.objects.filter(document_id=sub_document.document_id, number=number).only("text").first()
        return PageText.from_dict(page.text).words if page and page.text else ()

    def words_of(cell: Cell) -> Sequence[Word]:
        polygon = cell.place.polygon if cell.place else None
        if cell.place is None or polygon is None:
            return ()
        box = polygon.bounding_box
        centers = ((word, word.polygon.bounding_box.center) for word in words_on(cell.place.page_number))
        return [word for word, (x, y) in centers if box.left <= x <= box.right and box.top <= y <= box.bottom]

    return words_of


def _keep_corrections(access: Access, task: ReviewTask, written: WrittenTable) -> None:
    Correction.objects.bulk_create(
        Correction(
            organization_id=task.organization_id,
            task=task,
            field_value=value,
            corrected_by_id=access.user_id,
            old=old,
            new={"value": value.value, "raw_text": value.raw_text, "absence": value.absence},
        )
        for value, old in written.changed
    )


def _restored(
    access: Access, task: ReviewTask, edit: TableEdit, *, now: dict[str, Any], wanted: dict[str, Any], action: str
) -> Edited:
    sub_document = task.sub_document
    if unlike := cells_unlike(sub_document, edit.table, now):
        raise Conflict(CELLS_CHANGED_SINCE(cells=_named(sub_document, edit, now, unlike)), code="changed_since")
    said = said_of_cells(sub_document)
    rows_restore(sub_document, edit.table, now=now, wanted=wanted)
    _record(access, task, action, edit.table, edit.action, edit.rows, edit.cells)
    return _rechecked(task, edit.table, said, {*now["rows"], *wanted["rows"]})


def _named(
    sub_document: SubDocument, edit: TableEdit, now: Mapping[str, Any], unlike: Sequence[tuple[str, str]]
) -> str:
    _, spec = _spec_of(sub_document, edit.table)
    labels = {column.name: column.label for column in spec.columns}
    numbers = {row_id: number for number, row_id in enumerate(now["order"], start=1)}
    names = [f"{labels.get(name, name)} {numbers.get(row_id, '')}".strip() for row_id, name in unlike[:5] if name]
    return ", ".join(names) or spec.label


def _rechecked(task: ReviewTask, table: str, said: Mapping[UUID, object], touched: set[str]) -> Edited:
    """Checks speak of rows by number: what they say is compared for each cell, not for each number."""
    sub_document = task.sub_document
    checked = sub_document_check(sub_document)
    now = said_of_cells(sub_document)
    rows = {UUID(row_id) for row_id in touched}
    rows |= {one.row_id for value_id, one in now.items() if one != said.get(value_id)}
    fields = tuple(value for value in checked.changed if value.table_row_id is None)
    return Edited(task, table, frozenset(rows), fields)


def _record(access: Access, task: ReviewTask, action: str, table: str, edit: str, rows: int, cells: int) -> None:
    audit_record(
        access,
        action,
        object_kind="sub_document",
        object_id=task.sub_document_id,
        details={"table": table, "edit": edit, "rows": rows, "cells": cells},
    )
