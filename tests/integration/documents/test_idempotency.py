"""An Idempotency-Key stands for one request: repeated it gives the same answer, with other content it is refused."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from accounts.models import Organization
from documents.models import Batch, BatchDeletion, Schema, SourceFile
from documents.services.removing.batch_deletion import batch_delete
from documents.services.removing.removal import document_delete
from documents.services.running.cancellation import batch_cancel
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories import files
from tests.integration.documents.test_uploads import send

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
KEY = "monday-post-1"
REUSED = (422, "idempotency_key_reused")


class Sender:
    """Submits the same one file, unless told otherwise."""

    def __init__(self, cast):
        self.cast, self.team, self.browser = cast, cast.team, cast.browser(cast.owner)
        self.content = files.content_of(files.sample())

    def post(self, key=KEY, *, names=("a.pdf",), contents=None, browser=None, **data):
        sent = [
            SimpleUploadedFile(name, content) for name, content in zip(names, contents or [self.content], strict=False)
        ]
        data = {"team_id": str(self.team.id), **({"files": sent} if sent else {}), **data}
        headers = {} if key is None else {"Idempotency-Key": key}
        return (browser or self.browser).post(reverse("api-batches"), data, headers=headers)

    def stored(self):
        """(batches, files named by rows, files on disk)"""
        folder = (
            Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / str(self.cast.organization.id) / "originals"
        )
        with system_scope("test"):
            on_disk = len(list(folder.iterdir())) if folder.is_dir() else 0
            return Batch.objects.count(), SourceFile.objects.count(), on_disk


@pytest.fixture
def sender(cast):
    return Sender(cast)


def verdict(answer):
    return answer.status_code, answer.json()["code"]


def test_the_same_content_gives_the_same_answer(sender):
    first, again = sender.post(), sender.post()
    assert (first.status_code, again.status_code) == (201, 201) and first.content == again.content
    assert sender.stored() == (1, 1, 1)


def test_other_content_is_refused_and_nothing_is_stored(sender, cast):
    cast.publish("invoice")
    with organization_scope(cast.organization.id):
        schema = Schema.objects.get()
    first = sender.post().json()
    other = files.content_of(files.for_review())
    for change in (
        {"contents": [other]},
        {"names": ["b.pdf"]},
        {"names": ["a.pdf", "b.pdf"], "contents": [sender.content, other]},
        {"names": []},
        {"name": "Monday"},
        {"priority": "-1"},
        {"schema_id": str(schema.id)},
        {"upload_ids": [send(sender.browser, other)]},
    ):
        answer = sender.post(**change)
        assert verdict(answer) == REUSED, change
        assert answer.json()["batch_id"] == first["id"] and "new key" in answer.json()["message"]
    assert sender.stored() == (1, 1, 2), "the second file is the upload, still there for another key"


def test_another_team_is_other_content(sender, cast):
    admin = cast.browser(cast.admin)
    assert sender.post(browser=admin).status_code == 201
    assert verdict(sender.post(browser=admin, team_id=str(cast.other_team.id))) == REUSED


def test_another_persons_key_is_another_key(sender, cast):
    assert sender.post().json()["id"] != sender.post(browser=cast.browser(cast.teammate), name="Other").json()["id"]


def test_the_form_remembers_the_content_too(sender):
    def submit(**change):
        data = {"team": str(sender.team.id), "files": [SimpleUploadedFile("a.pdf", sender.content)], **change}
        headers = {"Idempotency-Key": KEY, "Accept": "application/json"}
        return sender.browser.post(reverse("documents:batch_submit"), data, headers=headers)

    first = submit()
    assert first.status_code == 201 and submit().json() == first.json()
    assert verdict(submit(name="Other")) == REUSED
    assert verdict(sender.post()) == REUSED, "another address is another request"
    assert sender.stored() == (1, 1, 1)


def test_files_at_another_field_are_refused(sender):
    data = {"team": str(sender.team.id), "document": SimpleUploadedFile("a.pdf", sender.content)}
    answer = sender.browser.post(reverse("documents:batch_submit"), data, headers={"Accept": "application/json"})
    assert verdict(answer) == (400, "unknown_field") and "document" in answer.json()["message"]
    answer = sender.post(document=SimpleUploadedFile("b.pdf", sender.content))
    assert verdict(answer) == (400, "unknown_field") and list(answer.json()["fields"]) == ["document"]
    assert sender.stored() == (0, 0, 0)


@pytest.mark.parametrize("key", ["", "  ", "k" * 201, "a\tb", "a\0b"])
def test_what_is_no_key_is_refused(sender, key):
    assert verdict(sender.post(key)) == (400, "invalid_idempotency_key")
    assert sender.stored() == (0, 0, 0)


def test_long_keys_that_differ_at_their_end_are_two(sender):
    assert sender.post("k" * 199 + "a").json()["id"] != sender.post("k" * 199 + "b").json()["id"]
    assert sender.post(None).json()["id"] != sender.post(None).json()["id"], "without a key nothing is remembered"


def test_a_batch_from_before_digests_is_given_as_before(sender):
    first = sender.post().json()
    with organization_scope(sender.cast.organization.id):
        Batch.objects.update(idempotency_digest="")
    assert sender.post(name="Other").json()["id"] == first["id"]


def test_a_repeat_needs_no_room_and_no_schema_in_use(sender, cast):
    schema = cast.publish("invoice")["invoice"]
    first = sender.post(schema_id=str(schema.id))
    assert first.status_code == 201
    with organization_scope(cast.organization.id):
        Schema.objects.update(is_retired=True)
    Organization.objects.filter(id=cast.organization.id).update(max_stored_bytes=1)
    assert sender.post(schema_id=str(schema.id)).json()["id"] == first.json()["id"]
    assert verdict(sender.post("other", schema_id=str(schema.id))) == (409, "schema_retired")


def test_a_cancelled_batch_is_given_as_it_is(sender, cast):
    first = sender.post().json()
    with organization_scope(cast.organization.id):
        batch_cancel(cast.access(cast.reviewer), first["id"])
    again = sender.post().json()
    assert again["id"] == first["id"] and again["cancelled_at"]


def test_a_batch_that_is_being_deleted_takes_nothing(sender, cast):
    first = sender.post().json()
    with organization_scope(cast.organization.id):
        batch_delete(cast.access(cast.reviewer), first["id"])
        assert BatchDeletion.objects.get().finished_at is None
    assert verdict(sender.post()) == (409, "batch_being_deleted")
    assert verdict(sender.post(name="Other")) == REUSED
    assert sender.post("new-key").status_code == 201


def test_a_deleted_batch_frees_its_key(sender, cast, drain):
    """A deleted document does not: to send it again is another request."""
    first = sender.post(contents=[b"not a document"]).json()
    with organization_scope(cast.organization.id):
        document_delete(cast.access(cast.reviewer), Batch.objects.get().documents.get().id)
    assert sender.post(contents=[b"not a document"]).json()["id"] == first["id"]
    with organization_scope(cast.organization.id):
        batch_delete(cast.access(cast.reviewer), first["id"])
    drain()
    second = sender.post()
    assert second.status_code == 201 and second.json()["id"] != first["id"]


def test_one_of_two_contents_at_once_wins(sender, cast):
    browsers = [cast.browser(cast.owner) for _ in range(4)]
    contents = [sender.content, files.content_of(files.for_review())] * 2
    together = Barrier(len(browsers))

    def go(browser, content):
        together.wait(60)
        try:
            return sender.post(browser=browser, contents=[content])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(go, browsers, contents))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]
    assert {answer.status_code for answer in answers[::2]} != {answer.status_code for answer in answers[1::2]}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert sender.stored() == (1, 1, 1), "the losers' copies are gone"
