"""The asyncpg door: transactions, row-level security's setting, threads, forks, event loops, errors."""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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


def test_organization_is_set_for_the_transaction_only(target):
    organization_id = uuid4()
    ask = "SELECT current_setting('app.org_id', true) AS organization, pg_backend_pid() AS process"
    first = fetch(target, ask, organization_id=organization_id)
    second = fetch(target, ask)
    assert first["organization"] == str(organization_id)
    assert second == {"organization": "", "process": first["process"]}, "the same connection, another asker"


def test_a_querys_settings_hold_for_it_and_no_longer(target):
    """On one connection: before it, with it, after it in the same transaction, in the next transaction."""
    ask = "SELECT current_setting('plan_cache_mode') AS mode, current_setting('work_mem') AS memory, pg_backend_pid() AS process"
    own = (("plan_cache_mode", "force_custom_plan"), ("work_mem", "7MB"))
    plain, special = query(ask), replace(query(ask + " -- special"), settings=own)

    async def work(transaction):
        before = await transaction.fetch_one(plain)
        (all_rows,) = await transaction.fetch_all(special)
        first_row = await transaction.fetch_one(special)
        await transaction.execute(special)
        return before, all_rows, first_row, await transaction.fetch_one(plain)

    before, all_rows, first_row, after = postgres.run(target, work, organization_id=None)
    assert all_rows == first_row == {**before, "mode": "force_custom_plan", "memory": "7MB"}
    assert before["mode"] == "auto" and before["memory"] != "7MB"
    assert after == before == fetch(target, ask)


def test_settings_of_a_query_that_fails_end_with_it(target):
    failing = replace(query("SELECT 1 / 0"), settings=(("plan_cache_mode", "force_custom_plan"),))
    with pytest.raises(PermanentFailure):
        postgres.run(target, lambda transaction: transaction.fetch_one(failing), organization_id=None)
    assert fetch(target, "SELECT current_setting('plan_cache_mode') AS mode") == {"mode": "auto"}


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


def test_killed_connection_is_transient_and_next_call_succeeds(target):
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
