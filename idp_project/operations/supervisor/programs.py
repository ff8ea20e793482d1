"""The product's own processes: what is run, under which name, and how each one stops."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from idp_project.core.isolation.limits import SERVER_ENVIRONMENT
from idp_project.operations.supervisor.environment import OWNER_NAMES
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import CHECKOUT, Places
from idp_project.operations.supervisor.processes import Program

WORKER_QUEUES = ("io", "cpu", "llm-local")
WORKER_DRAIN_SECONDS = 15.0
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")

# Commands that work as the owner of a database. Nothing else that runs is told its address.
OWNER_COMMANDS = ("prepare", "migrate", "restore", "publish", "allow_analyst", "analyst_login")
ROLE_NAME = "IDP_DATABASE_ROLE"  # `owner`: a person wants a command to connect as the owner
ADMIN_NAMES = ("IDP_ADMIN_USERNAME", "IDP_ADMIN_PASSWORD", "IDP_ADMIN_EMAIL")  # for one short process only

SANDBOX_LIMITS = {
    "SANDBOX_MEMORY_BYTES": "--memory",
    "SANDBOX_CPU_SECONDS": "--cpu",
    "SANDBOX_WALL_SECONDS": "--wall",
}

# A model's run takes and frees tensors of megabytes. Given back to the kernel each time, they come back page fault by
# page fault: a twentieth of the time of OCR. A work horse gives everything back when it ends.
KEPT_MEMORY = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(2**30))


class Programs:
    """Programs of one data folder, all with the same environment; `owner` is what only the owner's commands get besides."""

    def __init__(self, places: Places, addresses: Mapping[str, str]) -> None:
        self.places = places
        self.owner = {name: addresses[name] for name in OWNER_NAMES if name in addresses}
        self.environment = {
            **without(os.environ, *ADMIN_NAMES, *OWNER_NAMES, ROLE_NAME),
            **without(addresses, *OWNER_NAMES),
            "IDP_DATA_DIR": str(places.data),
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",
        }

    def manage(self, name: str, *arguments: str, **environment: str) -> Program:
        """A Django command under this name, with the owner's addresses if it is one of those that need them."""
        owner = self.owner if needs_owner(arguments) else {}
        return Program(
            name=name,
            argv=(sys.executable, str(CHECKOUT / "manage.py"), *arguments),
            log=self.places.logs / f"{name}.log",
            environment=self.environment | owner | environment,
        )

    def asked_for(self, name: str, *words: str, **environment: str) -> Program:
        """A person's command. With IDP_DATABASE_ROLE=owner it connects as the owner, and only it does."""
        as_owner = {**self.owner, ROLE_NAME: "owner"} if is_owner_wanted() else {}
        return self.manage(name, *words, **as_owner, **environment)

    def web(self, descriptors: tuple[int, ...]) -> Program:
        return Program(
            name="web",
            argv=(sys.executable, "-m", "idp_project.operations.supervisor.web", *map(str, descriptors)),
            log=self.places.logs / "web.log",
            environment={"DJANGO_SETTINGS_MODULE": "idp_project.settings.dev"} | self.environment,
            pass_descriptors=descriptors,
        )

    def sandbox(self) -> Program:
        """What opens untrusted files."""
        options = SANDBOX_LIMITS | {"SANDBOX_USER": "--user"}
        return self._sandbox("sandbox", "idp_project.core.isolation.server", self.places.sandbox_socket, options)

    def office(self) -> Program:
        """What makes PDFs of office documents."""
        options = SANDBOX_LIMITS | {"OFFICE_USER": "--user", "OFFICE_PROGRAM": "--program", "OFFICE_LOCALE": "--locale"}
        return self._sandbox("office", "idp_project.core.isolation.office.server", self.places.office_socket, options)

    def rules(self) -> Program:
        """What judges electronic invoices by their business rules."""
        options = SANDBOX_LIMITS | {"RULES_USER": "--user"}
        return self._sandbox("rules", "idp_project.core.isolation.rules.server", self.places.rules_socket, options)

    def _sandbox(self, name: str, module: str, socket: Path, options: Mapping[str, str]) -> Program:
        """Nothing of our environment reaches the processes that parse untrusted bytes, except for these options."""
        chosen = [f"{option}={os.environ[key]}" for key, option in options.items() if os.environ.get(key, "").strip()]
        return Program(
            name=name,
            argv=(sys.executable, "-m", module, "--socket", str(socket), *chosen),
            log=self.places.logs / f"{name}.log",
            environment=SERVER_ENVIRONMENT,
        )

    def worker(self, number: int) -> Program:
        """One RQ worker: SIGTERM lets it finish its job. The first has the express lane's beside it."""
        express = ("--express",) if number == 1 else ()
        return Program(
            name=f"worker-{number}",
            argv=(sys.executable, str(CHECKOUT / "manage.py"), "work", "--queues", *WORKER_QUEUES, *express),
            log=self.places.logs / f"worker-{number}.log",
            environment=self.environment | ONE_THREAD | KEPT_MEMORY,
            stop_signal=signal.SIGTERM,
            stop_seconds=WORKER_DRAIN_SECONDS,
        )

    def clock(self) -> Program:
        return self.manage("clock", "clock")

    def publisher(self) -> Program:
        """What makes the typed views: beside the migrations the one process that is told an owner's address, of PDB only."""
        program = self.manage("publisher", "publish")
        return replace(program, environment=without(program.environment, "DATABASE_OWNER_URL"))


def needs_owner(words: Sequence[str]) -> bool:
    """Whether a command of manage.py works as the owner of a database."""
    return words[0] in OWNER_COMMANDS


def is_owner_wanted() -> bool:
    """Whether a person wants their command to connect as the owner, no matter which command."""
    return os.environ.get(ROLE_NAME) == "owner"


def without(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    """The environment less these names."""
    return {name: value for name, value in environment.items() if name not in names}


def worker_count() -> int:
    """IDP_WORKERS, else one a core that we may use."""
    return number_from("IDP_WORKERS") or len(os.sched_getaffinity(0))


def number_from(name: str) -> int | None:
    """A whole number from the environment; None where it is not set. SupervisorError for anything else."""
    text = os.environ.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit()):
        raise SupervisorError(f"{name} is “{text}”; it must be a whole number.")
    return int(text) if text else None
