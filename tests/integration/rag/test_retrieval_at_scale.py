"""Retrieval among many near-identical documents: nothing crosses, nothing of a tiny tenant is lost, nothing stays behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from uuid import uuid4

import numpy as np
import pytest

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.services.people import people
from documents.models import Document
from idp_project.core.tenancy import organization_scope, system_scope
from rag.domain.passages import Scope
from rag.models import Chunk, DocumentIndex
from rag.retrieval import passages_find
from tests.factories.cast import CONSOLE
from tests.factories.reading import read_document
from tests.fake_providers.vectors import embedding

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
QUESTIONS = 1000
DOCUMENTS_A_HOME = 25
ROWS, SMALLEST = 20_000, 20  # 0.1 %
TEXT = "The annual fee for the garden plot {n} at {canary} is {n}0 euros, payable in March by the tenant {canary}."


def found_by(access: Access, model, question: str, limit: int = 50) -> list:
    return passages_find(access, model, question, Scope(), limit=limit)


def test_no_canary_crosses_in_a_thousand_questions(cast, bag_of_words, indexed, record_property):
    homes = [(cast.organization, cast.team), (cast.organization, cast.other_team), (cast.foreign, cast.foreign_team)]
    canaries: dict[object, set[str]] = {team.id: set() for _, team in homes}
    documents = []
    for number in range(DOCUMENTS_A_HOME):
        for organization, team in homes:
            canary = f"canary{uuid4().hex[:10]}"
            canaries[team.id].add(canary)
            documents.append(indexed(organization, team, [TEXT.format(n=number, canary=canary)]))
    everything = set().union(*canaries.values())
    own, other, foreign = (canaries[team.id] for _, team in homes)
    askers: list[tuple[Callable[[], Access], set[str]]] = [
        (lambda: cast.access(cast.viewer), own),
        (lambda: cast.access(cast.outsider), other),
        (lambda: cast.access(cast.admin), own | other),
        (lambda: cast.access(cast.foreign_admin), foreign),
    ]
    choose = random.Random(11)
    words = TEXT.replace("{n}", "1").replace("{canary}", "").split()
    crossings = asked = 0
    for number in range(QUESTIONS):
        question = " ".join([*choose.sample(words, 5), *choose.sample(sorted(everything), 2)])
        resolve, allowed = askers[number % len(askers)]
        text = " ".join(passage.text for passage in found_by(resolve(), bag_of_words, question))
        crossings += len({canary for canary in everything if canary in text} - allowed)
        asked += 1
    move(cast)
    moved = " ".join(passage.text for passage in found_by(cast.access(cast.viewer), bag_of_words, "annual fee"))
    assert not any(canary in moved for canary in own), "the next question after removal from the team"
    with system_scope("test"):
        for document in documents:
            Document.objects.get(id=document.id).delete()
        left = Chunk.objects.count() + DocumentIndex.objects.count()
    record_property("figures", f"retrieval: {asked} questions, {crossings} crossings, {left} orphans after deletion")
    assert (asked, crossings, left) == (QUESTIONS, 0, 0)


def move(cast) -> None:
    """The viewer from the team to the other one."""
    held = cast.viewer.memberships.get(team=cast.team)
    place = {"organization_id": cast.organization.id, "team_id": cast.other_team.id}
    people.membership_set(CONSOLE, user_id=cast.viewer.id, role=Role.VIEWER, **place)
    people.membership_remove(CONSOLE, held.id)


def test_the_smallest_tenant_finds_what_an_exact_scan_finds(cast, bag_of_words, record_property):
    choose = random.Random(5)
    vocabulary = [f"word{number}" for number in range(400)]
    fill(cast.organization, cast.team, ROWS - SMALLEST, choose, vocabulary, bag_of_words)
    fill(cast.foreign, cast.foreign_team, SMALLEST, choose, vocabulary, bag_of_words)
    with organization_scope(cast.foreign.id):
        own = list(Chunk.objects.values_list("id", "embedding"))
    assert len(own) == SMALLEST
    vectors = np.array([vector for _, vector in own])
    access = cast.access(cast.foreign_admin)
    hits = wanted = 0
    for _ in range(50):
        question = " ".join(choose.choices(vocabulary, k=8))
        nearest = np.argsort(-(vectors @ np.array(embedding(question))), kind="stable")[:5]
        found = {passage.chunk_id for passage in found_by(access, bag_of_words, question, limit=8)}
        hits, wanted = hits + len({own[index][0] for index in nearest} & found), wanted + len(nearest)
    share = SMALLEST / ROWS
    record_property("figures", f"retrieval: recall {hits / wanted:.3f} for a tenant of {share:.1%} of {ROWS:,} chunks")
    assert hits / wanted >= 0.95


def fill(organization, team, count: int, choose: random.Random, vocabulary: list[str], model) -> None:
    """This many chunks of random words on one page, written at once."""
    document = read_document(organization, team, ["A page."])
    with organization_scope(organization.id):
        page = document.pages.get()
        texts = [" ".join(choose.choices(vocabulary, k=12)) for _ in range(count)]
        Chunk.objects.bulk_create(
            (
                Chunk(
                    organization_id=organization.id,
                    team_id=team.id,
                    batch_id=document.batch_id,
                    document_id=document.id,
                    page_id=page.id,
                    page_number=1,
                    position=position,
                    span_start=0,
                    span_end=len(text),
                    text=text,
                    contextualized_text=text,
                    embedding=embedding(text),
                    model=model.name,
                    model_version=model.version,
                    dimensions=model.dimensions,
                )
                for position, text in enumerate(texts)
            ),
            batch_size=1000,
        )
