"""Schemas as managers see and tune them."""

import pytest

from accounts.models import AuditEntry
from documents.domain.schema_tuning import SchemaTuning
from documents.models import Schema, SchemaVersion
from documents.services.schemas.schemas import schema_tune
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope


@pytest.fixture
def schema(cast) -> Schema:
    """The invoice, of the team alone."""
    schema = cast.publish("invoice", threshold=0.85)["invoice"]
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.id).update(team=cast.team)
    return schema


def as_posted(page) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    form = page.context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in found.items()}


def test_manager_tunes_labels_and_thresholds_of_the_next_version(cast, schema):
    browser = cast.browser(cast.reviewer)
    listed = browser.get("/schemas/").content.decode()
    assert schema.name in listed and f"/schemas/{schema.id}/edit/" in listed
    url = f"/schemas/{schema.id}/edit/"
    sent = as_posted(browser.get(url))
    unchanged = browser.post(url, sent)
    assert unchanged.status_code == 400 and "Nothing differs" in unchanged.content.decode()
    sent |= {
        "threshold": "92.5",
        "invoice_number:aliases": "Bill no.\nbill no.\nOur ref.",
        "total_amount:threshold": "99",
    }
    assert browser.post(url, sent).status_code == 302
    with organization_scope(cast.organization.id):
        versions = SchemaVersion.objects.filter(schema=schema).select_related("schema")
        newest = versions.order_by("-published_at").first()
        old = versions.get(number=sent["base"])
        first, entry = AuditEntry.objects.filter(action="schema_published").order_by("number")
    assert (first.actor_name, first.details) == ("system", {"schema": schema.key, "version": old.number})
    assert (entry.actor_id, entry.details["base"]) == (cast.reviewer.id, old.number)
    assert newest.number != old.number and old.spec.threshold == 0.85
    assert newest.spec.threshold == 0.925 and newest.spec.field_named("total_amount").threshold == 0.99
    assert newest.spec.field_named("invoice_number").aliases == ("Bill no.", "Our ref.")
    assert set(entry.details["changed"]) == {"threshold", "invoice_number", "total_amount"}
    page = browser.get(f"/schemas/{schema.id}/").content.decode()
    assert f"{schema.name} {newest.number}" in page and "Our ref." in page
    earlier = browser.get(f"/schemas/{schema.id}/", {"version": old.number}).content.decode()
    assert "an earlier version" in earlier and "Our ref." not in earlier
    assert browser.get(f"/schemas/{schema.id}/", {"version": "9.9"}).status_code == 404


def test_two_managers_do_not_overwrite_each_other(cast, schema):
    browser = cast.browser(cast.reviewer)
    url = f"/schemas/{schema.id}/edit/"
    sent = as_posted(browser.get(url)) | {"threshold": "90"}
    assert browser.post(url, sent).status_code == 302
    late = browser.post(url, sent | {"threshold": "91"})
    assert late.status_code == 400 and "published another version meanwhile" in late.content.decode()
    assert 'value="91"' in late.content.decode()
    bad = browser.post(url, sent | {"threshold": "101"})
    assert bad.status_code == 400 and "less than or equal to 100" in bad.content.decode()


def test_only_managers_of_the_schema_change_it(cast, schema):
    tuning = SchemaTuning(0.5, {})
    base = schema.versions
    with organization_scope(cast.organization.id):
        number = base.get().number
        with pytest.raises(Forbidden):
            schema_tune(cast.access(cast.owner), schema.id, base=number, tuning=tuning)
        Schema.objects.filter(id=schema.id).update(team=None)
        with pytest.raises(Forbidden):
            schema_tune(cast.access(cast.reviewer), schema.id, base=number, tuning=tuning)
        with pytest.raises(InvalidInput):
            schema_tune(cast.access(cast.admin), schema.id, base=number, tuning=SchemaTuning(7, {}))
        schema_tune(cast.access(cast.admin), schema.id, base=number, tuning=tuning)
        with pytest.raises(Conflict):
            schema_tune(cast.access(cast.admin), schema.id, base=number, tuning=tuning)
