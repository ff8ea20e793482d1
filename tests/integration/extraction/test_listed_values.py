"""A value that master data does not know goes to a person, who is offered the nearest entries."""

import pytest

from documents.models import FieldValue, Schema
from documents.selectors.readable import field_view_of
from documents.services.schemas.drafts import schema_draft_open
from documents.services.schemas.master_lists import master_list_create, master_list_replace
from extraction.runner.trial.playground import draft_try
from idp_project.core.errors import Conflict
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services import tasks
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
TRUE = files.true_values()["seller_name"]
KNOWN = f"number,name\n70001,{TRUE}\n70002,Orion Papier AG\n"
OTHERS = f"number,name\n70001,{TRUE.replace('Supplies', 'Services')}\n70002,Orion Papier AG\n"


@pytest.fixture
def suppliers(cast):
    """The list, which the type's seller has to be in."""
    schema = cast.publish("invoice")["invoice"]
    admin = cast.access(cast.admin)
    with organization_scope(cast.organization.id):
        made = master_list_create(admin, name="Suppliers", content=OTHERS)
        listed = {"seller_name": {"listed_in": "suppliers", "listed_column": "name"}}
        version = cast.change_type(cast.admin, schema, fields=listed)
    assert version.number == "2.0", "what was earned says nothing about values that have to be in a list"
    return made


def test_unknown_value_waits_with_the_nearest_entries(cast, suppliers):
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    assert outcome.document().status == "in_review"
    access = cast.access(cast.owner)
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(sub_document=outcome.sub_document(), name="seller_name")
        view = field_view_of(value)
        nearest = [one["text"] for one in view["candidates"] if one.get("is_listed")]
        assert nearest[0] == "Vellbrook Services Ltd" and "is not in the list Suppliers" in view["reasons"][0]
        task = ReviewTask.objects.get()
        with pytest.raises(Conflict):
            tasks.review_task_decide(access, task.id, decision="approve")
        tasks.field_value_correct(access, task.id, value.id, text=nearest[0])
        view = field_view_of(FieldValue.objects.get(id=value.id))
        assert not any(one.get("is_listed") for one in view["candidates"]) and not view["reasons"]


def test_a_replaced_list_holds_for_the_next_value(cast, suppliers):
    admin = cast.access(cast.admin)
    with organization_scope(cast.organization.id):
        schema_draft_open(admin, cast_schema(cast))
    before = Outcome(submit(cast, files.sample()))
    drain()
    with organization_scope(cast.organization.id):
        master_list_replace(admin, suppliers.pk, content=KNOWN)
    trial = draft_try(admin, cast_schema(cast), before.document().id)
    listed = [check for check in trial.run.result.checks if check.check == "listed"]
    assert [check.outcome.value for check in listed] == ["passed"]


def cast_schema(cast):
    with organization_scope(cast.organization.id):
        return Schema.objects.get(key="invoice").pk


def test_labels_are_those_of_the_readers_language(cast):
    schema = cast.publish("invoice")["invoice"]
    with organization_scope(cast.organization.id):
        said = {"seller_name": {"translations": {"de": {"label": "Lieferant", "aliases": ["Kreditor"]}}}}
        assert cast.change_type(cast.admin, schema, fields=said).number == "1.1"
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    browser = cast.browser(cast.reviewer)
    url = f"/documents/{outcome.document().id}/"
    english, german = (
        browser.get(url, headers={"accept-language": language}).content.decode() for language in ("en", "de")
    )
    assert "Lieferant" in german and "Lieferant" not in english
