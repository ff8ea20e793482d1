"""Values of sensitive fields: seen by those who review the document, hidden behind every door from everybody else."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from django.urls import reverse
from PIL import Image

from documents.domain.field_types.base import letters_and_digits
from documents.models import Delivery, Document, FieldValue, Page, Schema
from documents.selectors.sensitive import mask_of
from documents.selectors.trial_documents import triable_documents
from documents.services.approving.values import field_value_write
from documents.services.schemas.drafts import schema_draft_open, schema_draft_publish, schema_draft_save
from idp_project.core.geometry import Polygon
from idp_project.core.spans import Span
from idp_project.core.tenancy import organization_scope
from pdb_sync.selectors import record_of_sub_document
from rag.domain.passages import Passage
from rag.retrieval import without_hidden
from review.services.approved import approved_correct
from tests.factories.scenes import delivered

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = delivered
FIELDS, COLUMN = ("invoice_number", "seller_name", "iban"), "description"


@dataclass
class World:
    """A delivered invoice whose type got sensitive fields afterwards."""

    document_id: str
    page: Page
    secrets: list[FieldValue]
    delivery_id: str
    record_id: str
    schema: Schema

    @property
    def keys(self) -> set[str]:
        return {key for value in self.secrets if len(key := letters_and_digits(value.value or "")) >= 4}

    def says(self, text: str) -> set[str]:
        """Which of the hidden values a text says."""
        plain = letters_and_digits(text)
        return {key for key in self.keys if key in plain}

    @property
    def doors(self) -> dict[str, str]:
        document, value = [self.document_id], self.secrets[0].id
        batch = [self.page.document.batch_id]
        return {
            "page of the document": reverse("documents:document_detail", args=document),
            "document by API": f"/api/v1/documents/{self.document_id}/",
            "history": reverse("documents:field_value_history", args=[value]),
            "words": reverse("documents:page_words", args=[self.page.id]),
            "layout panel": reverse("documents:document_layout", args=document),
            "tables by API": f"/api/v1/documents/{self.document_id}/tables/",
            "pairs by API": f"/api/v1/documents/{self.document_id}/pairs/",
            "table as a file": reverse("documents:document_table_file", args=document) + "?number=1&form=csv",
            "batch": reverse("documents:batch_detail", args=batch),
            "state of the batch": reverse("documents:batch_state", args=batch),
            "list of records": reverse("pdb_sync:record_list") + "?schema=invoice",
            "export of records": reverse("pdb_sync:record_export") + "?schema=invoice",
            "record with certificates": reverse("pdb_sync:record_detail", args=[self.record_id]),
            "content of a delivery": reverse("documents:delivery_content", args=[self.delivery_id]),
            "file": reverse("documents:original", args=document),
            "file by API": f"/api/v1/documents/{self.document_id}/original/",
        }


@pytest.fixture
def world(cast, outcome):
    document = outcome.document()
    with organization_scope(cast.organization.id):
        schema = Schema.objects.get(key="invoice")
        access = cast.access(cast.admin)
        draft = schema_draft_open(access, schema.pk)
        definition = draft.definition
        for field in definition["fields"]:
            field["is_sensitive"] = field["name"] in FIELDS
        for column in definition["tables"][0]["columns"]:
            column["is_sensitive"] = column["name"] == COLUMN
        draft = schema_draft_save(access, schema.pk, definition=definition, revision=draft.revision)
        assert schema_draft_publish(access, schema.pk, revision=draft.revision).number == "1.1", "no other values"
        values = FieldValue.objects.filter(sub_document__document=document, name__in=[*FIELDS, COLUMN])
        secrets = list(values.select_related("table_row", "sub_document"))
        delivery = Delivery.objects.filter(event__document=document, consumer="pdb_sync").get()
        page = Page.objects.select_related("document__batch").get(document=document)
    record = record_of_sub_document(cast.access(cast.owner), outcome.sub_document().id)
    found = World(str(document.id), page, secrets, str(delivery.id), str(record), schema)
    assert len(found.keys) > len(FIELDS)
    return found


def text_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def test_no_door_says_a_hidden_value_to_a_viewer(cast, world):
    viewer, reviewer = cast.browser(cast.viewer), cast.browser(cast.owner)
    told, shown = {}, {}
    for name, address in world.doors.items():
        answer = viewer.get(address)
        told[name] = (answer.status_code, world.says(text_of(answer)))
        shown[name] = (text := text_of(reviewer.get(address))) and world.says(text)
    refused = {name for name, (status, _) in told.items() if status == 403}
    assert refused == {"file", "file by API", "content of a delivery"}
    assert {name: (status, said) for name, (status, said) in told.items() if said or status not in (200, 403)} == {}
    silent = {"batch", "state of the batch", "file", "file by API"}  # a PDF is compressed
    assert {name for name, said in shown.items() if not said} <= silent, "who reviews sees them"


def test_the_desk_is_closed_to_those_who_only_look(cast, outcome, world):
    with organization_scope(cast.organization.id):
        task = approved_correct(cast.access(cast.owner), outcome.sub_document().id, reason="Another look.")
    doors = (reverse("review:desk", args=[task.id]), f"/api/v1/review-tasks/{task.id}/")
    assert [cast.browser(cast.viewer).get(door).status_code for door in doors] == [403, 403]
    assert [cast.browser(cast.owner).get(door).status_code for door in doors] == [200, 200]


def test_the_picture_is_black_where_the_values_stand(cast, world):
    pictures = {}
    for person in (cast.viewer, cast.owner):
        browser = cast.browser(person)
        data = {"pages": [str(world.page.id)], "variant": "view"}
        tokens = browser.post(reverse("documents:image_tokens"), data, content_type="application/json").json()["tokens"]
        answer = browser.get(tokens[str(world.page.id)])
        pictures[person] = Image.open(io.BytesIO(answer.content)).convert("L")
    for value in world.secrets:
        box = Polygon.from_list(value.provenance["polygon"]).bounding_box
        for person, picture in pictures.items():
            width, height = picture.size
            inside = picture.crop(
                (int(box.left * width), int(box.top * height), int(box.right * width) + 1, int(box.bottom * height) + 1)
            )
            darkest_share = sum(inside.histogram()[:60]) / (inside.width * inside.height)
            assert (darkest_share > 0.97) is (person == cast.viewer), value.name


def test_the_picture_as_rendered_is_blacked_out_too(cast, world):
    browser = cast.browser(cast.viewer)
    data = {"pages": [str(world.page.id)], "variant": "original"}
    tokens = browser.post(reverse("documents:image_tokens"), data, content_type="application/json").json()["tokens"]
    picture = Image.open(io.BytesIO(browser.get(tokens[str(world.page.id)]).content)).convert("L")
    box = Polygon.from_list(world.secrets[0].provenance["polygon"]).bounding_box
    x, y = box.center
    assert picture.getpixel((int(x * picture.width), int(y * picture.height))) < 60


def test_passages_for_answers_have_dots_of_the_same_length(cast, world):
    text = world.page.text["text"]
    passage = Passage(
        world.page.id, world.page.document_id, "a.pdf", world.page.id, 1, Span(0, len(text)), text, 1.0, 1.0
    )
    (hidden,) = without_hidden(cast.access(cast.viewer), [passage])
    (open_,) = without_hidden(cast.access(cast.owner), [passage])
    assert world.says(open_.text) and not world.says(hidden.text)
    assert len(hidden.text) == len(text) and "•" in hidden.text


def test_the_history_is_silent_where_another_field_says_it(cast, world):
    """A field that is not marked, with the value of one that is: hidden on the page, so in its history too."""
    iban = next(value for value in world.secrets if value.name == "iban")
    with organization_scope(cast.organization.id):
        other = FieldValue.objects.get(sub_document=iban.sub_document, name="total_amount")
        field_value_write(other, value=iban.value, raw_text=iban.raw_text, user_id=cast.owner.id)
    address = reverse("documents:field_value_history", args=[other.id])
    told = [world.says(text_of(cast.browser(person).get(address))) for person in (cast.viewer, cast.owner)]
    assert not told[0] and told[1]
    with organization_scope(cast.organization.id):
        field_value_write(other, value="12.00", raw_text="12.00", user_id=cast.owner.id)
    assert not world.says(text_of(cast.browser(cast.viewer).get(address))), "an earlier state says it still"


def test_a_title_without_a_hidden_value_is_shown(cast, outcome):
    document = outcome.document()
    with organization_scope(cast.organization.id):
        Document.objects.filter(id=document.id).update(metadata={"title": "Order of spring"})
    viewer = cast.browser(cast.viewer)
    assert viewer.get(f"/api/v1/documents/{document.id}/").json()["metadata"] == {"title": "Order of spring"}
    listed = viewer.get("/api/v1/documents/").json()["results"]
    assert [one["metadata"] for one in listed] == [{}], "what each of many documents hides is not looked up"


def test_a_share_to_look_hides_and_a_share_to_review_shows(cast, world):
    from datetime import timedelta

    from django.utils import timezone

    from documents.services.showing.sharing import share_create

    address = world.doors["document by API"]
    until = {"expires_at": timezone.now() + timedelta(days=1), "user_id": cast.outsider.id}
    for may_review in (False, True):
        with organization_scope(cast.organization.id):
            document = {"document_id": world.page.document_id, "may_review": may_review}
            share_create(cast.access(cast.reviewer), **document, **until)
        said = world.says(text_of(cast.browser(cast.outsider).get(address)))
        assert bool(said) is may_review


def test_other_values_stay_and_the_type_says_what_is_sensitive(cast, world):
    answer = cast.browser(cast.viewer).get(world.doors["document by API"]).json()
    fields = {field["name"]: field["value"] for field in answer["sub_documents"][0]["fields"]}
    assert fields["invoice_number"] == "•••••" and fields["total_amount"] not in ("•••••", None)
    page = text_of(cast.browser(cast.viewer).get(reverse("documents:schema_detail", args=[world.schema.id])))
    assert "sensitive" in page and "Only managers of the whole organisation can change this schema." in page


def test_pages_wait_until_the_values_are_known(cast, world):
    with organization_scope(cast.organization.id):
        document = world.page.document
        document.batch.schema = world.schema
        document.batch.save(update_fields=["schema"])
        FieldValue.objects.filter(sub_document__document=document).delete()
        document.status = "processing"
        document.save(update_fields=["status"])
        mask = mask_of(document)
    assert mask and mask.is_unread
    browser = cast.browser(cast.viewer)
    assert browser.get(world.doors["words"]).json()["words"] == []
    data = {"pages": [str(world.page.id)]}
    tokens = browser.post(reverse("documents:image_tokens"), data, content_type="application/json").json()["tokens"]
    assert browser.get(tokens[str(world.page.id)]).status_code == 404


def test_only_who_reviews_tries_a_type_on_a_document(cast, world):
    with organization_scope(cast.organization.id):
        assert not triable_documents(cast.access(cast.viewer)).exists()
        assert triable_documents(cast.access(cast.owner)).exists()
