"""The servers and the cast that every test may use."""

import copy
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from pytest_socket import socket_allow_hosts
from redis.exceptions import RedisError

from idp_project.core import rate_counters
from idp_project.core.tenancy import organization_scope
from idp_project.operations.supervisor.programs import ONE_THREAD
from idp_project.providers.embeddings.base import Vectors
from idp_project.providers.embeddings.minilm import MiniLm
from tests import snapshots
from tests.factories import pipeline
from tests.factories.cast import Cast
from tests.levels import is_extended
from tests.servers import TestServers, start_keeper, stop_keeper

KEEPER: pytest.StashKey = pytest.StashKey()
LOOPBACK = ["127.0.0.1", "::1"]
OF_TEXT = tuple(
    f"tests/repository/test_{name}" for name in ("documents", "named_hooks", "pipeline", "recipes", "words")
)
NEEDS_NO_SERVER = ("tests/unit", "tests/property", "tests/contract", "tests/integration/supervisor", *OF_TEXT)
ONE_WORLD = "tests/authorization"
Scene = Callable[[Cast], Any]
_PREPARED: dict[Scene, tuple[snapshots.Snapshot, Any]] = {}


def pytest_configure(config: pytest.Config) -> None:
    """The controller of the session starts the keeper; the servers themselves when a test wants them."""
    hypothesis.settings.register_profile("idp", suppress_health_check=[hypothesis.HealthCheck.too_slow], deadline=None)
    hypothesis.settings.load_profile("idp")  # a busy machine is no fault of a strategy
    gc.disable()  # until everything is collected: hardly anything that collecting makes is garbage
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # images set it; then each of 200 processes compiles the product
    sys.dont_write_bytecode = False
    os.environ.update(ONE_THREAD)  # as a worker has it: a fork after OpenMP has started threads waits for them for ever
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    config.stash[KEEPER] = start_keeper(settings.TEST_DATA_DIR)
    if not all(argument.startswith(NEEDS_NO_SERVER) for argument in config.args):
        TestServers(settings.TEST_DATA_DIR).want()


def pytest_itemcollected(item: pytest.Item) -> None:
    if is_extended(item.nodeid):
        item.add_marker("extended")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffling: what needs no server goes while the servers start, what shares a world comes last, together."""
    items.sort(
        key=lambda item: (
            not item.nodeid.startswith(NEEDS_NO_SERVER),
            item.nodeid.startswith(ONE_WORLD),
            "last" in item.keywords,
        )
    )


def pytest_collection_finish() -> None:
    """Modules and collected tests are never garbage: the collector need not walk them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if keeper := config.stash.get(KEEPER, None):
        stop_keeper(keeper)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures that tests recorded, and what was skipped: one line a reason."""
    for passed in terminalreporter.stats.get("passed", []):
        for name, text in passed.user_properties:
            if name == "figures":
                terminalreporter.write_line(text)
    reports = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    for reason in sorted({report[2] for report in reports if isinstance(report, tuple)}):
        terminalreporter.write_line(reason)


def pytest_runtest_setup() -> None:
    """Nothing leaves the machine."""
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def servers() -> Iterator[TestServers]:
    """Real PostgreSQL and Redis, running."""
    servers = TestServers(settings.TEST_DATA_DIR)
    servers.wait()
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def django_db_setup(servers: TestServers) -> Iterator[None]:
    """Both databases of this worker, migrated by the owner; tests connect as the runtime role, which owns nothing."""
    servers.make_databases(settings.TEST_WORKER)
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _empty_tables(servers, case))
    yield
    patch.undo()


def _empty_tables(servers: TestServers, case: TransactionTestCase) -> None:
    """Django's flush needs the owner's TRUNCATE; the runtime role has no such right, so the superuser deletes."""
    for alias in case._databases_names(include_mirrors=False):
        servers.empty(alias, settings.TEST_WORKER)


@pytest.fixture(scope="session", autouse=True)
def remembered_vectors() -> Iterator[None]:
    """The built-in embeddings embed a batch of texts once per process: most tests are of the same few samples."""
    embed, known = MiniLm._embed_some, {}

    def remembered(model: MiniLm, texts: list[str]) -> Vectors:
        key = tuple(texts)
        if key not in known:
            known[key] = embed(model, texts)
        return known[key].copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MiniLm, "_embed_some", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def chosen_blind_samples() -> Iterator[None]:
    """Nothing is left to chance: a task belongs to the blind sample where its type has 100 per cent, and nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("review.services.blind.is_among", lambda _id, percent: percent == 100)
        yield


@pytest.fixture
def cast(request: pytest.FixtureRequest, db: None) -> Cast:
    """The people of every test, made when first looked at; the scene's, where a test wants that."""
    if "scene" in request.fixturenames:
        people: Cast = request.getfixturevalue("scene")[0]
        return people
    cache.clear()
    return Cast()


@pytest.fixture
def inside(cast: Cast) -> Callable[..., Any]:
    """Calls a function in the scope of the cast's organisation, and gives what it gives."""

    def inside(read: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        with organization_scope(cast.organization.id):
            return read(*arguments, **options)

    return inside


@pytest.fixture
def scene(request: pytest.FixtureRequest, prepared: Callable[[Scene], Any]) -> Any:
    """The cast, and what the test module's SCENE made with it."""
    return prepared(request.module.SCENE)


@pytest.fixture
def outcome(scene: tuple[Cast, Any]) -> Any:
    """What the test module's SCENE made."""
    return scene[1]


@pytest.fixture
def prepared(
    servers: TestServers, drain: Callable[[], int], db: None, request: pytest.FixtureRequest
) -> Callable[[Callable[[Cast], Any]], Any]:
    """prepared(make) gives the cast and what `make(cast)` returned, as of its first call in this process.

    For tests with real transactions. The work of `make` is done once; later tests get its rows, queues and files back.
    """
    marker = request.node.get_closest_marker("django_db")
    assert marker and marker.kwargs.get("transaction"), "a snapshot is committed, so its test must be as well"

    def prepare(make: Scene) -> tuple[Cast, Any]:
        cache.clear()
        if make not in _PREPARED:
            cast = Cast()
            made = make(cast)
            _PREPARED[make] = snapshots.taken(servers), (cast, made)
        else:
            snapshots.put_back(_PREPARED[make][0], servers)
        return copy.deepcopy(_PREPARED[make][1])

    return prepare


@pytest.fixture
def drain(servers: TestServers) -> Iterator[Callable[[], int]]:
    """Does every job that waits in the (at first empty) queues, in this process; no job may end with an exception."""
    pipeline.redis().flushdb()
    yield pipeline.drain
    assert pipeline.failed_jobs() == []


@pytest.fixture(autouse=True)
def fresh_limits(request: pytest.FixtureRequest) -> Iterator[None]:
    """The limits are those of every day; what one test was counted for is not counted for the next."""
    yield
    rate_counters.forget_here()
    if "servers" in request.fixturenames:
        with suppress(RedisError):  # a test may have stopped it
            rate_counters.forget_everything()
