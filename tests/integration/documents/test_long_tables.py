"""A document with many table rows is read from the database in as many queries as one with few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec
from tests.factories.desk import on_desk

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SPEC = SchemaSpec(
    "bill",
    "Bill",
    "1.0",
    (FieldSpec("total", FieldType.AMOUNT, "Total"),),
    tables=(TableSpec("items", "Items", (FieldSpec("amount", FieldType.AMOUNT, "Amount"),)),),
)


def queries_of(cast, rows: int, address) -> int:
    """That a client needs to get the document, after a first call has filled the caches."""
    task = on_desk(cast, SPEC, {"total": "5.00"}, {"items": [{"amount": "1.00"}] * rows})
    client = cast.browser(cast.owner)
    url = address(task.sub_document)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return len(queries)


@pytest.mark.parametrize(
    "address",
    [
        lambda sub_document: f"/api/v1/documents/{sub_document.document_id}/",
        lambda sub_document: reverse("documents:document_detail", args=[sub_document.document_id]),
    ],
    ids=["over the API", "on its page"],
)
def test_queries_do_not_grow_with_rows(cast, address):
    assert queries_of(cast, 40, address) <= queries_of(cast, 2, address)
