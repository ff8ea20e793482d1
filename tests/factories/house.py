"""A person who corrects the papers of one sender, from upload to approval."""

from __future__ import annotations

from documents.models import FieldValue, Schema, SubDocument
from idp_project.core.tenancy import organization_scope
from idp_project.operations.samples.house import SELLER, house_invoice
from review.models import ReviewTask
from review.services.tasks import field_value_correct, review_task_decide
from tests.factories import files
from tests.factories.cast import Cast
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, drain, submit

SELLER_NAME = SELLER


def true_fields(number: int) -> dict[str, str]:
    """What the sender's invoice of that number says."""
    fields: dict[str, str] = house_invoice(number).labels["sub_documents"][0]["fields"]
    return fields


def read_house(cast: Cast, number: int) -> Outcome:
    """The invoice of that number, read as an invoice: it waits on the desk."""
    made = house_invoice(number)
    with organization_scope(cast.organization.id):
        schema_id = Schema.objects.get(key="invoice").id
    outcome = Outcome(submit(cast, files.incoming(made.file_name, made.content), schema_id=schema_id))
    drain()
    return outcome


def approve_house(cast: Cast, outcome: Outcome, number: int) -> SubDocument:
    """A reviewer corrects what differs and approves; the worker learns from it."""
    true, access = true_fields(number), cast.access(cast.reviewer)
    with organization_scope(cast.organization.id):
        task = ReviewTask.objects.get(sub_document__document__batch=outcome.batch)
        for value in FieldValue.objects.filter(sub_document=task.sub_document, table_row=None):
            if (value.value or "") != true.get(value.name, ""):
                field_value_correct(access, task.id, value.id, text=true.get(value.name, ""))
        review_task_decide(access, task.id, decision="approve", override=PRINTED_SO)
    drain()
    return outcome.sub_document()


def values_of(outcome: Outcome) -> dict[str, FieldValue]:
    """The fields of the one sub-document, by name."""
    with organization_scope(outcome.batch.organization_id):
        rows = FieldValue.objects.filter(sub_document=outcome.sub_document(), table_row=None)
        return {row.name: row for row in rows}
