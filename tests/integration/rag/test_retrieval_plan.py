"""How PostgreSQL carries retrieval out: a plan of its own for each call, by the teams' index, each part once."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections

from documents.models import Batch, Document
from idp_project.core import postgres
from idp_project.core.sql_files import Query
from idp_project.core.tenancy import organization_scope
from rag import queries
from rag.domain.passages import Scope
from rag.models import Chunk
from rag.retrieval import passages_find
from tests.factories.reading import read_document
from tests.fake_providers.vectors import embedding
from tests.planner import analyze

pytestmark = pytest.mark.django_db(transaction=True)
CHUNKS, OWN, CALLS = 2000, 60, 10
QUESTION = "Who pays invoice RE-4711 of word3 word5 in FY2024?"


@pytest.fixture
def many_chunks(cast, bag_of_words) -> None:
    """Two thousand chunks of another team and sixty of the asker's; statistics that know neither."""
    choose = random.Random(5)
    _fill(cast.organization, cast.other_team, CHUNKS, choose, bag_of_words)
    _fill(cast.organization, cast.team, OWN, choose, bag_of_words)
    postgres.close_pools()


def _fill(organization, team, count: int, choose: random.Random, model) -> None:
    document = read_document(organization, team, ["A page."])
    own = {"organization_id": organization.id, "team_id": team.id, "batch_id": document.batch_id}
    own |= {"document_id": document.id, "page_number": 1, "span_start": 0, "dimensions": model.dimensions}
    own |= {"model": model.name, "model_version": model.version}
    with organization_scope(organization.id):
        page = document.pages.get()
        texts = [" ".join(f"word{choose.randrange(400)}" for _ in range(12)) for _ in range(count)]
        Chunk.objects.bulk_create(
            Chunk(
                **own, page=page, position=place, span_end=len(text), text=text, contextualized_text=text,
                embedding=embedding(text),
            )
            for place, text in enumerate(texts)
        )  # fmt: skip


def ask(cast, model, **more: Any) -> list[Any]:
    return passages_find(cast.access(cast.viewer), model, QUESTION, Scope(**more), limit=8)


def on_the_same_connection(sql: str, organization_id=None, **arguments: Any) -> list[dict[str, Any]]:
    query = Query("look", "For this test.", sql, "default", queries.QUERIES.path)
    target = postgres.database("default", connections["default"].settings_dict)
    return postgres.run(target, lambda t: t.fetch_all(query, **arguments), organization_id=organization_id)


def plan_of(cast, model, monkeypatch) -> dict[str, Any]:
    """Of the statement as it is asked: `EXPLAIN ANALYZE` with its arguments and settings, as the runtime role."""
    original = queries.QUERIES["chunk_search"]
    explained = replace(original, sql=f"EXPLAIN (ANALYZE, FORMAT JSON) {original.sql}")
    found: list[Any] = []

    def search(organization_id, name, /, **arguments):
        target = postgres.database("default", connections["default"].settings_dict)
        work = lambda transaction: transaction.fetch_all(explained, **arguments)  # noqa: E731
        found.extend(postgres.run(target, work, organization_id=organization_id))
        return []

    with monkeypatch.context() as patch:
        patch.setattr(queries, "search", search)
        ask(cast, model)
    plan = found[0]["QUERY PLAN"]
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def test_the_tenth_call_is_planned_like_the_first(cast, bag_of_words, many_chunks):
    """By itself PostgreSQL takes one plan for all arguments after the fifth call on a connection."""
    for _ in range(CALLS):
        assert ask(cast, bag_of_words)
    plans = on_the_same_connection(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%best_pages%'"
        " AND statement NOT LIKE '%pg_prepared_statements%'"
    )
    assert plans == [{"generic_plans": 0, "custom_plans": CALLS}]
    assert on_the_same_connection("SELECT current_setting('plan_cache_mode') AS mode") == [{"mode": "auto"}]


def test_own_chunks_are_read_once_by_the_teams_index(cast, bag_of_words, many_chunks, monkeypatch):
    """Also where the statistics are older than the chunks: a tenant who came after the last ANALYZE."""
    assert_read_once(plan_of(cast, bag_of_words, monkeypatch))
    analyze("rag_chunk", "documents_batch", "documents_subdocument")
    analyzed = plan_of(cast, bag_of_words, monkeypatch)
    assert_read_once(analyzed)
    indexes = {node["Index Name"] for node in nodes(analyzed) if "Index Name" in node}
    assert any("chunk_team" in name for name in indexes), f"its own, or with the organisation: {indexes}"


def assert_read_once(plan: dict[str, Any]) -> None:
    """Each intermediate result is worked out once, and of the table only the asker's rows are read."""
    used = nodes(plan)
    made = {node.get("Subplan Name"): node for node in used}
    assert {made[f"CTE {name}"]["Actual Loops"] for name in ("visible", "fused", "found")} == {1}
    scans = [node for node in used if node.get("Relation Name") == "rag_chunk" and node.get("Alias") != "chunk"]
    assert not [node for node in scans if node["Node Type"] == "Seq Scan"]
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in scans) == OWN


def test_chunks_follow_a_document_to_its_team_and_batch(cast, bag_of_words, indexed):
    """Retrieval filters on the chunk: the move must reach it in the same transaction."""
    document = indexed(cast.organization, cast.team, ["Who pays invoice RE-4711? The canary pays."])
    assert ask(cast, bag_of_words)
    with organization_scope(cast.organization.id):
        batch = Batch.objects.create(organization=cast.organization, team=cast.other_team, name="Tuesday")
        Document.objects.filter(id=document.id).update(team=cast.other_team, batch=batch)
        assert set(Chunk.objects.values_list("team_id", "batch_id")) == {(cast.other_team.id, batch.id)}
    assert ask(cast, bag_of_words) == []
    moved = passages_find(cast.access(cast.outsider), bag_of_words, QUESTION, Scope(batch_id=batch.id), limit=8)
    assert [passage.document_id for passage in moved] == [document.id]


def test_a_chunk_that_did_not_follow_is_shown_to_nobody(cast, bag_of_words, indexed):
    document = indexed(cast.organization, cast.team, ["Who pays invoice RE-4711? The canary pays."])
    with organization_scope(cast.organization.id):
        Chunk.objects.filter(document=document).update(team=cast.other_team)
    for person in (cast.viewer, cast.outsider, cast.admin):
        assert passages_find(cast.access(person), bag_of_words, QUESTION, Scope(), limit=8) == []


def test_a_year_weighs_and_excludes_nothing(cast, bag_of_words, indexed):
    for year in (2022, 2023, 2024, 2025):
        indexed(cast.organization, cast.team, [f"Annual report {year}: net sales grew."])
    access = cast.access(cast.viewer)
    for spelling in ("2024", "FY2024", "FY24", "Q3-2024"):
        found = passages_find(access, bag_of_words, f"How did net sales grow in {spelling}?", Scope(), limit=8)
        assert "2024" in found[0].text and len(found) == 4
    assert len(passages_find(access, bag_of_words, "How did net sales grow in FY2031?", Scope(), limit=8)) == 4
