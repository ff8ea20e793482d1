"""What people made of a type's values, cells included."""

from __future__ import annotations

import pytest

from documents.domain.provenance import Provenance
from documents.models import FieldValue, Run, StepRun, TableRow
from documents.selectors.measured import type_record
from idp_project.core.tenancy import organization_scope
from review.services.tasks import field_value_correct, review_task_decide
from tests.factories.desk import PRINTED_SO, on_desk
from tests.integration.review.test_checks_again import GOOD, LINES, ORDER

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def approved_as_read(cast, *, cell: str | None = None, loses_row: bool = False):
    """An order of which everything was read; the owner sets an amount of its lines to `cell`, and approves."""
    task = on_desk(cast, ORDER, GOOD, {"lines": LINES})
    access, place = cast.access(cast.owner), Provenance(1, None, None, "local", "1").to_dict()
    with organization_scope(cast.organization.id):
        run = Run.objects.get(document=task.sub_document.document)
        own = {
            "organization": cast.organization,
            "run": run,
            "unit_id": task.sub_document_id,
            "unit_kind": "sub_document",
        }
        StepRun.objects.create(**own, step="merge", position=0, output={"rows": [{"table": "lines"}] * len(LINES)})
        values = FieldValue.objects.filter(sub_document=task.sub_document)
        for value in values:
            value.candidates = [{"value": value.value, "raw_text": value.raw_text, "provenance": place}]
            value.save()
        if cell:
            field_value_correct(access, task.id, values.get(name="amount", table_row__number=1).id, text=cell)
        if loses_row:
            TableRow.objects.filter(sub_document=task.sub_document, number=2).delete()
        override = PRINTED_SO if cell or loses_row else None
        review_task_decide(access, task.id, decision="approve", override=override)
    return task


def test_corrected_cells_and_lost_rows_are_changes(cast):
    approved_as_read(cast)
    approved_as_read(cast, loses_row=True)
    task = approved_as_read(cast, cell="61.00")
    with organization_scope(cast.organization.id):
        record = type_record(task.sub_document.schema_version.schema_id)
    assert (record.documents, record.untouched) == (3, 1)
    assert set(record.fields) == set(GOOD), "shares are of fields only"
