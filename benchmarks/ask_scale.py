"""Retrieval among 200,000 chunks, asked as the product asks: asyncpg, `rag.retrieval`, the runtime role.

A large organisation of 50 teams has 80 % of the chunks, a middle one 15 %, a small one 4.9 %, a tiny one 200. For each
who asks: the first and the tenth call on a fresh connection, the median and 95th percentile of further calls, each as a
multiple of a bare pgvector scan of the same rows in the same run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()  # before the models are imported

from django.db import connection  # noqa: E402

from accounts.access import Access  # noqa: E402
from accounts.domain.roles import Role  # noqa: E402
from accounts.selectors.access import access_resolve  # noqa: E402
from accounts.services.people import people  # noqa: E402
from accounts.services.people import teams as teams_services  # noqa: E402
from benchmarks.ask_rows import MODEL, MODEL_VERSION, Home, Material, fill  # noqa: E402
from benchmarks.catalog import options_of  # noqa: E402
from idp_project.core import postgres  # noqa: E402
from idp_project.core.errors import IdpError  # noqa: E402
from idp_project.core.tenancy import system_scope  # noqa: E402
from rag import queries  # noqa: E402
from rag.domain.passages import Scope  # noqa: E402
from rag.retrieval import passages_find  # noqa: E402

CONSOLE = Access.for_command_line()
TEAMS, FEW_TEAMS, FOUND = 50, 10, 8
_BARE = """
SELECT id FROM rag_chunk WHERE organization_id = %s AND team_id = ANY(%s)
ORDER BY embedding <=> %s::vector LIMIT 50
"""


class _Given:
    """An embedding model whose next vector is given: what is measured is the database."""

    name, version = MODEL, MODEL_VERSION
    vector: Any

    def embed(self, texts: Any) -> Any:
        return [self.vector]


@dataclass(frozen=True)
class _Asker:
    who: str
    access: Access
    team_ids: list[UUID]


def main() -> None:
    options = options_of("ask_scale")
    material = Material()
    began = time.monotonic()
    homes, askers = _people(options.chunks)
    fill(homes, material)
    print(f"ask_scale: {options.chunks:,} chunks, filled in {time.monotonic() - began:.0f} s; calls in ms")
    for asker in askers:
        _report(asker, material, options.calls)
        if options.plans:
            _print_plan(asker, material)


def _people(chunks: int) -> tuple[list[Home], list[_Asker]]:
    large, tiny = chunks * 80 // 100, max(1, chunks // 1000)
    middle, small = chunks * 15 // 100, chunks * 5 // 100 - tiny
    homes, askers = [], []
    for name, teams, count in (
        ("large", TEAMS, large),
        ("middle", 5, middle),
        ("small", 1, small),
        ("tiny", 1, tiny),
    ):
        mark = uuid4().hex[:8]
        organization = people.organization_create(CONSOLE, name=f"{name} {mark}", slug=f"{name}-{mark}")
        own = [
            teams_services.team_create(CONSOLE, organization_id=organization.id, name=f"Team {number:02}").id
            for number in range(teams)
        ]
        homes += [Home(organization.id, team_id, count // teams) for team_id in own]
        if name == "large":
            askers.append(_asker(f"1 team of {TEAMS}", organization.id, own[:1]))
            askers.append(_asker(f"{FEW_TEAMS} teams of {TEAMS}", organization.id, own[:FEW_TEAMS]))
        askers.append(_asker(f"the whole {name} organisation", organization.id, own, sees_all=True))
    return homes, askers


def _asker(who: str, organization_id: UUID, team_ids: list[UUID], *, sees_all: bool = False) -> _Asker:
    user = people.user_create(CONSOLE, username=f"asker-{uuid4().hex[:8]}")
    place = {"user_id": user.id, "organization_id": organization_id}
    if sees_all:
        people.membership_set(CONSOLE, **place, role=Role.ORG_ADMIN)
    else:
        for team_id in team_ids:
            people.membership_set(CONSOLE, **place, team_id=team_id, role=Role.OPERATOR)
    access = access_resolve(user, None)
    assert access is not None
    return _Asker(who, access, team_ids)


def _report(asker: _Asker, material: Material, calls: int) -> None:
    postgres.close_pools()  # a fresh connection: PostgreSQL changes its plan after the fifth call, if it may
    bare = _median([_milliseconds(lambda: _bare(asker, material)) for _ in range(5)])
    try:
        times = [_milliseconds(lambda: _ask(asker, material)) for _ in range(10 + calls)]
    except IdpError as error:
        print(f"  {asker.who}: {error.message} bare pgvector {bare:.0f}")
        return
    first, tenth, later = times[0], times[9], sorted(times[10:])
    p50, p95 = _median(later), later[int(0.95 * (len(later) - 1))]
    print(
        f"  {asker.who}: first {first:.0f}, tenth {tenth:.0f} ({tenth / first:.2f} of the first);"
        f" p50 {p50:.0f}, p95 {p95:.0f}; bare pgvector {bare:.0f}: {p50 / bare:.1f} times that"
    )


def _ask(asker: _Asker, material: Material) -> None:
    question, model = _prepared(material)
    passages_find(asker.access, model, question, Scope(), limit=FOUND)


def _prepared(material: Material) -> tuple[str, Any]:
    model = _Given()
    question, model.vector = material.question()
    return question, model


def _bare(asker: _Asker, material: Material) -> None:
    _, vector = material.question()
    with system_scope("benchmark: bare scan"), connection.cursor() as cursor:
        cursor.execute(_BARE, [asker.access.organization_id, asker.team_ids, queries.vector_text(vector.tolist())])
        cursor.fetchall()


def _print_plan(asker: _Asker, material: Material) -> None:
    """The statement's plan with the arguments that `passages_find` gives."""
    given: dict[str, Any] = {}
    search = queries.search
    try:
        queries.search = lambda organization_id, name, /, **arguments: given.update(arguments) or []
        _ask(asker, material)
    finally:
        queries.search = search
    from dataclasses import replace

    query = queries.QUERIES["chunk_search"]
    explained = replace(query, sql=f"EXPLAIN (ANALYZE, BUFFERS) {query.sql}")
    target = postgres.database("default", connection.settings_dict)
    rows = postgres.run(
        target,
        lambda transaction: transaction.fetch_all(explained, **given),
        organization_id=asker.access.organization_id,
    )
    print("\n".join(f"      {line}" for row in rows for line in row.values()))


def _milliseconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


_median = statistics.median

if __name__ == "__main__":
    main()
