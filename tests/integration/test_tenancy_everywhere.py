"""Row-level security outside requests: pooled connections, sockets, jobs, commands, streaming answers.

Each case forgets every filter: it counts all batches there are. Only those of the scope's organisation may be seen, and
none once the scope has ended, also on a connection that served another organisation a moment ago.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from channels.db import database_sync_to_async
from django.core.management import BaseCommand, call_command
from django.db import connection, connections
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from accounts.access import opens_own_scopes
from documents.models import Batch
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories.reading import read_document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(cast):
    """One batch in each of two organisations."""
    for organization, team in ((cast.organization, cast.team), (cast.foreign, cast.foreign_team)):
        read_document(organization, team, ["text"])
    return cast


def seen() -> list[str]:
    """Organisations of all batches: the forgotten filter."""
    return sorted(str(key) for key in Batch.objects.values_list("organization_id", flat=True))


def scope_left() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.org_id', true), ''), current_user")
        return cursor.fetchone()


@pytest.fixture
def pooled(db: None) -> Iterator[None]:
    """This thread's connection comes from a pool of one, so that everybody gets the same one again."""
    wrapper = connections["default"]
    options = dict(wrapper.settings_dict["OPTIONS"])
    wrapper.close()
    wrapper.settings_dict["OPTIONS"] = {**options, "pool": {"min_size": 1, "max_size": 1, "timeout": 10}}
    wrapper.settings_dict["CONN_HEALTH_CHECKS"] = False
    yield
    wrapper.close()
    wrapper.close_pool()
    wrapper.settings_dict["OPTIONS"] = options


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_pooled_connection_keeps_nothing_of_its_last_user(both, pooled):
    pids = set()
    for organization in (both.organization, both.foreign, both.organization):
        with organization_scope(organization.id):
            assert seen() == [str(organization.id)]
            pids.add(backend())
        connection.close()  # back into the pool
        assert seen() == [] and scope_left() == ("", "idp_app")
        connection.close()
    with pytest.raises(ZeroDivisionError), system_scope("test"):
        assert len(seen()) == 2
        raise ZeroDivisionError
    connection.close()
    assert seen() == [] and scope_left() == ("", "idp_app")
    pids.add(backend())
    assert len(pids) == 1, "the pool gave the same connection every time"


def test_a_consumer_sees_its_organization_and_nothing_between(both):
    def inside(organization_id):
        with organization_scope(organization_id):
            return seen()

    async def consume():
        between = [await database_sync_to_async(seen)()]
        for organization in (both.organization, both.foreign):
            assert await database_sync_to_async(inside)(organization.id) == [str(organization.id)]
            between.append(await database_sync_to_async(seen)())
        return between

    assert asyncio.run(consume()) == [[], [], []]


def _work(organization_id: str) -> None:
    RESULTS.append(seen())
    with organization_scope(organization_id):
        RESULTS.append(seen())
    RESULTS.append(seen())


RESULTS: list[list[str]] = []


def test_a_job_sees_its_organization_and_nothing_before_or_after(both, drain, monkeypatch):
    monkeypatch.setattr("rag.jobs.document_index_job", lambda organization_id, document_id: _work(organization_id))
    RESULTS.clear()
    for organization in (both.organization, both.foreign):
        enqueue(JobName.DOCUMENT_INDEX, organization_id=organization.id, document_id=organization.id)
    drain()
    assert sorted(RESULTS) == sorted([[], [str(both.organization.id)], [], [], [str(both.foreign.id)], []])


def test_a_command_sees_nothing_until_it_says_for_whom(both):
    found = []

    class Command(BaseCommand):
        def handle(self, *args, **options):
            found.append(seen())
            with organization_scope(both.foreign.id):
                found.append(seen())

    call_command(Command())
    assert found == [[], [str(both.foreign.id)]]


def _streamed(request) -> StreamingHttpResponse:
    """Its lines are made after the view, and after the middleware's transaction."""
    return StreamingHttpResponse(f"{','.join(seen())}\n" for _ in range(2))


@opens_own_scopes
def _streamed_in_scopes(request) -> StreamingHttpResponse:
    def lines():
        for _ in range(2):
            with organization_scope(request.access.organization_id):
                yield f"{','.join(seen())}\n"

    return StreamingHttpResponse(lines())


def _plain(request) -> HttpResponse:
    return HttpResponse(",".join(seen()))


urlpatterns = [
    path("plain/", _plain),
    path("streamed/", _streamed),
    path("streamed-in-scopes/", _streamed_in_scopes),
]


@override_settings(ROOT_URLCONF="tests.integration.test_tenancy_everywhere")
def test_a_streaming_answer_sees_only_what_it_opens_itself(both):
    own = str(both.organization.id)
    browser = both.browser(both.owner)
    assert browser.get("/plain/").content.decode() == own
    assert b"".join(browser.get("/streamed/").streaming_content).decode() == "\n\n"
    assert b"".join(browser.get("/streamed-in-scopes/").streaming_content).decode() == f"{own}\n{own}\n"
    assert scope_left() == ("", "idp_app")


def test_threads_side_by_side_see_their_own(both):
    found: dict[str, set[str]] = {}
    barrier = threading.Barrier(2, timeout=20)

    def ask(organization_id) -> None:
        try:
            with organization_scope(organization_id):
                barrier.wait()
                found[str(organization_id)] = set(seen())
                barrier.wait()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(key,)) for key in (both.organization.id, both.foreign.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == {str(key): {str(key)} for key in (both.organization.id, both.foreign.id)}
