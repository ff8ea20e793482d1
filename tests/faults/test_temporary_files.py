"""Temporary files have no names: a process killed while files arrive, or are looked at, leaves none."""

import hashlib
import os
import signal
import tempfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents import storage
from documents.models import SourceFile
from idp_project.core.isolation.client import Sandbox
from idp_project.core.tenancy import organization_scope
from idp_project.web.form_files import NamelessFileUploadHandler
from tests.factories import files
from tests.faults.workers import ended, fork

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
CONTENT = files.content_of(files.sample())


class Distant(Storage):
    """It has no local paths, and one file."""

    def _open(self, name, mode="rb"):
        return ContentFile(CONTENT)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """An empty temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def send(browser, team):
    sent = [SimpleUploadedFile(name, CONTENT, "application/pdf") for name in ("one.pdf", "two.pdf")]
    return browser.post(reverse("documents:batch_submit"), {"team": team.id, "files": sent})


@pytest.mark.parametrize(
    "place, name", [(NamelessFileUploadHandler, "file_complete"), (storage, "original_save")], ids=["arriving", "taken"]
)
def test_a_form_whose_process_is_killed_leaves_no_file(cast, temporary, place, name):
    browser, team = cast.browser(cast.owner), cast.team

    def send_and_die():
        setattr(place, name, die)
        send(browser, team)

    assert ended(fork(send_and_die)) == -signal.SIGKILL
    assert list(temporary.iterdir()) == []


def test_a_form_arrives_whole_and_leaves_no_file(cast, temporary):
    assert send(cast.browser(cast.owner), cast.team).status_code == 302
    with organization_scope(cast.organization.id):
        stored = list(SourceFile.objects.values_list("name", "size_bytes", "sha256").order_by("name"))
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert stored == [("one.pdf", len(CONTENT), digest), ("two.pdf", len(CONTENT), digest)]
    assert list(temporary.iterdir()) == []


def test_a_form_without_files_and_a_broken_one_are_none(cast, temporary):
    browser = cast.browser(cast.owner)
    address = reverse("documents:batch_submit")
    assert browser.post(address, {"team": cast.team.id}).status_code == 400
    cut_off = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7'
    assert browser.generic("POST", address, cut_off, content_type="multipart/form-data; boundary=x").status_code in (
        400,
        404,
    )
    assert list(temporary.iterdir()) == []


@pytest.fixture
def distant(monkeypatch):
    monkeypatch.setattr(storage, "default_storage", Distant())


def test_an_original_that_storage_has_no_path_to_is_read(distant):
    with storage.local_path("original") as path:
        assert Path(path).read_bytes() == CONTENT
        assert len(Sandbox.from_environment().page_sizes(path)) == 1


def test_a_process_that_is_killed_beside_its_copy_leaves_no_file(distant, temporary):
    def look_and_die():
        with storage.local_path("original"):
            die()

    assert ended(fork(look_and_die)) == -signal.SIGKILL
    assert list(temporary.iterdir()) == []
