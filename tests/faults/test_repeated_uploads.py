"""The same upload sent twice, even at the same time, is one batch; each of them gets the same answer."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from documents.models import Batch, Document, SourceFile
from idp_project.core.tenancy import system_scope
from tests.factories import files

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def post(browser, team_id, key, content, together=None):
    """With `together` it is sent at the moment at which all are ready."""
    if together:
        together.wait(60)
    upload = SimpleUploadedFile("invoice.pdf", content, content_type="application/pdf")
    try:
        return browser.post(
            reverse("api-batches"), {"team_id": str(team_id), "files": [upload]}, headers={"Idempotency-Key": key}
        )
    finally:
        connections.close_all()


@pytest.mark.parametrize("senders", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_the_same_key_in_parallel_is_one_batch(cast, record_property, senders):
    """A8."""
    content = files.content_of(files.sample())
    browsers = [cast.browser(cast.owner) for _ in range(senders)]
    team_id, together = cast.team.id, Barrier(senders)
    connections.close_all()  # each sender needs one of the server's 60
    with ThreadPoolExecutor(senders) as pool:
        answers = list(pool.map(lambda browser: post(browser, team_id, "monday-post-1", content, together), browsers))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    with system_scope("test"):
        assert (Batch.objects.count(), Document.objects.count()) == (1, 1)
        (stored,) = SourceFile.objects.values_list("storage_name", flat=True)
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / str(cast.organization.id) / "originals"
    assert [path.name for path in folder.iterdir()] == [Path(stored).name], "the losers' copies are gone"
    record_property(
        "figures", f"A8: {senders} equal uploads at once with one key: 1 document, {senders - 1} equal answers"
    )


def test_another_key_or_another_person_is_another_batch(cast):
    content = files.content_of(files.sample())
    ids = {
        post(cast.browser(user), cast.team.id, key, content).json()["id"]
        for user, key in ((cast.owner, "a"), (cast.owner, "b"), (cast.teammate, "a"), (cast.owner, "a"))
    }
    assert len(ids) == 3
