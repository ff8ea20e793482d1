"""What people decide of one document of a sender is known with the next: learned, shown, kept apart and forgotten."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Access
from documents.models import Evidence, LearnedExample, LearnedSign, Schema
from documents.selectors.learned import decisions_to_learn, learned_of_sender
from documents.services.approving.approval import approved_delete, sub_document_withdraw
from documents.services.removing.removal import document_delete
from extraction.learning.senders import index_signs
from extraction.runner.learning import decision_learn, decisions_learn_due
from idp_project.core.tenancy import organization_scope
from tests.factories.house import SELLER_NAME, approve_house, read_house, true_fields, values_of
from tests.planner import analyze

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
WRONG = {"invoice_number", "invoice_date", "total_amount", "net_amount", "tax_amount"}
TAUGHT = {"invoice_number", "invoice_date", "total_amount"}


def wrong(outcome, number):
    true, found = true_fields(number), values_of(outcome)
    return {name for name, value in true.items() if (found[name].value or "") != value}


def notes(value):
    return [note["code"] for note in (value.provenance or {}).get("notes", ())]


@pytest.fixture
def decided(cast, drain):
    """The first invoice of the sender, corrected and approved."""
    cast.publish("invoice")
    first = read_house(cast, 1)
    assert wrong(first, 1) >= TAUGHT
    return first, approve_house(cast, first, 1)


def test_next_document_of_the_sender_is_right(cast, decided):
    second = read_house(cast, 2)
    assert not wrong(second, 2) & TAUGHT
    found = values_of(second)
    for name in TAUGHT:
        assert notes(found[name])[0] == "learned_from_one"
        assert found[name].provenance["engine"] == "memory"
        assert found[name].confidence <= 2 / 3, "one document makes nobody sure"
    assert "learned_from_one" not in notes(found["seller_name"]), "what was right by itself was not learned"
    approve_house(cast, second, 2)
    third = values_of(read_house(cast, 3))
    assert notes(third["invoice_number"])[0] == "learned_from_sender"
    assert third["invoice_number"].confidence <= 3 / 4
    assert third["invoice_number"].value == true_fields(3)["invoice_number"]


def test_learned_values_stand_before_a_gate_of_their_own(cast, decided):
    _, approved = decided
    second = read_house(cast, 2).sub_document()
    assert second.model != approved.model and second.reader == approved.reader
    assert second.route == "review"
    with organization_scope(cast.organization.id):
        assert not Evidence.objects.filter(model=second.model).exists()


def test_withdrawn_document_is_forgotten(cast, decided):
    _, approved = decided
    with organization_scope(cast.organization.id):
        assert LearnedSign.objects.exists()
        approved.refresh_from_db()
        sub_document_withdraw(approved.id, approver_name="test")
        assert not LearnedExample.objects.exists() and not LearnedSign.objects.exists()
    assert not decision_learn(cast.organization.id, approved.id), "a late job brings nothing back"
    assert wrong(read_house(cast, 2), 2) >= TAUGHT


@pytest.mark.parametrize("way", ["document", "record"])
def test_deleted_document_is_forgotten(cast, decided, way):
    outcome, approved = decided
    access = Access.for_system(cast.organization.id)
    with organization_scope(cast.organization.id):
        if way == "document":
            document_delete(cast.access(cast.reviewer), outcome.document().id)
        else:
            approved_delete(approved.id, access=access, reason="asked for")
        assert not LearnedExample.objects.exists() and not LearnedSign.objects.exists()
    assert not decision_learn(cast.organization.id, approved.id)
    assert decisions_to_learn(10) == []


def test_other_organisations_learn_nothing(cast, decided):
    with organization_scope(cast.organization.id):
        schema_id, document_id = Schema.objects.get(key="invoice").id, cast.foreign.id
    signs = index_signs((), (SELLER_NAME,), "")
    assert len(learned_of_sender(cast.organization.id, schema_id, document_id, signs)) == 1
    assert learned_of_sender(cast.foreign.id, schema_id, document_id, signs) == []
    with organization_scope(cast.foreign.id):
        assert not LearnedExample.objects.exists() and not LearnedSign.objects.exists()


def test_a_document_teaches_nothing_of_itself(cast, decided):
    outcome, _ = decided
    with organization_scope(cast.organization.id):
        schema_id = Schema.objects.get(key="invoice").id
    signs = index_signs((), (SELLER_NAME,), "")
    assert learned_of_sender(cast.organization.id, schema_id, outcome.document().id, signs) == []


def test_lost_jobs_are_made_up_for_once(cast, decided):
    with organization_scope(cast.organization.id):
        LearnedExample.objects.all().delete()
    assert decisions_learn_due() == 1
    assert decisions_learn_due() == 0
    with organization_scope(cast.organization.id):
        assert LearnedExample.objects.get().learned.name == SELLER_NAME


def test_evaluation_says_what_people_changed(cast, decided):
    out = io.StringIO()
    call_command("evaluate", "--json", organization=cast.organization.slug, key="invoice", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["documents"], found["untouched"]) == (1, 0)
    number, seller = found["fields"]["invoice_number"], found["fields"]["seller_name"]
    assert (number["values"], number["right"], number["missed"]) == (1, 0, 1)
    assert (seller["values"], seller["right"], seller["learned"]) == (1, 1, 0)
    approve_house(cast, read_house(cast, 2), 2)
    out = io.StringIO()
    call_command("evaluate", "--json", organization=cast.organization.slug, key="invoice", stdout=out)
    number = json.loads(out.getvalue())["fields"]["invoice_number"]
    assert (number["values"], number["right"], number["learned"], number["learned_right"]) == (2, 1, 1, 1)
    assert number["auroc"] is None and number["can_rank_errors"] is False
    out = io.StringIO()
    call_command("evaluate", organization=cast.organization.slug, key="invoice", stdout=out)
    assert "cannot rank errors yet" in out.getvalue()


def test_managers_see_what_was_right_and_learned(cast, decided):
    approve_house(cast, read_house(cast, 2), 2)
    with organization_scope(cast.organization.id):
        address = reverse("documents:schema_auto_approval", args=[Schema.objects.get(key="invoice").id])
    answer = cast.browser(cast.admin).get(address)
    page = answer.content.decode()
    assert answer.status_code == 200 and "2 documents were approved by people" in page
    number = page[page.index("Invoice No.</th>") :].split("</tr>")[0]
    assert "50 %" in number and "1 of 1 right" in number and "cannot rank errors of this field yet" in number
    assert "reliability-chart" in page
    assert cast.browser(cast.owner).get(address).status_code == 403


def test_the_sender_is_looked_up_by_an_index(cast, decided):
    with organization_scope(cast.organization.id):
        example = LearnedExample.objects.get()
        many = (
            LearnedSign(
                organization_id=example.organization_id, example=example, schema_id=example.schema_id, sign=f"w{n}"
            )
            for n in range(5000)
        )
        LearnedSign.objects.bulk_create(many)
    analyze("documents_learnedsign")
    with CaptureQueriesContext(connection) as queries:
        learned_of_sender(cast.organization.id, example.schema_id, cast.foreign.id, index_signs((), (SELLER_NAME,), ""))
    (select,) = [
        query["sql"] for query in queries if "learnedsign" in query["sql"] and query["sql"].startswith("SELECT")
    ]
    with organization_scope(cast.organization.id), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {select}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "learned_by_sign" in plan, plan
