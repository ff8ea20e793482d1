"""Quotas of an organisation: bytes kept and pages a month, at the limit −1, at it and +1, refused by name and figures."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from accounts.models import AuditEntry, Organization
from documents.models import Batch, PageUse, SourceFile, Upload
from documents.selectors import usage
from idp_project.core.errors import TooLarge
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.integration.documents.test_upload_limits import pdf_like
from tests.integration.documents.test_uploads import begin, send, stored
from tests.integration.documents.test_uploads import submit as submit_uploads

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


@pytest.fixture
def quota(cast):
    """quota(max_pages_a_month=2): of the cast's organisation, from here on."""

    def change(**values):
        assert cast.team
        Organization.objects.filter(id=cast.organization.id).update(**values)

    return change


def post(browser, team, content):
    upload = SimpleUploadedFile("scan.pdf", content, content_type="application/pdf")
    return browser.post(reverse("api-batches"), {"team_id": str(team.id), "files": [upload]})


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("how", ["form", "parts", "command line"])
def test_the_quota_of_bytes(cast, drain, quota, how, over):
    submit(cast, files.incoming("earlier.pdf", b"".join(pdf_like(5000))))
    quota(max_stored_bytes=8000)
    content = b"".join(pdf_like(3000 + over))
    browser = cast.browser(cast.owner)
    if how == "command line":  # no size is known before the last byte
        if over == 1:
            with pytest.raises(TooLarge) as refused:
                submit(cast, files.incoming("scan.pdf", content))
            status, answer = 413, refused.value.as_dict()
        else:
            submit(cast, files.incoming("scan.pdf", content))
            status, answer = 201, {}
    else:
        response = post(browser, cast.team, content) if how == "form" else begin(browser, len(content), body=content)
        status, answer = response.status_code, response.json()
    if over == 1:
        assert (status, answer["code"]) == (413, "storage_quota_reached")
        for figure in ("4.9 KB", "7.8 KB", "2.9 KB"):
            assert figure in answer["message"]
        assert len(stored(cast, "originals")) == 1, "nothing of it was kept"
    else:
        assert status == 201
        with organization_scope(cast.organization.id):
            assert usage.stored_bytes(cast.organization.id) == 8000 + over
        if how == "parts":
            assert submit_uploads(browser, cast.team, answer["id"]).status_code == 201, "its room is its own already"
            with organization_scope(cast.organization.id):
                assert usage.stored_bytes(cast.organization.id) == 8000 + over


def test_many_at_once_do_not_share_the_last_room(cast, quota):
    quota(max_stored_bytes=10_000)
    browsers = [cast.browser(cast.owner) for _ in range(6)]
    content = b"".join(pdf_like(4000))

    def go(browser):
        try:
            return post(browser, cast.team, content).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(go, browsers)) == [201, 201, 413, 413, 413, 413]
    with system_scope("test"):
        assert (Batch.objects.count(), SourceFile.objects.count()) == (2, 2)
    assert len(stored(cast, "originals")) == 2


def test_what_is_given_up_makes_room(cast, quota):
    quota(max_stored_bytes=10_000)
    browser = cast.browser(cast.owner)
    url = begin(browser, 9000)["Location"]
    assert begin(browser, 2000).status_code == 413, "what is declared has its room"
    assert browser.delete(url).status_code == 204
    assert begin(browser, 2000).status_code == 201
    other = cast.browser(cast.foreign_admin)
    assert cast.foreign_team and begin(other, 9000).status_code == 201, "another organisation has its own"
    with system_scope("test"):
        assert Upload.objects.count() == 2


@pytest.mark.parametrize("over", [pytest.param(-1, marks=pytest.mark.slow), 0, 1])
def test_the_quota_of_pages(cast, drain, quota, over):
    """A document over it fails by name where its pages become known, and goes on when there is room again."""
    cast.publish("invoice")
    quota(max_pages_a_month=4)
    first = Outcome(submit(cast, files.for_review()))
    drain()
    second = Outcome(submit(cast, files.pdf("more.pdf", *[(200, 200)] * (2 + over))))
    drain()
    document = second.document()
    with organization_scope(cast.organization.id):
        used = usage.pages_of_month(cast.organization.id)
    assert first.document().page_count == 2
    if over == 1:
        assert (document.status, document.error_code, used) == ("failed", "page_quota_reached", 2)
        assert "3 pages" in document.error_message and "2 of its 4" in document.error_message
        assert second.pages(document) == []
        quota(max_pages_a_month=5)
        retried = cast.browser(cast.owner).post(reverse("api-document-retry", args=[document.id]))
        assert retried.status_code == 204
        drain()
        assert second.document().page_count == 3
    else:
        assert (document.error_code, used) == ("", 4 + over)


def test_a_full_month_takes_no_files_and_the_next_one_does(cast, drain, quota, monkeypatch):
    quota(max_pages_a_month=2)
    submit(cast, files.for_review())
    drain()
    browser = cast.browser(cast.owner)
    for answer in (post(browser, cast.team, b"x"), begin(browser, 1)):
        assert (answer.status_code, answer.json()["code"]) == (429, "page_quota_reached")
        assert "may process 2 pages a month and has processed 2" in answer.json()["message"]
    page = browser.post(
        reverse("documents:batch_submit"),
        {"team": str(cast.team.id), "files": SimpleUploadedFile("a.pdf", b"x")},
        headers={"Accept": "text/html"},
    )
    assert page.status_code == 429 and b"has processed 2" in page.content
    monkeypatch.setattr("documents.services.intake.quotas.month_now", lambda: date(2101, 1, 1))
    monkeypatch.setattr("documents.selectors.usage.month_now", lambda: date(2101, 1, 1))
    assert post(browser, cast.team, files.content_of(files.sample())).status_code == 201
    drain()
    with system_scope("test"):
        assert sorted(PageUse.objects.values_list("pages", flat=True)) == [1, 2]


def test_the_organisations_page_shows_use_and_quota(cast, drain, quota):
    submit(cast, files.for_review())
    drain()
    browser = cast.browser(cast.admin)
    url = reverse("documents:organization_use")
    assert url in browser.get(reverse("accounts:organization")).content.decode()
    assert browser.get(url).content.decode().count("no limit") == 2
    quota(max_pages_a_month=2, max_stored_bytes=2**30)
    page = browser.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "2 / 2" in page and "1\xa0GB" in page and "<html" not in page
    figures = browser.get(reverse("api-organization-use")).json()
    assert (figures["pages"], figures["max_pages_a_month"], figures["max_stored_bytes"]) == (2, 2, 2**30)
    assert figures["stored_bytes"] == len(files.content_of(files.for_review()))


def test_a_super_admin_sets_quotas_in_django_admin(cast):
    organization, browser = cast.organization, cast.browser(cast.super_admin)
    url = reverse("admin:accounts_organization_change", args=[organization.id])
    form = browser.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {"max_stored_bytes": "1000", "max_pages_a_month": "", "email_domains": "[]", "settings": "{}"}
    data |= {"teams-TOTAL_FORMS": "0", "teams-INITIAL_FORMS": "0"}
    assert browser.post(url, data).status_code == 302
    organization.refresh_from_db()
    assert (organization.max_stored_bytes, organization.max_pages_a_month) == (1000, None)
    with system_scope("test"):
        assert AuditEntry.objects.filter(object_id=organization.id, object_kind="organization").exists()
    assert cast.team and begin(cast.browser(cast.owner), 1001).status_code == 413
    assert send(cast.browser(cast.owner), b"x" * 1000)
