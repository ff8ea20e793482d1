"""What an index was made with must be what is chosen by now: else the clock has it made again."""

import pytest
from django.utils import timezone

from accounts.models import ProviderEndpoint
from accounts.services.providers import providers
from accounts.services.settings import system
from documents.models import Run, StepRun
from idp_project.core.tenancy import organization_scope
from rag.models import Chunk
from rag.services.indexing import document_index, documents_index_due, documents_to_index
from tests.factories.cast import CONSOLE
from tests.factories.reading import read_document
from tests.fake_providers.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("socket_enabled")]
LONG = "\n".join(f"Paragraph {n}: the town council decided on item {n} of the agenda." for n in range(12))


@pytest.fixture
def document(cast):
    """Read to its end and indexed by the built-in model."""
    document = read_document(cast.organization, cast.team, [LONG])
    with organization_scope(cast.organization.id):
        StepRun.objects.create(
            organization=cast.organization,
            run=Run.objects.get(document=document),
            unit_kind="document",
            unit_id=document.id,
            step="ai_extraction",
            position=6,
            status="succeeded",
            finished_at=timezone.now(),
        )
    assert document_index(cast.organization.id, document.id)
    return document


def is_due(document):
    return (document.organization_id, document.id) in documents_to_index()


def models(document):
    with organization_scope(document.organization_id):
        return set(Chunk.objects.filter(document=document).values_list("model", flat=True))


def test_other_embeddings_rebuild_the_index(cast, document, drain):
    assert not is_due(document) and models(document) == {"builtin/all-minilm-l6-v2"}
    with FakeOllama() as fake:
        with organization_scope(cast.organization.id):
            ProviderEndpoint.objects.create(
                organization=cast.organization,
                purpose="embedding",
                provider="ollama",
                model="embedder",
                api_base=fake.url,
                location="local",
            )
            providers.engines_choose(cast.access(cast.admin), {"embeddings": "ollama/embedder"})
        assert is_due(document)
        documents_index_due()
        drain()
        assert models(document) == {"ollama/embedder"} and not is_due(document)
        with organization_scope(cast.organization.id):
            providers.engines_choose(cast.access(cast.admin), {"embeddings": ""})
        assert is_due(document)
        system.system_settings_change(CONSOLE, {"embeddings": "ollama"})
        assert not is_due(document), "the system has chosen what it was made with"


def test_a_choice_that_is_not_set_up_leaves_the_index_alone(cast, document):
    system.system_settings_change(CONSOLE, {"embeddings": "voyage"})
    assert not is_due(document)


def test_chunks_of_another_length_rebuild_the_index(cast, document):
    office = cast.browser(cast.admin)
    page = office.get("/ask/settings/").content.decode()
    assert 'value="700"' in page and 'value="150"' in page
    wanted = {"chunk_characters": 300, "chunk_overlap": 50, "retrieved": 5, "statements": 3, "relevance": 0.4}
    for wrong in ({"chunk_overlap": 300}, {"chunk_characters": 10}, {"retrieved": 0}, {"relevance": 2}):
        assert office.post("/ask/settings/", wanted | wrong).status_code == 400
    assert not is_due(document)
    assert office.post("/ask/settings/", wanted).status_code == 302
    assert is_due(document)
    before = Chunk.objects.count()
    document_index(cast.organization.id, document.id)
    with organization_scope(cast.organization.id):
        assert Chunk.objects.filter(document=document).count() > before
        assert max(len(text) for text in Chunk.objects.values_list("text", flat=True)) <= 300
    assert not is_due(document)
