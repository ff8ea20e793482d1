"""How a sender writes is learned from approved documents of the same organisation, by one query with an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.domain.sender_notation import SenderNotation
from documents.models import FieldValue, SubDocument
from documents.selectors.sender_notation import sender_notation_of
from idp_project.core.tenancy import organization_scope
from tests.factories.reading import read_document
from tests.planner import analyze

pytestmark = pytest.mark.django_db
VAT = (("vat_number", "DE136695976"),)


@pytest.fixture
def approved(cast):
    """Makes a document with that status; its date is printed 03/04/2025 and approved as 4 March, its total 1.234 as 1234."""

    def make(status="delivered", vat="DE136695976", day="2025-03-04"):
        document = read_document(cast.organization, cast.team, [f"VAT {vat}"])
        own = {"organization": cast.organization}
        with organization_scope(cast.organization.id):
            sub_document = SubDocument.objects.create(
                **own, document=document, team=cast.team, first_page=1, last_page=1, status=status
            )
            for name, kind, value, raw in (
                ("vat_number", "vat_number", vat, vat),
                ("invoice_date", "date", day, "03/04/2025"),
                ("total_amount", "amount", "1234", "1.234"),
            ):
                FieldValue.objects.create(
                    **own, sub_document=sub_document, name=name, type=kind, value=value, raw_text=raw
                )

    return make


def test_approved_documents_of_the_sender_show_it(cast, approved):
    approved()
    approved("approved")
    assert sender_notation_of(cast.organization.id, VAT) == SenderNotation(",", "MDY", 2)


@pytest.mark.parametrize("change", [{"status": "in_review"}, {"status": "withdrawn"}, {"vat": "DE123456788"}])
def test_other_documents_show_nothing(cast, approved, change):
    approved(**change)
    assert sender_notation_of(cast.organization.id, VAT) == SenderNotation()


def test_other_organisations_are_not_asked(cast, approved):
    approved()
    assert sender_notation_of(cast.foreign.id, VAT).is_empty


def test_documents_that_disagree_show_no_order(cast, approved):
    approved()
    approved(day="2025-04-03")
    assert sender_notation_of(cast.organization.id, VAT).date_order == ""


@pytest.mark.django_db(transaction=True)
def test_the_sender_is_found_by_an_index_in_one_query(cast, approved):
    approved()
    with CaptureQueriesContext(connection) as queries:
        sender_notation_of(cast.organization.id, VAT)
    selects = [query["sql"] for query in queries if query["sql"].startswith("SELECT") and "fieldvalue" in query["sql"]]
    assert len(selects) == 1
    with organization_scope(cast.organization.id):
        many_values()
    analyze("documents_fieldvalue", "documents_subdocument")
    with organization_scope(cast.organization.id), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {selects[0]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "field_value_of_sender" in plan, plan


def many_values() -> None:
    """As many as an organisation has after some weeks: among few, the planner takes any index."""
    one = (
        FieldValue.objects.filter(name="vat_number").values("organization_id", "sub_document_id", "name", "type").get()
    )
    FieldValue.objects.bulk_create(
        FieldValue(**one, value=f"DE{number}", raw_text="x", item=number) for number in range(1, 3_000)
    )
