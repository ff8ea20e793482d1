"""The library as super admins change it: what is offered changes, what organisations took stays theirs."""

import json

import pytest

from accounts.models import AuditEntry
from documents.domain.library import library_type, library_types, shipped_text, text_of, type_in
from documents.models import LibraryEntry, Schema
from documents.selectors.library import library_now, library_rows, library_shelf
from documents.services.schemas import library as services
from documents.services.schemas.adoption import schema_adopt
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope, system_scope

pytestmark = pytest.mark.django_db
CHANGED = shipped_text("letter").replace("en: Letter", "en: Office letter").replace("threshold: 0.85", "threshold: 0.9")


@pytest.fixture
def inside(cast):
    with organization_scope(cast.organization.id):
        yield


@pytest.fixture
def root(cast):
    return cast.access(cast.super_admin)


def names(cast):
    return {row.key: row.name for row in library_shelf(cast.access(cast.admin))}


def test_what_was_taken_stays_as_it_was(cast, root, inside):
    adopted = schema_adopt(cast.access(cast.admin), "letter", team_id=None, language="en")
    services.library_type_save(root, "letter", CHANGED)
    assert names(cast)["letter"] == "Office letter"
    assert Schema.objects.get(id=adopted.pk).versions.get().spec.threshold == 0.85
    later = schema_adopt(cast.access(cast.admin), "letter", team_id=None, language="en", key="letter_2")
    assert later.versions.get().spec.threshold == 0.9
    services.library_type_reset(root, "letter")
    assert names(cast)["letter"] == "Letter" and later.versions.get().spec.threshold == 0.9


def test_a_type_is_hidden_and_offered_again(cast, root, inside):
    services.library_type_hide(root, "letter")
    assert "letter" not in names(cast)
    with pytest.raises(NotFound):
        schema_adopt(cast.access(cast.admin), "letter", team_id=None, language="en")
    row = next(row for row in library_rows(root) if row.key == "letter")
    assert row.is_hidden and "key: letter" in row.text
    services.library_type_save(root, "letter", row.text)
    assert "letter" in names(cast)
    with pytest.raises(NotFound):
        services.library_type_hide(root, "laundry")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("key: letter", "key: other"), "says other"),
        (("type: date", "type: day"), "day"),
        (("de: Datum", "fr: Date"), "nothing in de"),
        (("pattern: '", "pattern: '(a|aa)+$|"), "pattern"),
        (("locale: {en: en_GB, de: de_DE}", "locale: {en: xx, de: de_DE}"), "xx"),
        (("checks: []", "checks: [{rule: 'nobody > 1'}]"), "nobody"),
        (("fields:", "strange: 1\nfields:"), "strange"),
        (("fields:", "fields: 7\nfield:"), "field"),
    ],
)
def test_what_would_break_a_document_is_refused(root, change, told):
    with pytest.raises(InvalidInput) as refused:
        services.library_type_save(root, "letter", shipped_text("letter").replace(*change))
    assert told in refused.value.message
    for junk in ("", "[1]", "key: letter", "fields: {a: &x [*x]}"):
        with pytest.raises(InvalidInput):
            services.library_type_save(root, "letter", junk)
    assert not LibraryEntry.objects.exists()


def test_nobody_but_super_admins_changes_it(cast, inside):
    for person in (cast.admin, cast.reviewer, cast.viewer):
        access = cast.access(person)
        for change in (
            lambda access: services.library_type_save(access, "letter", CHANGED),
            lambda access: services.library_type_hide(access, "letter"),
            lambda access: services.library_type_reset(access, "letter"),
            library_rows,
        ):
            with pytest.raises((Forbidden, NotFound)):
                change(access)


@pytest.mark.parametrize("key", [each.key for each in library_types()])
def test_a_type_of_an_office_comes_back_as_it_was(key):
    spec = library_type(key).spec("en")
    assert type_in(text_of(spec), key).spec("en") == spec


def test_an_offices_type_is_put_into_the_library(cast, root):
    schema = cast.publish("invoice")["invoice"]
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.pk).update(key="our-invoice")
        schema.refresh_from_db()
        services.library_type_take(root, schema)
    assert "our_invoice" in [each.key for each in library_now()]
    with system_scope("test"):
        assert AuditEntry.objects.filter(action="library_type_changed", object_id="our_invoice").exists()


def test_super_admin_changes_it_on_screen_and_by_api(cast):
    browser = cast.browser(cast.super_admin)
    page = browser.get("/schemas/library/").content.decode()
    assert "as it came" in page and "/schemas/library/letter/" in page
    bad = browser.post("/schemas/library/letter/", {"text": CHANGED.replace("type: date", "type: day")})
    assert bad.status_code == 400 and "type: day" in bad.content.decode()
    saved = browser.post("/schemas/library/letter/", {"text": CHANGED}, follow=True).content.decode()
    assert "Office letter" in saved and "changed here" in saved
    added = {"key": "bill", "text": CHANGED.replace("key: letter", "key: bill")}
    assert "added here" in browser.post("/schemas/library/", added, follow=True).content.decode()
    hidden = browser.post("/schemas/library/bill/state/", follow=True).content.decode()
    assert "not offered" in hidden
    assert "bill" not in browser.post("/schemas/library/bill/state/", {"reset": "yes"}, follow=True).content.decode()
    url, kind = "/api/v1/schema-library/letter/", {"content_type": "application/json"}
    assert browser.get(url).json()["is_changed"]
    assert browser.put(url, json.dumps({"text": CHANGED}), **kind).json()["name"] == "Office letter"
    assert browser.delete(url).status_code == 204 and not browser.get(url).json()["is_changed"]
    assert browser.put(url, json.dumps({"is_hidden": True}), **kind).json()["is_hidden"]
