"""A retired schema takes nothing new at any door; what was submitted with it goes on."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from documents.models import Batch, Schema
from documents.services.schemas.schema_grants import schema_grant_revoke
from documents.services.schemas.schemas import schema_publish
from idp_project.core.errors import Conflict
from idp_project.core.installation import InstallationKind, remember_kind
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.operations.demo.organization import load, shipped_schemas
from review.models import ReviewTask
from review.services import boundaries
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.integration.documents.test_uploads import send

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
RETIRED = (409, "schema_retired")
JSON = {"Accept": "application/json"}


def retire(cast, key: str) -> Schema:
    with organization_scope(cast.organization.id):
        Schema.objects.filter(key=key).update(is_retired=True)
        return Schema.objects.get(key=key)


def type_of(sub_document) -> str:
    return sub_document.schema_version.schema.key if sub_document.schema_version else ""


def verdict(answer) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


class Doors:
    """Every way in which somebody may ask for a schema over HTTP, by name."""

    def __init__(self, cast, drain):
        cast.publish("invoice", "receipt")
        self.outcome = Outcome(submit(cast, files.for_review()))
        drain()
        self.cast, self.schema = cast, retire(cast, "receipt")
        self.api, self.manager = cast.browser(cast.owner), cast.browser(cast.admin)
        self.sub_document, self.id = self.outcome.sub_document(), str(self.schema.id)

    def file(self):
        return SimpleUploadedFile("a.pdf", files.content_of(files.sample()))

    def arranged(self):
        return {
            "sub_documents": [
                {"first_page": 1, "last_page": 1},
                {"first_page": 2, "last_page": 2, "schema_id": self.id},
            ]
        }

    def json(self, method: str, route: str, body: dict, *arguments, browser=None):
        url, client = reverse(route, args=arguments), browser or self.api
        return getattr(client, method)(url, json.dumps(body), content_type="application/json", headers=JSON)

    def task_id(self):
        with organization_scope(self.cast.organization.id):
            return ReviewTask.objects.get(sub_document=self.sub_document).id


HTTP: dict[str, Callable[[Doors], object]] = {
    "API upload": lambda doors: doors.api.post(
        reverse("api-batches"), {"team_id": doors.cast.team.id, "schema_id": doors.id, "files": doors.file()}
    ),
    "API, file in parts": lambda doors: doors.json(
        "post",
        "api-batches",
        {"team_id": str(doors.cast.team.id), "schema_id": doors.id, "upload_ids": [send(doors.api, b"%PDF-1.7")]},
    ),
    "form": lambda doors: doors.api.post(
        reverse("documents:batch_submit"),
        {"team": doors.cast.team.id, "schema": doors.id, "files": doors.file()},
        headers=JSON,
    ),
    "API retype": lambda doors: doors.json("post", "api-retype", {"schema_id": doors.id}, doors.sub_document.id),
    "API arrange": lambda doors: doors.json("put", "api-arrange", doors.arranged(), doors.sub_document.document_id),
    "desk retype": lambda doors: doors.json("post", "review:retype", {"schema_id": doors.id}, doors.task_id()),
    "desk arrange": lambda doors: doors.json(
        "post", "review:arrange", doors.arranged(), doors.sub_document.document_id
    ),
    "API share": lambda doors: doors.json(
        "post", "api-schema-grants", {"user_id": str(doors.cast.outsider.id)}, doors.id, browser=doors.manager
    ),
    "editor": lambda doors: doors.manager.get(reverse("documents:schema_edit", args=[doors.id]), headers=JSON),
}


def test_every_door_refuses_a_retired_schema(cast, drain):
    doors = Doors(cast, drain)
    before = doors.sub_document.schema_version_id
    assert {name: verdict(ask(doors)) for name, ask in HTTP.items()} == dict.fromkeys(HTTP, RETIRED)
    with system_scope("test"):
        assert Batch.objects.count() == 1 and doors.outcome.sub_document().schema_version_id == before
    page = doors.manager.post(reverse("documents:schema_grants", args=[doors.id]), {"person": str(cast.outsider.id)})
    assert page.status_code == 400 and "is retired" in page.content.decode()
    detail = doors.manager.get(reverse("documents:schema_detail", args=[doors.id])).content.decode()
    assert reverse("documents:schema_edit", args=[doors.id]) not in detail


def test_the_command_line_refuses_it_by_name(cast, tmp_path: Path):
    cast.publish("receipt")
    retire(cast, "receipt")
    assert cast.team
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    for key, said in (("receipt", "schema_retired"), ("nothing", "There is no schema")):
        with pytest.raises(CommandError, match=said) as error:
            call_command("process", str(path), schema=key, organization=cast.organization.slug)
        assert error.value.returncode == 2


def test_no_version_of_a_retired_schema_is_published(cast):
    schema = cast.publish("receipt")["receipt"]
    retire(cast, "receipt")
    with organization_scope(cast.organization.id):
        version = schema.versions.get()
        same = {"organization_id": cast.organization.id}
        assert schema_publish(**same, spec=version.spec) == version, "what is there already changes nothing"
        with pytest.raises(Conflict, match="retired"):
            schema_publish(**same, spec=replace(version.spec, version="9.0"))
        with pytest.raises(Conflict, match="retired"):
            cast.change_type(cast.admin, schema, threshold=0.9)
        assert schema.versions.count() == 1


def test_the_demonstration_loads_beside_a_retired_schema(db, monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    remember_kind(tmp_path, InstallationKind.DEMONSTRATION)
    monkeypatch.setattr("idp_project.operations.demo.organization.LOGINS_PATH", tmp_path / "logins.json")
    organization = load()
    with organization_scope(organization.id):
        Schema.objects.filter(key="invoice").update(is_retired=True)
    newer = [replace(spec, version="9.0") if spec.key == "invoice" else spec for spec in shipped_schemas()]
    monkeypatch.setattr("idp_project.operations.demo.organization.shipped_schemas", lambda: newer)
    load()
    with organization_scope(organization.id):
        assert not Schema.objects.get(key="invoice").versions.filter(number="9.0").exists()


def test_a_grant_on_it_can_still_be_taken_back(cast):
    schema = cast.publish("receipt")["receipt"]
    browser = cast.browser(cast.admin)
    url = reverse("api-schema-grants", args=[schema.id])
    given = {"user_id": str(cast.outsider.id), "expires_at": str(timezone.now() + timedelta(days=3))}
    assert browser.post(url, given, content_type="application/json").status_code == 204
    retire(cast, "receipt")
    assert len(browser.get(url).json()) == 1
    with organization_scope(cast.organization.id):
        schema_grant_revoke(cast.access(cast.admin), schema.id, cast.outsider.id)
    assert browser.get(url).json() == []


def test_what_was_submitted_with_it_goes_on(cast, drain):
    schema = cast.publish("invoice")["invoice"]
    outcome = Outcome(submit(cast, files.for_review(), schema_id=schema.id))
    retire(cast, "invoice")
    drain()
    sub_document = outcome.sub_document()
    assert (outcome.document().status, type_of(sub_document)) == ("in_review", "invoice")
    with organization_scope(cast.organization.id):
        access = cast.access(cast.owner)
        assert len(boundaries.sub_document_split(access, sub_document.id, before_page=2)) == 2
    drain()
    assert [type_of(one) for one in outcome.sub_documents(outcome.document())] == ["invoice"] * 2
    body = {"parts": [{"first_page": 1, "last_page": 2, "schema_id": str(schema.id)}]}
    url = reverse("api-arrange", args=[sub_document.document_id])
    answer = cast.browser(cast.owner).put(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, "pages of this type stay of it when their boundaries are moved"


def test_no_document_is_found_to_be_of_it(cast, drain):
    cast.publish("invoice", "receipt")
    retire(cast, "invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    assert type_of(outcome.sub_document()) != "invoice"


def test_documents_of_it_can_still_be_asked(cast):
    cast.publish("receipt")
    retire(cast, "receipt")
    body = json.dumps({"text": "Which receipts are there?", "scope": {"schema_key": "receipt"}})
    answer = cast.browser(cast.owner).post(reverse("api-questions"), body, content_type="application/json")
    assert answer.status_code == 200


def test_upload_metadata_names_what_is_known(cast):
    browser = cast.browser(cast.owner)
    assert cast.team
    name = b64encode(b"a.pdf").decode()
    for metadata, status, code in (
        (f"filename {name},filetype {name}", 201, ""),
        (f"filename {name},schema_id {name}", 400, "unknown_field"),
        (f"filename {name},filename {name}", 400, "repeated_field"),
        (f"Filename {name}", 400, "unknown_field"),
    ):
        headers = {"Upload-Length": "10", "Upload-Metadata": metadata}
        answer = browser.post(
            reverse("api-uploads"), b"", content_type="application/offset+octet-stream", headers=headers
        )
        assert verdict(answer) == (status, code), metadata
