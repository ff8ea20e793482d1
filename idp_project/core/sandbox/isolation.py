"""What the server gives up before it loads a parser, and what each child gives up on top.

Every wall is tried; a wall that this machine does not allow is named in the log, loudly, and the others stand.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from idp_project.core.sandbox import kernel

logger = logging.getLogger(__name__)


def isolate_server() -> list[str]:
    """No new privileges, no network, no file but code and fonts. Returns the walls that could not be raised."""
    missing = leave_network()
    if not raised("file access rules (Landlock)", lambda: kernel.restrict_files(readable_paths())):
        missing.append("file access rules")
    return missing


def leave_network() -> list[str]:
    """No new privileges, no network. Returns the walls that could not be raised."""
    kernel.forbid_new_privileges()
    is_raised = raised("network namespace", kernel.leave_network, kernel.leave_network_as_root)
    return [] if is_raised else ["network namespace"]


def raised(name: str, *attempts: Callable[[], object]) -> bool:
    """Whether one of the attempts raises that wall; the log says why not."""
    reasons = []
    for attempt in attempts:
        try:
            attempt()
            return True
        except OSError as error:
            reasons.append(str(error))
    logger.warning("SANDBOX WEAKENED: no %s on this machine (%s)", name, "; ".join(reasons))
    return False


def readable_paths() -> list[Path]:
    """Python, its packages, this package, fonts and character maps. No document, no secret, no /proc, no /home."""
    own = Path(__file__).resolve().parents[2]
    code = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "/usr", "/lib", "/lib64"]
    system = ["/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/zero", "/dev/urandom"]
    return [Path(path) for path in dict.fromkeys([*code, *system])] + [own / "core", own / "__init__.py"]


def limit_child(
    memory_bytes: int,
    cpu_seconds: int,
    output_bytes: int,
    memory_pages: tuple[int, int],
    max_tasks: int = 0,
    max_descriptors: int = 64,
) -> None:
    """Sets the limits of this process, for good; `memory_pages` is (mapped, resident) at the fork.

    The address space may grow by what is left of `memory_bytes` after the resident part, so that resident memory
    ends at `memory_bytes` however much of the libraries is merely mapped.
    """
    page = resource.getpagesize()
    mapped, resident = (pages * page for pages in memory_pages)
    space = mapped + max(memory_bytes - resident, 64 * 2**20)
    for kind, limit in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_FSIZE, output_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, max_tasks),  # does not bind root; seccomp does
        (resource.RLIMIT_NOFILE, max_descriptors),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


def isolate_child(server_pid: int, *, may_start_threads: bool = False, has_dead_sockets: bool = False) -> None:
    """Own process group, default signals, ends with the server, no dangerous system call. Tells nobody when it fails:

    the server has already said in its log what this machine does not allow (`check_child_walls`).
    """
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    kernel.die_with_parent(signal.SIGKILL)
    if os.getppid() != server_pid:
        os._exit(0)
    with contextlib.suppress(OSError):
        kernel.filter_system_calls(may_start_threads=may_start_threads, has_dead_sockets=has_dead_sockets)


def check_child_walls() -> list[str]:
    """Tries in a throw-away child what every child will do; logs and returns what this machine does not allow."""
    child = os.fork()
    if child == 0:
        try:
            kernel.filter_system_calls()
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        return []
    logger.warning("SANDBOX WEAKENED: no system call filter (seccomp) on this machine")
    return ["system call filter"]
