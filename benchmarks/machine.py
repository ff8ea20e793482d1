"""A whole machine on an empty data folder of its own: stores, web, sandbox, clock and two workers, as `make run` starts.

The benchmarks run inside it as children of the supervisor, with the environment that every program gets.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from idp_project.operations.supervisor.environment import ADDRESS_NAMES
from idp_project.operations.supervisor.processes import Program
from idp_project.operations.supervisor.purpose import Purpose
from idp_project.operations.supervisor.start import Machine, run
from idp_project.operations.supervisor.terminal import Terminal

WORKERS = 2


def run_inside(modules: Sequence[str], arguments: Sequence[str]) -> int:
    """Starts a machine, runs the modules one after the other with the arguments, stops; the highest exit code."""
    folder = Path(tempfile.mkdtemp(prefix="idp-bench-"))
    folder.chmod(0o711)  # as root the stores run under an account of their own
    for name in (*ADDRESS_NAMES, "IDP_DATA_DIR"):
        os.environ.pop(name, None)
    os.environ["IDP_WORKERS"] = str(WORKERS)

    def watching(machine: Machine) -> int:
        environment = (
            machine.programs.environment
            | machine.programs.owner
            | {  # some rebuild indexes
                "DJANGO_SETTINGS_MODULE": "idp_project.settings.dev",
                "BENCHMARK_URL": machine.url,
                "LOG_LEVEL": "ERROR",
            }
        )
        codes = [
            machine.watcher.run_in_foreground(
                Program(module, (sys.executable, "-m", module, *arguments), None, environment)
            )
            for module in modules
        ]
        return max(codes, default=0)

    try:
        return run(folder, Terminal(), watching, Purpose.DEMONSTRATE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
