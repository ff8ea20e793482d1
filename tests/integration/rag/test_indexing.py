"""Indexing: chunks claim their text and place, repeats cost nothing, a lost lease writes nothing, failures are noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents.domain.statuses import SubDocumentStatus
from documents.models import Document, Page, SubDocument
from idp_project.core.geometry import Polygon, enclosing_box
from idp_project.core.page_text import PageText
from idp_project.core.spans import Span
from idp_project.core.tenancy import organization_scope
from idp_project.providers.errors import ProviderUnavailable
from rag.models import Chunk, DocumentIndex
from rag.services import indexing
from rag.services.indexing import document_index, documents_to_index
from tests.factories.reading import page_text, read_document

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "\n".join(f"Paragraph {n}: the town council decided on item {n} of the agenda." for n in range(60))


def chunks_of(document):
    with organization_scope(document.organization_id):
        return list(Chunk.objects.filter(document=document).order_by("position"))


def index_of(document):
    with organization_scope(document.organization_id):
        return DocumentIndex.objects.get(document=document)


def test_spans_index_the_text_they_claim_and_polygons_enclose_it(cast, bag_of_words, indexed):
    document = indexed(cast.organization, cast.team, [LONG, "A short last page."], name="minutes_2024.pdf")
    chunks = chunks_of(document)
    assert len(chunks) > 5 and {chunk.page_number for chunk in chunks} == {1, 2}
    for chunk in chunks:
        with organization_scope(cast.organization.id):
            text = PageText.from_dict(chunk.page.text)
        span = Span(chunk.span_start, chunk.span_end)
        assert chunk.text == span.of(text.text)
        assert chunk.contextualized_text == f"minutes 2024, page {chunk.page_number}\n{chunk.text}"
        words = enclosing_box(word.polygon for word in text.words_in(span))
        assert enclosing_box(Polygon.from_list(flat) for flat in chunk.polygons) == words
        assert (chunk.dimensions, chunk.model, chunk.model_version) == (384, bag_of_words.name, "1")


def test_indexing_again_replaces_and_embeds_only_what_changed(cast, bag_of_words, indexed):
    document = indexed(cast.organization, cast.team, ["The first page.", "The second page."])
    before = {chunk.id for chunk in chunks_of(document)}
    asked = len(bag_of_words.asked)
    assert document_index(cast.organization.id, document.id) == 2
    assert {chunk.id for chunk in chunks_of(document)} == before and len(bag_of_words.asked) == asked
    with organization_scope(cast.organization.id):
        Page.objects.filter(document=document, number=2).update(text=page_text("Another second page.").to_dict())
    assert document_index(cast.organization.id, document.id) == 2
    assert [chunk.text for chunk in chunks_of(document)] == ["The first page.", "Another second page."]
    assert bag_of_words.asked[asked:] == ["a, page 2\nAnother second page."]


def test_settings_of_the_organization_say_how_long_chunks_are(cast, bag_of_words):
    cast.organization.settings = {"ask": {"chunk_characters": 220, "chunk_overlap": 0}}
    cast.organization.save()
    document = read_document(cast.organization, cast.team, [LONG])
    count = document_index(cast.organization.id, document.id)
    chunks = chunks_of(document)
    assert count == len(chunks) > len(LONG) / 220 - 1
    assert max(len(chunk.text) for chunk in chunks) <= 220


def test_who_lost_the_lease_writes_nothing(cast, bag_of_words, monkeypatch):
    document = read_document(cast.organization, cast.team, ["The old text."])
    embed = bag_of_words.embed

    def lose_the_lease(texts):
        with organization_scope(cast.organization.id):
            DocumentIndex.objects.filter(document=document).update(lease_until=timezone.now() - timedelta(seconds=1))
        monkeypatch.setattr(bag_of_words, "embed", embed)
        assert document_index(cast.organization.id, document.id) == 1
        with organization_scope(cast.organization.id):
            Chunk.objects.filter(document=document).update(text="the rival's")
        return embed(texts)

    monkeypatch.setattr(bag_of_words, "embed", lose_the_lease)
    assert document_index(cast.organization.id, document.id) is None
    assert [chunk.text for chunk in chunks_of(document)] == ["the rival's"]


def test_a_second_worker_leaves_a_held_lease_alone(cast, bag_of_words):
    document = read_document(cast.organization, cast.team, ["Text."])
    assert indexing._claim(cast.organization.id, document.id) is not None
    assert document_index(cast.organization.id, document.id) is None
    assert chunks_of(document) == []


def test_a_model_that_is_away_is_noted_and_tried_again_later(cast, bag_of_words, monkeypatch):
    document = read_document(cast.organization, cast.team, ["Text."])

    def away(texts):
        raise ProviderUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(bag_of_words, "embed", away)
        assert document_index(cast.organization.id, document.id) is None
    index = index_of(document)
    assert (index.error_code, index.indexed_at, index.lease_until) == ("provider_unavailable", None, None)
    assert index.not_before > timezone.now()
    assert document_index(cast.organization.id, document.id) == 1
    index = index_of(document)
    assert index.indexed_at and not index.error_code and index.not_before is None


def test_a_deleted_document_is_no_failure_and_leaves_no_chunk(cast, bag_of_words, indexed):
    document = indexed(cast.organization, cast.team, ["Text."])
    with organization_scope(cast.organization.id):
        Document.objects.get(id=document.id).delete()
        assert not Chunk.objects.exists() and not DocumentIndex.objects.exists()
    assert document_index(cast.organization.id, document.id) is None


def test_withdrawn_pages_lose_their_chunks(cast, bag_of_words, indexed):
    document = indexed(cast.organization, cast.team, ["Page one.", "Page two.", "Page three."])
    with organization_scope(cast.organization.id):
        SubDocument.objects.create(
            organization=cast.organization,
            document=document,
            team=cast.team,
            first_page=2,
            last_page=3,
            status=SubDocumentStatus.WITHDRAWN,
        )
    assert document_index(cast.organization.id, document.id) == 1
    assert [chunk.text for chunk in chunks_of(document)] == ["Page one."]


def test_the_backfill_finds_every_document_with_text(cast, bag_of_words, indexed):
    done = indexed(cast.organization, cast.team, ["Text."])
    foreign = read_document(cast.foreign, cast.foreign_team, ["Text."])
    assert {(cast.organization.id, done.id), (cast.foreign.id, foreign.id)} <= set(documents_to_index(everything=True))
