"""Duplicates are recognised by bytes and by content, shown to those who may see the first one, and never merged."""

import io

import pikepdf
import pytest
from django.urls import reverse

from accounts.domain.roles import Permission
from accounts.grants import object_grant
from documents.domain.duplicates import PageContent, content_hash
from documents.models import Document
from documents.services.intake.batches import batch_submit
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def saved_again(file, title="Saved again"):
    """The same pages in other bytes."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.content_of(file))) as document:
        document.docinfo["/Title"] = title
        document.save(out)
    return files.incoming(f"again-{file.name}", out.getvalue())


def seen_by(cast, user, batch):
    """As the batch's page, its API and its first state say; all three agree."""
    browser = cast.browser(user)
    asked = browser.get(reverse("documents:batch_duplicates", args=[batch.id])).json()
    by_api = browser.get(reverse("api-batch-duplicates", args=[batch.id])).json()
    page = browser.get(reverse("documents:batch_detail", args=[batch.id])).context["duplicates"]
    assert asked == page and {key: value["kind"] for key, value in asked.items()} == {
        key: value["kind"] for key, value in by_api.items()
    }
    return {key: (value["kind"], value["url"]) for key, value in asked.items()}


def page_of(document):
    return reverse("documents:document_detail", args=[document.id])


def test_same_bytes_and_same_content_are_shown_never_merged(cast, drain):
    cast.publish("invoice")
    first = Outcome(submit(cast, files.sample()))
    drain()
    later = Outcome(submit(cast, files.sample(), saved_again(files.sample()), files.for_review(), files.empty()))
    original, again = first.document(), later.document(f"again-{files.sample().name}")
    same = later.document(files.sample().name)
    assert seen_by(cast, cast.viewer, later.batch) == {str(same.id): ("same_bytes", page_of(original))}, "not read yet"
    drain()
    assert seen_by(cast, cast.viewer, later.batch) == {
        str(same.id): ("same_bytes", page_of(original)),
        str(again.id): ("same_content", page_of(original)),
    }
    assert seen_by(cast, cast.viewer, first.batch) == {}
    browser = cast.browser(cast.viewer)
    for document, words in ((same, "The same file was"), (again, "Another file with the same content was")):
        page = browser.get(page_of(document)).content.decode()
        assert words in page and page_of(original) in page
        found = browser.get(reverse("api-document", args=[document.id])).json()["duplicate_of"]
        assert (found["document_id"], found["file_name"]) == (str(original.id), original.source_file.name)
    assert "received before" not in browser.get(page_of(original)).content.decode()
    assert browser.get(reverse("api-document", args=[original.id])).json()["duplicate_of"] is None
    found = (first.document(), later.document(same.source_file.name))
    assert [document.status for document in found] == ["completed", "in_review"], "a person decides of the second"
    with organization_scope(cast.organization.id):
        names = {document.source_file.storage_name for document in Document.objects.select_related("source_file")}
    assert len(names) == 5, "every file is kept for itself"


def test_within_one_batch_the_first_is_no_duplicate(cast, drain):
    outcome = Outcome(submit(cast, files.sample(), files.incoming("copy.pdf", files.content_of(files.sample()))))
    assert seen_by(cast, cast.owner, outcome.batch) == {
        str(outcome.document("copy.pdf").id): ("same_bytes", page_of(outcome.document(files.sample().name)))
    }


def test_only_who_may_see_the_first_one_is_told(cast, drain):
    """Another team's document, another organisation's, and one that is shared."""
    with organization_scope(cast.foreign.id):
        access = cast.access(cast.foreign_admin)
        batch_submit(access, team_id=cast.foreign_team.id, files=[files.sample()])
    with organization_scope(cast.organization.id):
        access = cast.access(cast.outsider)
        elsewhere = Outcome(batch_submit(access, team_id=cast.other_team.id, files=[files.sample()]))
    here = Outcome(submit(cast, files.sample()))
    document, first = here.document(), elsewhere.document()
    assert seen_by(cast, cast.viewer, here.batch) == {}
    assert cast.browser(cast.viewer).get(reverse("api-document", args=[document.id])).json()["duplicate_of"] is None
    assert page_of(first) not in cast.browser(cast.viewer).get(page_of(document)).content.decode()
    told = {str(document.id): ("same_bytes", page_of(first))}
    assert seen_by(cast, cast.admin, here.batch) == told
    with organization_scope(cast.organization.id):
        object_grant(cast.viewer, elsewhere.batch, [Permission.VIEW_DOCUMENTS])
    assert seen_by(cast, cast.viewer, here.batch) == told
    assert seen_by(cast, cast.owner, here.batch) == {}


def test_of_a_deleted_document_nothing_is_told(cast, drain):
    cast.publish("invoice")
    first = Outcome(submit(cast, files.sample()))
    drain()
    later = Outcome(submit(cast, files.sample(), saved_again(files.sample(), "Once more")))
    drain()
    assert len(seen_by(cast, cast.viewer, later.batch)) == 2
    for document in first.documents():
        url = reverse("api-document", args=[document.id])
        assert cast.browser(cast.reviewer).delete(url).status_code == 204, document.status
        assert cast.browser(cast.reviewer).get(f"{url}original/").status_code == 404
    copy = later.document(f"again-{files.sample().name}")
    assert set(seen_by(cast, cast.viewer, later.batch).values()) == {
        ("same_content", page_of(later.document(files.sample().name)))
    }
    assert copy.content_hash
    with system_scope("test"):
        assert set(Document.objects.filter(batch=first.batch).values_list("content_hash", flat=True)) == {""}


def test_what_says_nothing_is_the_same_as_nothing(cast, drain):
    outcome = Outcome(
        submit(cast, files.pdf("white.pdf", (200, 200)), files.pdf("blank.pdf", (300, 200)), files.tiff(broken_page=2))
    )
    drain()
    assert seen_by(cast, cast.owner, outcome.batch) == {}
    with system_scope("test"):
        assert set(Document.objects.values_list("content_hash", flat=True)) == {""}


def test_content_is_letters_and_digits_in_their_order():
    page = PageContent.of("Invoice No. 4711\nTotal: 12,50 €  ＡＢＣ due in 30 days")
    assert PageContent.of("INVOICE no 4711 total 1250 abc — due in 30 days") == page
    assert PageContent.of("Invoice No. 4712\nTotal: 12,50 €  ABC due in 30 days") != page
    assert PageContent.of("\ud800") == PageContent.of("\ud800"), "half a surrogate breaks nothing"
    blank, little = PageContent.of(" \n–"), PageContent.of("Page 1")
    assert (blank.digest, content_hash([blank, blank]), content_hash([little])) == ("", "", "")
    assert content_hash([page, blank, little]) == content_hash([page, little]) != content_hash([little, page])
