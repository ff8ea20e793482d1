"""Rows and columns of tables at the desk: every action, its corrections, undoing it, what is refused, what is delivered."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from documents.models import FieldValue, TableRow
from documents.services.approving.approval import sub_document_approve
from documents.templatetags.screens import reasons_in_short
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Correction, ReviewTask, TableEdit
from review.services import tables, tasks
from tests.factories.desk import on_desk
from tests.integration.review.test_checks_again import GOOD, LINES, ORDER

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NET_TOO_LOW = GOOD | {"net": "130.00", "tax": "20.00", "total": "150.00"}


class Table:
    """The lines of an order on the owner's desk."""

    def __init__(self, cast: Any, lines: Any = LINES, values: Any = GOOD) -> None:
        self.cast, self.task = cast, on_desk(cast, ORDER, values, {"lines": lines})
        self.access = cast.access(cast.owner)

    def do(self, action: str, **arguments: Any) -> tables.Edited:
        with organization_scope(self.cast.organization.id):
            return tables.table_edit(self.access, self.task.id, "lines", action=action, **arguments)

    def undo(self) -> tables.Edited:
        with organization_scope(self.cast.organization.id):
            return tables.table_undo(self.access, self.task.id)

    def redo(self) -> tables.Edited:
        with organization_scope(self.cast.organization.id):
            return tables.table_redo(self.access, self.task.id)

    @property
    def ids(self) -> list[Any]:
        with organization_scope(self.cast.organization.id):
            return list(TableRow.objects.order_by("number").values_list("id", flat=True))

    @property
    def shown(self) -> list[str]:
        """Each row as `quantity price amount unit`, an empty cell as –."""
        with organization_scope(self.cast.organization.id):
            rows = [
                {cell.name: cell.value or cell.raw_text for cell in row.cells.all()}
                for row in TableRow.objects.order_by("number")
            ]
        return [" ".join(row.get(name) or "–" for name in ("quantity", "price", "amount", "unit")) for row in rows]

    @property
    def failed(self) -> set[str]:
        with organization_scope(self.cast.organization.id):
            sub_document = type(self.task.sub_document).objects.get(id=self.task.sub_document_id)
            return {check.check for check in sub_document.failed_checks}

    def count(self, model: Any, **filters: Any) -> int:
        with organization_scope(self.cast.organization.id):
            return model.objects.filter(**filters).count()


EACH = str(LINES[1]["unit"])
FIRST, SECOND = "2 30.00 60.00 kg", f"4 10.00 40.00 {EACH}"


def test_rows_are_added_filled_and_counted_by_checks(cast):
    table = Table(cast, values=NET_TOO_LOW)
    assert "column_sum_equals" in table.failed
    table.do("add_rows", count=1, before=table.ids[1])
    assert table.shown == [FIRST, "– – – –", SECOND]
    edited = table.do("paste", text="3\t10\t30,00\tkg", row=table.ids[1], column="quantity")
    assert table.shown[1] == "3 10 30.00 kg" or table.shown[1] == "3 10.00 30.00 kg"
    assert "column_sum_equals" not in table.failed
    assert table.ids[1] in edited.rows and {value.name for value in edited.fields} == {"net"}
    assert table.count(Correction) == 4 and table.count(TableEdit) == 2
    assert table.count(AuditEntry, action="table_edited") == 2
    with organization_scope(cast.organization.id):
        cell = FieldValue.objects.get(table_row_id=table.ids[1], name="amount")
        assert (cell.is_confirmed, cell.corrected_by) == (True, cast.owner)
        details = AuditEntry.objects.filter(action="table_edited").latest("at").details
        assert details == {"table": "lines", "edit": "paste", "rows": 1, "cells": 4}


def test_rows_are_removed_and_come_back_with_all_they_had(cast):
    table = Table(cast)
    with organization_scope(cast.organization.id):
        FieldValue.objects.filter(table_row_id=table.ids[0], name="price").update(
            confidence=0.4, candidates=[{"value": "3"}]
        )
        before = list(FieldValue.objects.order_by("id").values())
    ids = table.ids
    table.do("remove_rows", rows=[ids[0]])
    assert table.shown == [SECOND] and "column_sum_equals" in table.failed
    edited = table.undo()
    assert (table.shown, table.ids) == ([FIRST, SECOND], ids) and not table.failed
    assert ids[0] in edited.rows
    with organization_scope(cast.organization.id):
        after = list(FieldValue.objects.order_by("id").values())
    for one, other in zip(before, after, strict=True):
        assert {**one, "created_at": None} == {**other, "created_at": None}
    table.redo()
    assert table.shown == [SECOND]
    with pytest.raises(Conflict, match="nothing to do again"):
        table.redo()


def test_moving_keeps_rows_whole_and_numbers_them(cast):
    table = Table(cast, [*LINES, {"quantity": "1", "price": "0.00", "amount": "0.00"}])
    third = "1 0.00 0.00 –"
    first, _, last = table.ids
    table.do("move_rows", rows=[last], before=first)
    assert table.shown == [third, FIRST, SECOND]
    table.do("move_rows", rows=[last, first], before=None)
    assert table.shown == [SECOND, third, FIRST]
    table.undo()
    table.undo()
    assert table.shown == [FIRST, SECOND, third]


def test_rows_merge_where_one_value_remains(cast):
    table = Table(cast, [{"quantity": "2", "price": "30.00"}, {"amount": "60.00"}, LINES[1]])
    table.do("merge_rows", rows=table.ids[:2])
    assert table.shown == ["2 30.00 60.00 –", SECOND]
    with pytest.raises(InvalidInput, match="Quantity: the rows 1, 2 have different values"):
        table.do("merge_rows", rows=table.ids)
    with pytest.raises(InvalidInput, match="follow each other"):
        table.do("merge_rows", rows=table.ids[:1])
    table.undo()
    assert len(table.ids) == 3


def test_a_text_is_divided_where_the_cursor_stands(cast):
    table = Table(cast, [{"quantity": "2", "price": "30.00", "amount": "60.00 40.00"}])
    table.do("split_row", row=table.ids[0], column="amount", offset=5)
    assert table.shown == ["2 30.00 60.00 –", "– – 40.00 –"]
    with pytest.raises(InvalidInput, match="printed on one line"):
        table.do("split_row", row=table.ids[0])


def test_columns_change_places_and_are_read_as_what_they_are(cast):
    table = Table(cast, [{"price": "2", "quantity": "30.00", "amount": "60.00", "unit": "kg"}])
    table.do("map_columns", columns={"price": "quantity", "quantity": "price"})
    assert table.shown[0].split()[0] == "2" and table.shown[0].split()[1].startswith("30")
    with pytest.raises(InvalidInput, match="“Amount” would get two columns"):
        table.do("map_columns", columns={"price": "amount"})
    with pytest.raises(InvalidInput, match="no column “tax”"):
        table.do("map_columns", columns={"price": "tax"})
    table.do("map_columns", columns={"unit": None})
    assert table.shown[0].endswith("–")


def test_cells_are_filled_and_filled_down(cast):
    table = Table(cast, [LINES[0], {"quantity": "1"}, {"quantity": "1", "unit": EACH}])
    table.do("fill", column="unit", text="kg")
    assert [row.split()[3] for row in table.shown] == ["kg", "kg", EACH]
    table.do("fill_down", columns=["price", "unit"], rows=table.ids)
    assert [row.split()[1] for row in table.shown] == ["30.00"] * 3
    assert [row.split()[3] for row in table.shown] == ["kg"] * 3
    with pytest.raises(InvalidInput, match="Nothing to fill"):
        table.do("fill", column="unit", text=EACH, rows=[])


def test_a_paste_names_what_it_cannot_read_and_changes_nothing(cast):
    table = Table(cast)
    with pytest.raises(InvalidInput, match="Price 1: “much”, Unit 3: “box”"):
        table.do("paste", text="1\tmuch\t1.00\tkg\n\n1\t1\t1\tkg\n2\t2\t4\tbox", row=table.ids[0], column="quantity")
    assert table.shown == [FIRST, SECOND] and table.count(TableEdit) == 0 and table.count(Correction) == 0
    with pytest.raises(InvalidInput, match="The text has 3 columns; from “Amount” on the table has 2"):
        table.do("paste", text="1\t2\t3", row=table.ids[0], column="amount")
    with pytest.raises(InvalidInput, match="no text to paste"):
        table.do("paste", text=" \n\t", row=None)


def test_a_heading_says_which_column_is_which(cast):
    table = Table(cast)
    table.do("paste", text='Amount\tUnit\n"7.00"\tkg\n8.00\t' + EACH, row=None)
    assert table.shown == [FIRST, SECOND, "– – 7.00 kg", f"– – 8.00 {EACH}"]


def test_undo_is_refused_where_a_cell_changed_since(cast):
    table = Table(cast)
    table.do("fill_down", columns=["unit"], rows=table.ids)
    with organization_scope(cast.organization.id):
        cell = FieldValue.objects.get(table_row_id=table.ids[1], name="unit")
        tasks.field_value_correct(table.access, table.task.id, cell.id, text=EACH)
    with pytest.raises(Conflict, match="Unit 2 changed since"):
        table.undo()


def test_a_new_edit_ends_what_could_be_done_again(cast):
    table = Table(cast)
    table.do("remove_rows", rows=[table.ids[0]])
    table.undo()
    table.do("add_rows", count=1, before=None)
    with pytest.raises(Conflict):
        table.redo()
    table.undo()
    with pytest.raises(Conflict, match="nothing to undo"):
        table.undo()


def test_rows_that_are_gone_are_a_conflict(cast):
    table = Table(cast)
    ids = table.ids
    table.do("remove_rows", rows=[ids[0]])
    with pytest.raises(Conflict, match="no longer there"):
        table.do("move_rows", rows=[ids[0]], before=None)


def test_what_is_approved_is_the_table_as_corrected(cast):
    table = Table(cast, [*LINES, {"quantity": "9", "price": "9.00", "amount": "81.00"}])
    assert "column_sum_equals" in table.failed
    table.do("remove_rows", rows=[table.ids[2]])
    table.do("add_rows", count=1, before=None)  # an empty row is no row of the record
    table.do("move_rows", rows=[table.ids[1]], before=table.ids[0])
    with organization_scope(cast.organization.id):
        version = sub_document_approve(table.task.sub_document_id, approved_by_id=cast.owner.id, approver_name="Owner")
    rows = version.approved.tables["lines"]
    assert [[cell.value for cell in row][:3] for row in rows] == [["4", "10.00", "40.00"], ["2", "30.00", "60.00"]]


def test_the_api_edits_lists_and_undoes(cast):
    table = Table(cast)
    client = cast.browser(cast.owner)
    edits = reverse("api-table-edit", args=[table.task.id, "lines"])
    body = {"action": "add_rows", "count": 2, "before": str(table.ids[0])}
    answer = client.post(edits, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert [row["number"] for row in answer.json()["tables"]] == [1, 2, 3, 4]
    assert all(len(row["cells"]) == 4 for row in answer.json()["tables"])
    refused = client.post(edits, {"action": "add_rows", "rows": []}, content_type="application/json")
    assert refused.status_code == 400 and {"count", "before", "rows"} <= set(refused.json()["fields"])
    listed = client.get(reverse("api-table-edits", args=[table.task.id])).json()
    assert [(one["action"], one["made_by"]) for one in listed] == [("add_rows", str(cast.owner))]
    undone = client.post(reverse("api-table-undo", args=[table.task.id]), content_type="application/json").json()
    assert [row["number"] for row in undone["tables"]] == [1, 2]
    assert (
        client.post(reverse("api-table-undo", args=[table.task.id]), content_type="application/json").status_code == 409
    )
    assert (
        client.post(reverse("api-table-redo", args=[table.task.id]), content_type="application/json").status_code == 200
    )
    assert (
        client.post(
            reverse("api-table-edit", args=[table.task.id, "nothing"]), body, content_type="application/json"
        ).status_code
        == 404
    )


def test_the_desk_gets_only_rows_that_are_otherwise(cast):
    table = Table(cast)
    client = cast.browser(cast.owner)
    address = reverse("review:table_edit", args=[table.task.id, "lines"])
    body = {"action": "fill_down", "columns": ["unit"], "rows": [str(row) for row in table.ids]}
    answer = client.post(address, body, content_type="application/json").json()
    assert list(answer["table"]["rows"]) == [str(table.ids[1])] and len(answer["table"]["order"]) == 2
    assert client.post(address, {"action": "fill"}, content_type="application/json").status_code == 400
    undo = client.post(reverse("review:undo", args=[table.task.id])).json()
    assert undo["table"]["rows"][str(table.ids[1])][3]["text"] == EACH


def test_the_answer_says_reasons_in_short(cast):
    """As that of a field does: the list on the desk is the same, whatever was changed last."""
    table = Table(cast, values=GOOD | {"total": "121.00"})
    address = reverse("review:table_edit", args=[table.task.id, "lines"])
    data = {"action": "add_rows", "count": 1, "before": None}
    answer = cast.browser(cast.owner).post(address, data, content_type="application/json").json()
    with organization_scope(cast.organization.id):
        reasons = ReviewTask.objects.get(id=table.task.id).all_reasons
    assert answer["reasons"] == [reason.text for reason in reasons_in_short(reasons)]
    assert answer["reasons"] != [reason.text for reason in reasons]
