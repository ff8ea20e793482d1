"""Candidates with their evidence are stored with each page that is read, belong to its organisation and go with it."""

from __future__ import annotations

import pytest

from documents.domain.arrangement import WantedSubDocument
from documents.models import Page, PageCandidates
from documents.selectors.page_candidates import candidates_of
from documents.selectors.words import words_of
from documents.services.removing.removal import document_delete
from extraction.local.extractor import rank_page, read_page
from extraction.local.page_view import build_page_view
from extraction.local.ranking import FEATURES_VERSION
from extraction.local.weights import WEIGHTS
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope, system_scope
from review.services.boundaries import document_arrange
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
OTHER = {family: {**table, "label_right": 1.0, "low": 2.0} for family, table in WEIGHTS.items()}


@pytest.fixture
def outcome(cast, drain):
    cast.schemas = cast.publish("invoice", "receipt")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    return outcome


def test_new_model_scores_what_was_read(cast, outcome):
    """As fresh from the page's text, with the ranking of today and with another one."""
    with organization_scope(cast.organization.id):
        part = outcome.sub_document()
        spec, words = part.schema_version.spec, words_of(cast.organization)
        stored = candidates_of(part)
        pages = {page.number: page for page in Page.objects.filter(document=part.document)}
    assert stored.keys() == pages.keys()
    for number, reading in stored.items():
        fresh = read_page(build_page_view(PageText.from_dict(pages[number].text), words), spec, number)
        for weights in (WEIGHTS, OTHER):
            scored = [candidate.to_dict() for candidate in rank_page(reading, spec, weights)]
            assert scored == [candidate.to_dict() for candidate in rank_page(fresh, spec, weights)] != []
        assert [one.to_dict() for one in rank_page(reading, spec)] == pages[number].extraction["candidates"]
    with system_scope("test"):
        assert {row.features_version for row in PageCandidates.objects.all()} == {FEATURES_VERSION}


def test_reading_as_another_type_replaces_it(cast, outcome, drain):
    with organization_scope(cast.organization.id):
        part = outcome.sub_document()
        before = candidates_of(part)[1]
        wanted = WantedSubDocument(part.first_page, part.last_page, False, cast.schemas["receipt"].id)
        document_arrange(cast.access(cast.owner), part.document_id, [wanted])
    drain()
    with organization_scope(cast.organization.id):
        after = candidates_of(outcome.sub_document())[1]
    assert (before.schema_key, after.schema_key) == ("invoice", "receipt")


def test_no_other_organisation_sees_them(cast, outcome):
    with organization_scope(cast.organization.id):
        assert PageCandidates.objects.exists()
    with organization_scope(cast.foreign.id):
        assert not PageCandidates.objects.exists()


def test_they_go_with_the_document(cast, drain):
    """One that was approved: its records stay, its pages and what was read on them go."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    with organization_scope(cast.organization.id):
        assert PageCandidates.objects.exists() and outcome.sub_document().approved_version_number
        document_delete(cast.access(cast.admin), outcome.document().id)
        assert not PageCandidates.objects.exists()
