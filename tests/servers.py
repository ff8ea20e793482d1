"""PostgreSQL and Redis of one test session, kept by a process of their own: `python -m tests.servers FOLDER`.

The keeper starts nothing until a test wants it, migrates two template databases once, and clears everything away when
pytest ends, however it ends. Every xdist worker works on copies of the templates, as the runtime role.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from documents.domain.statuses import STEP_TRANSITIONS
from idp_project.operations.supervisor.bootstrap import make_database
from idp_project.operations.supervisor.environment import socket_url
from idp_project.operations.supervisor.places import CHECKOUT, places_at
from idp_project.operations.supervisor.postgres import SUPERUSER
from idp_project.operations.supervisor.processes import Child, Program, adopt_orphans, end_orphans
from idp_project.operations.supervisor.programs import Programs
from idp_project.operations.supervisor.stores import Stores, settle
from idp_project.settings.test import TEST_SECRETS
from tests.kept_cluster import KeptCluster

START_SECONDS = 300.0
TEMPLATES = {"default": "idp", "pdb": "pdb"}
SETTINGS = {"DJANGO_SETTINGS_MODULE": "idp_project.settings.dev"}
COUNT_FRAGMENT = "SELECT {text} WHERE EXISTS (SELECT 1 FROM {table})"
EMPTY_ALL = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> ALL ({kept}::text[])
    LOOP EXECUTE format('DELETE FROM public.%I', name); END LOOP;
END $$
"""


class TestServers:
    """How tests reach the keeper and the databases of their worker."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = places_at(folder)
        self._connections: dict[str, psycopg.Connection] = {}
        self._kept_tables: dict[str, list[str]] = {}

    def want(self) -> None:
        """Let the keeper begin, without waiting for it."""
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        (self.folder / "wanted").touch()

    def wait(self) -> None:
        """Return when the servers run and the templates are migrated; raise RuntimeError with the reason otherwise."""
        self.want()
        deadline = time.monotonic() + START_SECONDS
        while not (self.folder / "ready").exists():
            if (self.folder / "failed").exists():
                raise RuntimeError(f"The test servers did not start:\n{(self.folder / 'failed').read_text()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"The test servers did not start within {START_SECONDS:g} s.")
            time.sleep(0.05)

    def make_databases(self, worker: str) -> None:
        """Copies of both templates for this worker; earlier ones are dropped."""
        with psycopg.connect(self.superuser_url("postgres"), autocommit=True) as connection:
            for template in TEMPLATES.values():
                name = f"{template}_{worker}"
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
                make_database(connection, name, template)

    def empty(self, alias: str, worker: str) -> None:
        """Delete every row that did not come with the migrations: what a transactional test leaves behind."""
        kept = sql.Literal(self.kept_tables(alias))
        self.connection(alias, worker).execute(sql.SQL(EMPTY_ALL).format(kept=kept))

    def connection(self, alias: str, worker: str) -> psycopg.Connection:
        """The superuser's, to a database of that worker, kept open. No triggers and no order among tables."""
        name = f"{TEMPLATES[alias]}_{worker}"
        if name not in self._connections:
            connection = self._connections[name] = psycopg.connect(self.superuser_url(name), autocommit=True)
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET lock_timeout = '10s'")
        return self._connections[name]

    def kept_tables(self, alias: str) -> list[str]:
        """Tables that migrations filled: tests leave them as they are."""
        if not self._kept_tables:
            self._kept_tables = json.loads((self.folder / "ready").read_text())
        return self._kept_tables[TEMPLATES[alias]]

    def close(self) -> None:
        """Ends the connections that it keeps open."""
        for connection in self._connections.values():
            connection.close()

    def superuser_url(self, database: str) -> str:
        return socket_url(SUPERUSER, TEST_SECRETS.superuser_password, database, self.places.postgres_sockets)


def non_empty_tables(connection: psycopg.Connection) -> list[str]:
    """Names of the tables in schema public that hold rows."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ).fetchall()
    if not tables:
        return []
    parts = [sql.SQL(COUNT_FRAGMENT).format(text=sql.Literal(name), table=sql.Identifier(name)) for (name,) in tables]
    return [row[0] for row in connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()]


def start_keeper(folder: Path) -> subprocess.Popen[bytes]:
    """A keeper that lives as long as this process keeps its standard input open."""
    clear_dead_sessions()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.servers", str(folder)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def stop_keeper(keeper: subprocess.Popen[bytes]) -> None:
    """Let it clear everything away."""
    assert keeper.stdin
    keeper.stdin.close()
    keeper.wait(timeout=60)


def clear_dead_sessions() -> None:
    """Remove folders of sessions whose keeper was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"idp-test-{os.geteuid()}-*"):
        pid = folder.name.rpartition("-")[2]
        if not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


def keep(folder: Path) -> None:
    """Wait until somebody wants the servers, run them until standard input closes, clear away."""
    os.set_blocking(sys.stdin.fileno(), False)
    adopt_orphans()
    children: list[Child] = []
    try:
        while not is_input_closed():
            if not children and (folder / "wanted").exists():
                try:
                    serve(folder, children)
                except Exception as error:
                    (folder / "failed").write_text(str(error))
                    raise
            time.sleep(0.05)
    finally:
        for child in reversed(children):
            child.kill()
        end_orphans(set())
        places_at(folder).remove_outside_sockets()
        shutil.rmtree(folder, ignore_errors=True)


def is_input_closed() -> bool:
    try:
        return os.read(sys.stdin.fileno(), 1) == b""
    except BlockingIOError:
        return False


def serve(folder: Path, children: list[Child]) -> None:
    """Start both servers with migrated templates; the file `ready` names the tables that migrations filled."""
    places, account = settle(folder)
    stores = Stores(places, account, {}, secrets=TEST_SECRETS, is_durable=False)
    kept = KeptCluster()
    filled = kept.restore(places.postgres_data)

    def launch(program: Program) -> Child:
        children.append(Child(program))
        return children[-1]

    addresses = stores.start(launch)
    if filled is None:
        filled = migrate(stores, Programs(places, addresses | SETTINGS), launch)
        for child in reversed(children):
            child.stop()
        children.clear()
        kept.keep(places.postgres_data, filled)
        stores.start(launch)
    unfinished = folder / "ready.unfinished"
    unfinished.write_text(filled)
    unfinished.replace(folder / "ready")


def migrate(stores: Stores, programs: Programs, launch: Callable[[Program], Child]) -> str:
    """Migrates both templates; JSON of the tables that migrations filled, by template."""
    code = launch(programs.manage("migrate", "prepare")).wait(START_SECONDS)
    if code != 0:
        raise RuntimeError((programs.places.logs / "migrate.log").read_text())
    filled = {}
    with psycopg.connect(stores.superuser_url(TEMPLATES["default"])) as connection:
        guard_step_transitions(connection)
    for template in TEMPLATES.values():
        with psycopg.connect(stores.superuser_url(template)) as connection:
            filled[template] = non_empty_tables(connection)
    return json.dumps(filled)


def guard_step_transitions(connection: psycopg.Connection) -> None:
    """Every test meets an error where a step run changes its status in a way that the state machine does not know."""
    allowed = [f"{old}>{new}" for old, following in STEP_TRANSITIONS.items() for new in {old, *following}]
    connection.execute(
        sql.SQL("""CREATE FUNCTION check_step_transition() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT (OLD.status || '>' || NEW.status) = ANY({allowed}) THEN
                    RAISE EXCEPTION 'step %: % may not become %', OLD.step, OLD.status, NEW.status;
                END IF;
                RETURN NEW;
            END $$""").format(allowed=sql.Literal(allowed))
    )
    connection.execute(
        """CREATE TRIGGER check_step_transition BEFORE UPDATE OF status ON documents_steprun
        FOR EACH ROW EXECUTE FUNCTION check_step_transition()"""
    )


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
