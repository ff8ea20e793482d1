"""The whole of one machine: stores, migrations, demo data, web, sandbox, workers, clock; then watching, stopping."""

import hashlib
import http.client
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from idp_project.core.isolation.office.installation import chosen_office
from idp_project.core.release import release
from idp_project.operations.supervisor import environment as environment_file
from idp_project.operations.supervisor.contents import Contents, contents_of
from idp_project.operations.supervisor.environment import OWNER_NAMES
from idp_project.operations.supervisor.errors import StopRequested, SupervisorError
from idp_project.operations.supervisor.first_admin import Credentials, ask, making
from idp_project.operations.supervisor.keys import COPY_AWAY, check_keys, present_keys
from idp_project.operations.supervisor.lock import FolderLock
from idp_project.operations.supervisor.places import CHECKOUT, Places, make_private, places_at
from idp_project.operations.supervisor.processes import Child, Program, adopt_orphans
from idp_project.operations.supervisor.programs import Programs, number_from, without, worker_count
from idp_project.operations.supervisor.purpose import Purpose, check_alone, check_kind, is_new, remember_new
from idp_project.operations.supervisor.stores import Stores, settle
from idp_project.operations.supervisor.terminal import Terminal
from idp_project.operations.supervisor.watcher import Watcher
from idp_project.operations.supervisor.web import listen

STOP_ORDER = (
    ("web",),
    ("worker-",),
    ("clock",),
    ("publisher",),
    ("office",),
    ("rules",),
    ("sandbox",),
    ("redis",),
    ("postgres",),
)
WEB_SECONDS = 60.0
SANDBOX_SECONDS = 20.0

Watching = Callable[["Machine"], int]


class Machine:
    """Everything that one `start` runs."""

    def __init__(
        self,
        places: Places,
        terminal: Terminal,
        stores: Stores,
        sockets: list[socket.socket],
        purpose: Purpose,
        first_admin: Credentials | None = None,
    ) -> None:
        self.places = places
        self.purpose = purpose
        self.first_admin = first_admin
        self.super_admin = ""
        self.terminal = terminal
        self.stores = stores
        self.sockets = sockets
        self.watcher = Watcher(terminal, places.status)
        self.programs = Programs(places, {})
        self.url = f"http://localhost:{sockets[0].getsockname()[1]}"
        self.watcher.url = self.url

    def start(self) -> None:
        """Starts everything, from nothing to a URL that answers."""
        with self.terminal.phase("PostgreSQL and Redis"):
            self.programs = Programs(self.places, self._start_stores())
        with self.terminal.phase("Databases and static files"):
            self._prepare()
        check_kind(self.places.data, self.purpose)
        if self.purpose is Purpose.SERVE:
            self._make_first_admin()
        with self.terminal.phase("Web server"):
            self._start_sandbox()
            self.watcher.launch(self.programs.web(tuple(opened.fileno() for opened in self.sockets)))
            self._wait_for_web()
        for number in range(1, worker_count() + 1):
            self.watcher.launch(self.programs.worker(number))
        self.watcher.launch(self.programs.clock())
        self.watcher.launch(self.programs.publisher())
        if self.stores.has_new_secrets:
            self.terminal.note(COPY_AWAY.format(path=self.places.secrets))

    def stop(self) -> None:
        """Stop in order; whatever is left below us afterwards is killed."""
        for prefixes in STOP_ORDER:
            self.watcher.stop(*prefixes)
        self.watcher.end_orphans()
        self.places.remove_outside_sockets()
        self.places.status.unlink(missing_ok=True)

    def process_samples(self) -> None:
        """Submit the sample packet to a demonstration, once a data folder."""
        done = self.places.data / "samples-submitted"
        if self.purpose is Purpose.DEMONSTRATE and not done.exists():
            self.watcher.run_to_end(self.programs.manage("samples", "process_samples"))
            done.touch()

    def _start_stores(self) -> dict[str, str]:
        addresses = self.stores.start(self._launch_store, self._check_contents)
        addresses["SANDBOX_SOCKET"] = str(self.places.sandbox_socket)
        addresses["OFFICE_SOCKET"] = str(self.places.office_socket)
        addresses["RULES_SOCKET"] = str(self.places.rules_socket)
        addresses["PUBLIC_URL"] = os.environ.get("PUBLIC_URL") or self.url
        values = self.stores.secrets.settings() | addresses
        environment_file.write(self.places.owner_environment, {name: values[name] for name in OWNER_NAMES})
        environment_file.write(self.places.environment, without(values, *OWNER_NAMES))
        return {name: os.environ.get(name) or value for name, value in values.items()} | addresses

    def _check_contents(self, contents: Contents) -> None:
        """Before anything is written: the keys fit, and no demonstration comes into somebody's database."""
        check_keys(contents, present_keys(self.stores.secrets, os.environ), self.places)
        check_alone(self.places.data, contents, self.purpose)

    def _launch_store(self, program: Program) -> Child:
        before = self.stores.postgres.prepare if program.name == "postgres" else self.stores.prepare_redis
        return self.watcher.launch(program, before)

    def _prepare(self) -> None:
        """Migrations and demonstration in one process, static files beside it in another."""
        notes = self.places.data / "notes"
        demonstration = ("--demonstration", "--logins", str(self.logins))
        options = ("--notes", str(notes), *(demonstration if self.purpose is Purpose.DEMONSTRATE else ()))
        programs = [self.programs.manage("prepare", "prepare", *options)]
        stamp, current = self.places.data / "static" / ".made-from", static_fingerprint()
        if not stamp.exists() or stamp.read_text() != current:
            programs.append(self.programs.manage("static", "collectstatic", "--noinput", "--clear"))
        self.watcher.run_to_end(*programs)
        stamp.write_text(current)
        if notes.exists():
            self.terminal.note(notes.read_text().strip())
            notes.unlink()

    def _make_first_admin(self) -> None:
        """Unless there is one: with what was asked before the start, else asked now. Nothing is served without one."""
        url = self.programs.environment["DATABASE_URL"]
        self.super_admin = contents_of(url).super_admin
        if not self.super_admin:
            credentials = self.first_admin or ask(self.places.data)
            self.watcher.run_to_end(making(self.programs, credentials))
            self.super_admin = contents_of(url).super_admin
        self.first_admin = None

    @property
    def logins(self) -> Path:
        return self.places.data / "logins"

    def _start_sandbox(self) -> None:
        self.places.sandbox_socket.unlink(missing_ok=True)
        self.watcher.launch(self.programs.sandbox())
        self.places.rules_socket.unlink(missing_ok=True)
        self.watcher.launch(self.programs.rules())
        if chosen_office(os.environ):
            self.places.office_socket.unlink(missing_ok=True)
            self.watcher.launch(self.programs.office())

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + WEB_SECONDS
        while time.monotonic() < deadline:
            self.watcher.tick()
            if answers(self.sockets[0]):
                return
        raise SupervisorError(f"The web server does not answer. Its log: {self.places.logs / 'web.log'}")


def static_fingerprint() -> str:
    """Changes whenever the packages or our own static files do."""
    digest = hashlib.sha256((CHECKOUT / "requirements" / "lock.txt").read_bytes())
    for path in sorted((CHECKOUT / "static").rglob("*")):
        entry = path.stat()
        digest.update(f"{path.relative_to(CHECKOUT)} {entry.st_size} {entry.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def answers(listener: socket.socket) -> bool:
    """Whether the web server behind this socket gives an HTTP answer that is no server error."""
    connection = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=2)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def run(data: Path, terminal: Terminal, watching: Watching, purpose: Purpose, *, is_fresh: bool = False) -> int:
    """Start on this data folder, hand over to `watching`, stop; the exit code. `is_fresh` empties the folder first.

    What can be refused without starting anything is refused first, before the folder is made.
    """
    check_kind(data, purpose)
    wanted_port = number_from("IDP_PORT")
    worker_count()
    has_nothing = is_fresh or is_new(places_at(data), os.environ)
    first_admin = ask(data) if purpose is Purpose.SERVE and has_nothing else None
    make_private(data, 0o711 if os.geteuid() == 0 else 0o700)
    with FolderLock(places_at(data).lock):
        adopt_orphans()
        if is_fresh:
            empty(places_at(data))
        places, account = settle(data)
        try:
            sockets = listen(wanted_port)
        except (OSError, OverflowError) as error:
            raise SupervisorError(str(error)) from error
        stores = Stores(places, account, os.environ)
        remember_new(places, purpose, os.environ)
        return _run(Machine(places, terminal, stores, sockets, purpose, first_admin), watching)


def _run(machine: Machine, watching: Watching) -> int:
    try:
        _on_signals(_request_stop)
        machine.start()
        return watching(machine)
    except StopRequested:
        return 0
    finally:
        _on_signals(lambda number, frame: setattr(machine.watcher, "is_hurrying", True))
        with machine.terminal.phase("Stopping"):
            machine.stop()


def watch(machine: Machine) -> int:
    """Say where to look, process the samples on the first start, then look after everybody until told to stop."""
    say_welcome(machine)
    try:
        machine.process_samples()
    except SupervisorError as error:
        machine.terminal.trouble("samples", str(error))
    while True:
        machine.watcher.tick(0.25)


def demonstrate(machine: Machine) -> int:
    """Process the samples and let the scripted reviewer do the rest; the journey's exit code."""
    say_welcome(machine)
    machine.process_samples()
    journey = machine.programs.manage("journey", "demo_journey", "--url", machine.url)
    return machine.watcher.run_in_foreground(journey)


def say_welcome(machine: Machine) -> None:
    seconds = time.monotonic() - machine.terminal.began
    if machine.purpose is Purpose.DEMONSTRATE:
        who = machine.logins.read_text() if machine.logins.exists() else ""
    else:
        who = f"Sign in as {machine.super_admin}."
    url = os.environ.get("PUBLIC_URL") or machine.url
    machine.terminal.say(f"\n[bold]{url}[/]   ready after {seconds:.1f} s. Ctrl-C stops everything.")
    machine.terminal.say(f"{release()}\n{who}")


def empty(places: Places) -> None:
    """Forget this data folder and its shelter; the lock stays."""
    if places.home != places.data:
        shutil.rmtree(places.home)
    for entry in places.data.iterdir():
        if entry == places.lock:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _request_stop(number: int, frame: FrameType | None) -> None:
    raise StopRequested


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)
