"""The asyncpg door: transactions, row-level security's setting, threads, forks, event loops, errors."""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections

from idp_project.core import event_loop, postgres
from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.core.sql_files import Query, SqlFileError

pytestmark = pytest.mark.django_db(databases=["default", "pdb"])


def query(text):
    return Query("test", "For a test.", text, "pdb", Path("queries.sql"))


@pytest.fixture
def target():
    return postgres.database("pdb", connections["pdb"].settings_dict)


def fetch(target, text, *, organization_id=None, timeout=10.0, **arguments):
    return postgres.run(
        target,
        lambda transaction: transaction.fetch_one(query(text), **arguments),
        organization_id=organization_id,
        timeout=timeout,
    )


def test_the_organization_is_set_for_the_transaction_and_no_longer(target):
    organization_id = uuid4()
    ask = "SELECT current_setting('app.org_id', true) AS organization, pg_backend_pid() AS process"
    first = fetch(target, ask, organization_id=organization_id)
    second = fetch(target, ask)
    assert first["organization"] == str(organization_id)
    assert second == {"organization": "", "process": first["process"]}, "the same connection, another asker"


def test_json_and_arrays_travel_both_ways(target):
    row = fetch(
        target, "SELECT :document::jsonb AS document, :names::text[] AS names", document={"a": [1]}, names=["x"]
    )
    assert row == {"document": {"a": [1]}, "names": ["x"]}


def test_an_exception_rolls_back(target):
    key = uuid4()
    insert = query(
        "INSERT INTO delivery_receipt (event_uuid, organization_id, outcome, applied_at)"
        " VALUES (:key::uuid, :key::uuid, 'applied', now())"
    )

    async def write_and_fail(transaction):
        assert await transaction.execute(insert, key=key) == 1
        raise KeyError("mine")

    with pytest.raises(KeyError):
        postgres.run(target, write_and_fail, organization_id=key)
    assert fetch(target, "SELECT count(*) AS n FROM delivery_receipt", organization_id=key) == {"n": 0}


def test_wrong_arguments_never_reach_the_server(target):
    with pytest.raises(SqlFileError):
        fetch(target, "SELECT :a::text", b=1)


@pytest.mark.parametrize("text", ["SELECT 1 / 0", "SELECT 'secret'::date", "SELECT 'secret'::text::uuid"])
def test_refused_data_is_permanent_and_is_not_quoted(target, text):
    with pytest.raises(PermanentFailure) as refusal:
        fetch(target, text)
    assert "secret" not in refusal.value.message


def test_too_slow_is_transient_and_the_next_call_is_served(target):
    with pytest.raises(TransientFailure):
        fetch(target, "SELECT pg_sleep(30)", timeout=0.3)
    assert fetch(target, "SELECT 1 AS one") == {"one": 1}


def test_a_killed_connection_is_transient_and_the_next_call_is_served(target):
    with pytest.raises(TransientFailure) as outage:
        fetch(target, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert outage.value.code == "pdb_unavailable"
    assert fetch(target, "SELECT 1 AS one") == {"one": 1}


def test_many_threads_share_few_connections(target):
    with ThreadPoolExecutor(12) as pool:
        processes = list(
            pool.map(lambda _: fetch(target, "SELECT pg_backend_pid() AS p, pg_sleep(0.02)")["p"], range(40))
        )
    assert len(set(processes)) <= postgres.POOL_SIZE


def test_a_forked_child_connects_for_itself(target):
    before = fetch(target, "SELECT pg_backend_pid() AS p")["p"]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, str(fetch(target, "SELECT pg_backend_pid() AS p")["p"]).encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 32)
    os.close(reader)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert int(answer) != before
    assert fetch(target, "SELECT pg_backend_pid() AS p")["p"] == before, "the parent's connection survived its child"


def test_any_event_loop_may_ask(target):
    async def ask():
        return await postgres.run_async(
            target, lambda transaction: transaction.fetch_all(query("SELECT 1 AS one")), organization_id=None
        )

    assert asyncio.run(ask()) == asyncio.run(ask()) == [{"one": 1}]


def test_the_background_loop_never_waits_for_itself():
    async def ask_again():
        return event_loop.run(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="wait for itself"):
        event_loop.run(ask_again())
    assert sum(thread.name == "background-event-loop" for thread in threading.enumerate()) == 1
