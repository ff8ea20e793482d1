"""The pages of batches and documents over HTTP: what each person gets, and by which token."""

from __future__ import annotations

import json
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from documents.domain.reasons import ARRANGED_BY_PERSON
from documents.models import Page
from documents.services.showing.page_pictures import LIGHT_EDGE
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, submit
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = in_review


def post_json(client, name, *arguments, data):
    headers = {"Accept": "application/json"}
    return client.post(
        reverse(name, args=arguments), json.dumps(data), content_type="application/json", headers=headers
    )


def tokens(client, page_ids, variant="view"):
    data = {"pages": [str(page_id) for page_id in page_ids], "variant": variant}
    return post_json(client, "documents:image_tokens", data=data)


def test_the_list_shows_visible_batches_and_the_drop_zone(cast, outcome):
    browser, address = cast.browser(cast.owner), reverse("documents:batch_list")
    (row,) = browser.get(address).context["batches"]
    assert (row["name"], row["status"], row["review_count"], row["failed_count"]) == ("Monday", "in_review", 1, 0)
    assert row["pages_done"] == row["page_count"] == len(outcome.pages(outcome.document())) > 0
    found = {
        query: len(browser.get(f"{address}?{query}").context["batches"])
        for query in ("status=in_review", "status=finished", "status=failed", "text=mond", "text=absent", "start=1")
    }
    assert found == {
        "status=in_review": 1,
        "status=finished": 0,
        "status=failed": 0,
        "text=mond": 1,
        "text=absent": 0,
        "start=1": 0,
    }
    unknown = browser.get(f"{address}?status=done")
    assert unknown.status_code == 400 and "choose one from the list" in unknown.content.decode()
    assert browser.get(f"{address}?text=%00").status_code == 400
    assert len(browser.get(f"{address}?utm_source=mail").context["batches"]) == 1, "links may carry more"
    assert not cast.browser(cast.outsider).get(address).context["batches"]
    assert b'id="upload-form"' in browser.get(address).content
    assert b'id="upload-form"' not in cast.browser(cast.viewer).get(address).content


@pytest.mark.parametrize("is_blank", [False, True])
def test_page_of_a_stack_marks_where_each_document_begins(cast, is_blank):
    stack = Outcome(submit(cast, files.stack("stack.pdf", files.sample(), files.for_review())))
    drain()
    with organization_scope(cast.organization.id):
        document = stack.document()
        document.sub_documents.update(is_blank=is_blank, reasons=[ARRANGED_BY_PERSON()])
    page = cast.browser(cast.reviewer).get(reverse("documents:document_detail", args=[document.id]))
    begins = [entry["begins"] for entry in page.context["pages"] if "begins" in entry]
    assert page.status_code == 200 and len(begins) == 2
    assert {entry["is_no_document"] for entry in begins} == {is_blank}
    assert (b"No document" in page.content) is is_blank


def test_an_upload_becomes_a_batch_once(cast, servers):
    browser = cast.browser(cast.owner)

    def send():
        file = SimpleUploadedFile("invoice.pdf", files.content_of(files.sample()))
        data = {"team": str(cast.team.id), "name": "By browser", "schema": "", "files": [file]}
        headers = {"Idempotency-Key": "one-and-the-same", "Accept": "application/json"}
        return browser.post(reverse("documents:batch_submit"), data, headers=headers)

    first, second = send(), send()
    assert first.status_code == 201 and first.json() == second.json()
    state = browser.get(reverse("documents:batch_state", args=[first.json()["id"]])).json()
    assert [row["file_name"] for row in state["documents"]] == ["invoice.pdf"]
    assert len(state["documents"][0]["steps"]) == 14


@pytest.mark.parametrize("data", [{}, {"team": "no id"}, {"team": str(uuid.UUID(int=7))}])
def test_an_upload_without_a_team_of_ones_own_is_refused_by_name(cast, servers, data):
    file = SimpleUploadedFile("invoice.pdf", files.content_of(files.sample()))
    answer = cast.browser(cast.owner).post(
        reverse("documents:batch_submit"), data | {"files": [file]}, headers={"Accept": "application/json"}
    )
    assert 400 <= answer.status_code < 500
    assert answer.json()["message"]


def test_document_page_shows_fields_places_tables_and_steps(cast, outcome):
    answer = cast.browser(cast.viewer).get(reverse("documents:document_detail", args=[outcome.document().id]))
    (sub_document,) = answer.context["sub_documents"]
    by_name = {field["name"]: field for field in sub_document["fields"]}
    number = by_name["invoice_number"]
    assert number["text"] == files.true_values(seed=22)["invoice_number"]
    assert number["page"] == 1 and len(number["polygon"]) == 8
    assert by_name["total_amount"]["state"] in {"failed", "needs"} and by_name["total_amount"]["reasons"]
    assert sub_document["tables"][0]["rows"][0]["cells"][0]["label"]
    assert number["id"] in {box["id"] for box in answer.context["boxes"]}
    shown = [run.step for group in answer.context["step_groups"] for run in group["runs"]]
    assert len(shown) == len(set(shown)) == 14
    assert {len(page["runs"]) for page in answer.context["page_grid"]} == {7}
    check_original(cast, outcome)


def check_original(cast, outcome):
    """An attachment that no browser runs in our origin."""
    address = reverse("documents:original", args=[outcome.document().id])
    answer = cast.browser(cast.owner).get(address)
    assert b"".join(answer.streaming_content) == files.content_of(files.for_review())
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream" and answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert cast.browser(cast.outsider).get(address).status_code == 404


def test_image_needs_a_token_of_its_page_variant_and_session(cast, outcome):
    (first, _), *_ = outcome.pages(outcome.document())
    browser, other = cast.browser(cast.viewer), cast.browser(cast.viewer)
    answer = tokens(browser, [first])
    address = answer.json()["tokens"][str(first)]
    picture = browser.get(address)
    assert picture.status_code == 200 and picture.content[:2] == b"\xff\xd8"
    assert (picture["Cache-Control"], picture["Referrer-Policy"]) == ("no-store", "no-referrer")
    refused = [
        other.get(address),
        browser.get(address.replace("/view/", "/original/")),
        browser.get(address.split("?")[0]),
    ]
    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert cast.browser(cast.outsider).get(address).status_code == 404
    assert cast.browser(None).get(address).status_code in (302, 401)


def test_tokens_come_for_visible_pages_only_and_not_for_too_many(cast, outcome):
    pages = [page_id for page_id, _ in outcome.pages(outcome.document())]
    unknown = uuid.uuid4()
    assert set(tokens(cast.browser(cast.viewer), [*pages, unknown]).json()["tokens"]) == {str(page) for page in pages}
    assert tokens(cast.browser(cast.outsider), pages).json()["tokens"] == {}
    assert tokens(cast.browser(cast.viewer), [uuid.uuid4() for _ in range(51)]).status_code == 400
    assert tokens(cast.browser(cast.viewer), ["no id"]).status_code == 400
    check_words(cast, outcome, pages[0])
    check_regions(cast, outcome, pages[0])


def check_regions(cast, outcome, page_id):
    """None on a born-digital page of a type without tick boxes; else each with its place and what it is called."""
    address = reverse("documents:page_words", args=[page_id])
    assert cast.browser(cast.viewer).get(address).json()["regions"] == []
    found = {"kind": "tick_box", "box": [0.1, 0.2, 0.3, 0.4], "score": 0.9, "is_marked": True}
    with organization_scope(cast.organization.id):
        page = outcome.document().pages.get(id=page_id)
        page.facts["extract_fields"]["regions"] = [found]
        page.save(update_fields=["facts"])
    (shown,) = cast.browser(cast.viewer).get(address).json()["regions"]
    document = cast.browser(cast.viewer).get(reverse("api-document", args=[outcome.document().id])).json()
    assert document["regions"] == [found | {"page": 1, "text": ""}]
    assert shown == found | {"label": "Tick box, marked", "polygon": [0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.1, 0.4]}


def check_words(cast, outcome, page_id):
    """Each with the place and the span it claims."""
    words = cast.browser(cast.viewer).get(reverse("documents:page_words", args=[page_id])).json()["words"]
    with organization_scope(cast.organization.id):
        text = outcome.document().pages.get(number=1).text["text"]
    assert len(words) > 20
    assert all(text[start:end] == word and len(polygon) == 8 for word, polygon, _, (start, end) in words)


def test_a_failed_document_is_retried_from_its_own_batch_only(cast, drain):
    outcome = Outcome(submit(cast, files.encrypted()))
    drain()
    document = outcome.document()
    browser, data = cast.browser(cast.owner), {"document": str(document.id)}
    assert document.status == "failed"
    assert post_json(browser, "documents:batch_retry", uuid.uuid4(), data=data).status_code == 404
    assert post_json(cast.browser(cast.viewer), "documents:batch_retry", outcome.batch.id, data=data).status_code == 403
    assert post_json(browser, "documents:batch_retry", outcome.batch.id, data={"document": "?"}).status_code == 400
    assert post_json(browser, "documents:batch_retry", outcome.batch.id, data=data).status_code == 200
    assert outcome.document().status == "processing"
    drain()
    assert outcome.document().error_code == "encrypted"


def test_the_light_picture_is_a_fraction_of_the_page(cast):
    """What the viewer shows first: readable, and a page of a scan does not take the line for itself."""
    submit(cast, files.sample(seed=5, simulate="scan"))
    drain()
    browser = cast.browser(cast.reviewer)
    with organization_scope(cast.organization.id):
        page = Page.objects.exclude(image_name="").order_by("-width").first()
    found = {}
    for variant in ("view", "light", "thumb"):
        address = tokens(browser, [page.id], variant).json()["tokens"][str(page.id)]
        answer = browser.get(address)
        assert answer.status_code == 200
        with Image.open(BytesIO(answer.content)) as picture:
            found[variant] = (answer["Content-Type"], max(picture.size), len(answer.content))
    assert [found[variant][0] for variant in found] == ["image/jpeg", "image/webp", "image/webp"]
    assert found["view"][1] >= found["light"][1] > 800 and found["light"][1] <= LIGHT_EDGE
    assert found["light"][2] < found["view"][2] / 2 and found["thumb"][2] < 16_000
