"""The demonstration organisation on a data folder that an earlier start has made."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Organization, User
from documents.domain.library import library_type
from documents.models import Schema, SchemaVersion
from idp_project.core.installation import InstallationKind, remember_kind
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo import organization

pytestmark = pytest.mark.django_db


def definitions(of: Organization) -> dict[str, dict[str, object]]:
    with organization_scope(of.id):
        versions = SchemaVersion.objects.select_related("schema")
        return {f"{version.schema.key} {version.number}": version.definition for version in versions}


def test_second_start_adds_new_schemas_and_keeps_the_rest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: object
) -> None:
    settings.DATA_DIR = tmp_path
    remember_kind(tmp_path, InstallationKind.DEMONSTRATION)
    shipped = organization.shipped_schemas()
    changed = replace(library_type("invoice").spec("en"), name="Invoice as somebody changed it")
    monkeypatch.setattr(organization, "LOGINS_PATH", tmp_path / "logins.json")
    monkeypatch.setattr(organization, "shipped_schemas", lambda: [changed, library_type("receipt").spec("en")])
    first = organization.load()
    assert {key.split()[0] for key in definitions(first)} == {"invoice", "receipt"}
    people = User.objects.count()

    monkeypatch.setattr(organization, "shipped_schemas", lambda: shipped)
    again = organization.load()
    assert again == first and User.objects.count() == people
    found = definitions(again)
    assert {key.split()[0] for key in found} == {spec.key for spec in shipped}
    assert {definition["name"] for definition in found.values()} >= {"Invoice as somebody changed it", "Bank statement"}
    organization.load()
    assert definitions(again) == found


def test_types_of_a_demonstration_are_automatic(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, servers: object, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    remember_kind(tmp_path, InstallationKind.DEMONSTRATION)
    monkeypatch.setattr(organization, "LOGINS_PATH", tmp_path / "logins.json")
    loaded = organization.load()
    with organization_scope(loaded.id):
        assert set(Schema.objects.values_list("auto_approval", flat=True)) == {"demonstration"}
        Schema.objects.filter(key="invoice").update(auto_approval="off")
        SchemaVersion.objects.filter(schema__key="invoice").update(number="0.1")
    organization.load()
    with organization_scope(loaded.id):
        assert Schema.objects.get(key="invoice").auto_approval == "off", "what a person set to never stays so"
