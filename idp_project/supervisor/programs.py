"""The product's own processes: what is run, under which name, and how each one stops."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from idp_project.core.sandbox.limits import SERVER_ENVIRONMENT
from idp_project.supervisor.errors import SupervisorError
from idp_project.supervisor.places import CHECKOUT, Places
from idp_project.supervisor.processes import Program

WORKER_QUEUES = ("io", "cpu", "llm-local")
WORKER_DRAIN_SECONDS = 15.0
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")

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
    """Programs of one data folder, all with the same environment."""

    def __init__(self, places: Places, addresses: Mapping[str, str]) -> None:
        self.places = places
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ADMIN_NAMES},
            **addresses,
            "IDP_DATA_DIR": str(places.data),
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",
        }

    def manage(self, name: str, *arguments: str, **environment: str) -> Program:
        """A Django command under this name."""
        return Program(
            name=name,
            argv=(sys.executable, str(CHECKOUT / "manage.py"), *arguments),
            log=self.places.logs / f"{name}.log",
            environment=self.environment | environment,
        )

    def web(self, descriptors: tuple[int, ...]) -> Program:
        return Program(
            name="web",
            argv=(sys.executable, "-m", "idp_project.supervisor.web", *map(str, descriptors)),
            log=self.places.logs / "web.log",
            environment={"DJANGO_SETTINGS_MODULE": "idp_project.settings.dev"} | self.environment,
            pass_descriptors=descriptors,
        )

    def sandbox(self) -> Program:
        """What opens untrusted files."""
        return self._sandbox("sandbox", "idp_project.core.sandbox.server", self.places.sandbox_socket, SANDBOX_LIMITS)

    def office(self) -> Program:
        """What makes PDFs of office documents."""
        options = SANDBOX_LIMITS | {"OFFICE_PROGRAM": "--program", "OFFICE_LOCALE": "--locale"}
        return self._sandbox("office", "idp_project.core.sandbox.office.server", self.places.office_socket, options)

    def _sandbox(self, name: str, module: str, socket: Path, options: Mapping[str, str]) -> Program:
        """Nothing of our environment reaches the processes that parse untrusted bytes, but for these options."""
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


def worker_count() -> int:
    """IDP_WORKERS, else one a core that we may use."""
    return number_from("IDP_WORKERS") or len(os.sched_getaffinity(0))


def number_from(name: str) -> int | None:
    """A whole number from the environment; None where it is not set. SupervisorError for anything else."""
    text = os.environ.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit()):
        raise SupervisorError(f"{name} is “{text}”; it must be a whole number.")
    return int(text) if text else None
