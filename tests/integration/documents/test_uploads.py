"""Files in parts: they go on where they stopped, are hashed, expire, and become a batch like any other file."""

import hashlib
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from documents.jobs import uploads_expire_job
from documents.models import Batch, Document, SourceFile, Upload
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories import files
from tests.factories.pipeline import Outcome

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
PART = "application/offset+octet-stream"


def begin(browser, size, name="scan.pdf", body=b""):
    headers = {"Upload-Length": str(size), "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}"}
    return browser.post(reverse("api-uploads"), body, content_type=PART, headers=headers)


def append(browser, url, offset, body):
    return browser.patch(url, body, content_type=PART, headers={"Upload-Offset": str(offset)})


def send(browser, content, name="scan.pdf"):
    """Whole, with the first request; gives the upload's id."""
    answer = begin(browser, len(content), name, content)
    assert answer.status_code == 201 and answer.json()["is_complete"]
    return answer.json()["id"]


def submit(browser, team, *upload_ids, key=""):
    data = {"team_id": str(team.id), "upload_ids": list(upload_ids)}
    headers = {"Idempotency-Key": key} if key else {}
    return browser.post(reverse("api-batches"), data, content_type="application/json", headers=headers)


def stored(cast, folder):
    root = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / str(cast.organization.id) / folder
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_broken_upload_resumes_and_gives_the_same_file(cast, drain):
    cast.publish("invoice")
    content = files.content_of(files.sample())
    browser, third = cast.browser(cast.owner), len(content) // 3
    begun = begin(browser, len(content), "C:\\post\\Rech\0nung ä.pdf", content[:third])
    assert begun.status_code == 201 and begun.json()["file_name"] == "Rechnung ä.pdf"
    assert (begun["Upload-Offset"], begun["Upload-Length"]) == (str(third), str(len(content)))
    url = begun["Location"]
    for wrong in (0, third - 1, third + 1, "", "x"):
        answer = append(browser, url, wrong, content[third:])
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_offset")
        assert answer.json()["received_bytes"] == third
    assert submit(browser, cast.team, begun.json()["id"]).json()["code"] == "upload_incomplete"
    again = cast.browser(cast.owner)  # another session of the same person, after a broken connection
    where = again.head(url)
    assert (where.status_code, where["Upload-Offset"], where["Cache-Control"]) == (200, str(third), "no-store")
    assert append(again, url, third, content[third : 2 * third]).status_code == 204
    last = append(again, url, 2 * third, content[2 * third :])
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(content)))
    assert again.get(url).json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert stored(cast, "uploads") == [], "the parts have become one file"
    answer = submit(again, cast.team, begun.json()["id"])
    assert answer.status_code == 201
    with system_scope("test"):
        batch = Batch.objects.get(id=answer.json()["id"])
        assert not Upload.objects.exists()
    drain()
    document = Outcome(batch).document()
    assert (document.status, document.source_file.sha256) == ("completed", hashlib.sha256(content).hexdigest())
    assert stored(cast, "originals") == [Path(document.source_file.storage_name).name]


def test_what_is_not_taken_is_refused_by_name(cast):
    browser = cast.browser(cast.owner)
    assert cast.team
    for length in ("", "x", "-1", "9" * 30):
        answer = browser.post(reverse("api-uploads"), b"", content_type=PART, headers={"Upload-Length": length})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_length")
    answer = begin(browser, 10)
    url = answer["Location"]
    more = append(browser, url, 0, b"x" * 11)
    assert (more.status_code, more.json()["code"]) == (413, "more_than_declared")
    other_type = browser.patch(url, b"x", content_type="text/plain", headers={"Upload-Offset": "0"})
    assert other_type.status_code == 415
    spoiled = browser.post(
        reverse("api-uploads"), b"", content_type=PART, headers={"Upload-Length": "1", "Upload-Metadata": "filename ä"}
    )
    assert (spoiled.status_code, spoiled.json()["code"]) == (400, "invalid_file_name")
    assert browser.get(url).json()["received_bytes"] == 0 and stored(cast, "uploads") == []


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_the_limit_of_bytes_is_met_before_a_byte_is_taken(cast, settings, over):
    settings.MAX_FILE_BYTES = 1000
    assert cast.team
    answer = begin(cast.browser(cast.owner), 1000 + over)
    assert answer.status_code == (413 if over == 1 else 201)
    if over == 1:
        assert answer.json()["code"] == "too_many_bytes" and "1,000 B" in answer.json()["message"]


def test_files_sent_in_parts_are_judged_alike_and_keep_order(cast, drain):
    cast.publish("invoice")
    browser = cast.browser(cast.owner)
    made = [files.sample(), files.empty(), files.not_a_document(), files.truncated()]
    ids = [send(browser, files.content_of(file), file.name) for file in made]
    answer = submit(browser, cast.team, *ids)
    with system_scope("test"):
        found = list(Document.objects.order_by("created_at").values_list("source_file__name", "error_code"))
    assert found == [
        ("invoice-0014-digital.pdf", ""),
        ("empty.pdf", "empty_file"),
        ("notes.pdf", "not_a_document"),
        ("truncated.pdf", "truncated"),
    ]
    assert answer.json()["name"] == "invoice-0014-digital.pdf and 3 more"


def test_an_upload_is_its_senders_alone_and_is_taken_once(cast):
    content = files.content_of(files.sample())
    browser = cast.browser(cast.owner)
    upload_id = send(browser, content)
    teammate = cast.browser(cast.teammate)
    assert teammate.get(reverse("api-upload", args=[upload_id])).status_code == 404
    assert submit(teammate, cast.team, upload_id).status_code == 404
    first = submit(browser, cast.team, upload_id, key="k")
    assert first.status_code == 201
    assert submit(browser, cast.team, upload_id, key="k").json()["id"] == first.json()["id"], "the key says it again"
    gone = submit(browser, cast.team, upload_id, key="other")
    assert (gone.status_code, gone.json()["code"]) == (404, "upload_gone")
    with system_scope("test"):
        assert (Batch.objects.count(), SourceFile.objects.count()) == (1, 1)


def test_the_same_submission_in_parallel_takes_its_uploads_once(cast):
    content = files.content_of(files.sample())
    upload_id = send(cast.browser(cast.owner), content)
    browsers = [cast.browser(cast.owner) for _ in range(6)]
    team = cast.team

    def go(browser):
        try:
            return submit(browser, team, upload_id, key="once")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(go, browsers))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    with system_scope("test"):
        assert (Batch.objects.count(), Document.objects.count(), Upload.objects.count()) == (1, 1, 0)
    assert len(stored(cast, "originals")) == 1


def test_the_same_part_sent_twice_at_once_arrives_once(cast):
    browsers = [cast.browser(cast.owner) for _ in range(6)]
    assert cast.team
    url = begin(browsers[0], 60_000)["Location"]

    def go(browser):
        try:
            return append(browser, url, 0, b"%PDF-" + b"x" * 29_995).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(go, browsers)) == [204, 409, 409, 409, 409, 409]
    assert browsers[0].get(url).json()["received_bytes"] == 30_000
    assert len(stored(cast, "uploads")) == 1


def test_what_nobody_goes_on_with_is_removed_by_the_clock(cast, settings):
    browser = cast.browser(cast.owner)
    assert cast.team
    half = begin(browser, 10, body=b"%PDF")["Location"]
    whole = reverse("api-upload", args=[send(browser, b"%PDF-1.7 x")])
    young = begin(browser, 10, body=b"%PDF")["Location"]
    uploads_expire_job()
    assert [browser.get(url).status_code for url in (half, whole, young)] == [200, 200, 200]
    with organization_scope(cast.organization.id):
        late = timezone.now() - timedelta(seconds=1)
        assert Upload.objects.exclude(id=young.rstrip("/").rpartition("/")[2]).update(expires_at=late) == 2
    assert [browser.get(url).status_code for url in (half, whole, young)] == [404, 404, 200]
    uploads_expire_job()
    with system_scope("test"):
        assert Upload.objects.count() == 1
    assert (len(stored(cast, "uploads")), stored(cast, "originals")) == (1, [])
    assert browser.delete(young).status_code == 204
    assert stored(cast, "uploads") == [] and browser.get(young).status_code == 404


def test_the_plain_form_takes_uploads_and_files(cast):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = cast.browser(cast.owner)
    upload_id = send(browser, files.content_of(files.sample()), "first.pdf")
    data = {
        "team": str(cast.team.id),
        "upload": [upload_id],
        "files": [SimpleUploadedFile("second.pdf", files.content_of(files.for_review()))],
    }
    answer = browser.post(reverse("documents:batch_submit"), data)
    assert answer.status_code == 302
    with system_scope("test"):
        assert list(Document.objects.values_list("source_file__name", flat=True)) == ["first.pdf", "second.pdf"]


def test_a_page_sends_parts_with_its_cookie_and_csrf_token(cast):
    """The way of a browser: the token is compared before the view sees the body."""
    browser = cast.browser(cast.owner)
    assert cast.team
    page = browser.get(reverse("documents:batch_list")).content.decode()
    token = re.search(r'data-csrf="(\w+)"', page)[1]
    browser.handler.enforce_csrf_checks = True
    assert begin(browser, 8, body=b"%PDF").status_code == 403
    browser.defaults["HTTP_X_CSRFTOKEN"] = token
    begun = begin(browser, 8, body=b"%PDF")
    assert (begun.status_code, begun.json()["received_bytes"]) == (201, 4)
    assert append(browser, begun["Location"], 4, b"-1.7").status_code == 204


def test_what_of_tus_is_spoken_here(cast, settings):
    answer = cast.browser(cast.viewer).options(reverse("api-uploads"))
    assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
    assert answer["Tus-Max-Size"] == str(settings.MAX_FILE_BYTES)
