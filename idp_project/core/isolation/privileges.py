"""What the server gives up before it loads a parser, and what each child gives up on top.

Every restriction is tried. One that this machine does not allow is named in the log, loudly; the others hold.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from idp_project.core.isolation import kernel
from idp_project.core.isolation.mode import Isolation, Mode
from idp_project.core.isolation.seccomp import AllowList

logger = logging.getLogger(__name__)


def leave_network(user: int) -> Isolation:
    """No new privileges, no network. `user` is who the server will become where it can."""
    kernel.forbid_new_privileges()
    try:
        has_both = kernel.leave_network(user)
        return Isolation(Mode.NAMESPACE_AND_USER if has_both else Mode.USER_NAMESPACE)
    except OSError as error:
        logger.info("no user namespace on this machine (%s)", error)
    isolation = Isolation(Mode.CHANGED_USER if os.geteuid() == 0 else Mode.SAME_USER)
    note(isolation, "network namespace", kernel.leave_network_as_root)
    return isolation


def restrict_files(isolation: Isolation, readable: Iterable[Path], writable: Iterable[Path] = ()) -> None:
    """No file but these."""
    note(isolation, "file access rules (Landlock)", lambda: kernel.restrict_files(readable, writable))


def drop_privileges(isolation: Isolation, user: int, needed: Sequence[Path], given: Sequence[Path] = ()) -> None:
    """Becomes that user where root started it, and gives up every capability. The server's last step before its children.

    `needed` is what children will read, which that user has to be able to; otherwise the server stays who it is, and the
    mode says so. `given` folders become that user's.
    """
    with contextlib.suppress(OSError):  # without CAP_SETPCAP; no new privileges stands in the way all the same
        kernel.drop_bounding_set()
    if os.geteuid() == 0:
        if note(isolation, "change of user", lambda: _prepare_user(user, needed, given)):
            kernel.change_user(user)
        else:
            isolation.mode = Mode.SAME_USER if isolation.mode is Mode.CHANGED_USER else Mode.USER_NAMESPACE
    note(isolation, "dropping of capabilities", kernel.drop_capabilities)


def _prepare_user(user: int, needed: Sequence[Path], given: Sequence[Path]) -> None:
    """Raises OSError where this process cannot become that user, or that user cannot read what is needed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            kernel.change_user(user)
            for path in needed:
                os.close(os.open(path, os.O_RDONLY))
        except OSError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as report:
        reason = report.read()
    os.waitpid(child, 0)
    if reason:
        raise OSError(reason)
    for folder in given:
        os.chown(folder, user, user)


def note(isolation: Isolation, restriction: str, apply: Callable[[], object]) -> bool:
    """Whether that restriction could be applied; if not, it is missing, and the log says why."""
    try:
        apply()
    except OSError as error:
        logger.warning("SANDBOX WEAKENED: no %s on this machine (%s)", restriction, error)
        isolation.missing.append(restriction)
        return False
    return True


def readable_paths() -> list[Path]:
    """Python, its packages, this package, fonts and character maps. No document, no secret, no /proc, no /home."""
    own = Path(__file__).resolve().parents[2]
    code = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), "/usr", "/lib", "/lib64"]
    system = ["/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/zero", "/dev/urandom"]
    return [Path(path) for path in dict.fromkeys([*code, *system])] + [own / "core", own / "__init__.py"]


# --- of a child

_Limits = Mapping[int, int]


@dataclass(frozen=True)
class ChildRestrictions:
    """Parts that each kind of child composes: allowed system calls, limits (`resource.RLIMIT_*`), and files if it needs
    fewer, or may write to some, beyond what its server may."""

    calls: AllowList
    limits: _Limits
    readable: Sequence[Path] = ()
    writable: Sequence[Path] = ()


def address_space(memory_bytes: int, memory_pages: tuple[int, int]) -> _Limits:
    """The address space may grow by what is left of `memory_bytes` after the resident part, so that resident memory
    ends at `memory_bytes` however much of the libraries is merely mapped. `memory_pages` is (mapped, resident) at the fork.
    """
    page = resource.getpagesize()
    mapped, resident = (pages * page for pages in memory_pages)
    return {resource.RLIMIT_AS: mapped + max(memory_bytes - resident, 64 * 2**20)}


def use_of(cpu_seconds: int, output_bytes: int, max_tasks: int = 0, max_descriptors: int = 64) -> _Limits:
    """The limits of every child, whatever bounds its memory."""
    return {
        resource.RLIMIT_FSIZE: output_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: max_tasks,  # does not bind root; seccomp does
        resource.RLIMIT_NOFILE: max_descriptors,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_CPU: cpu_seconds,
    }


def apply_restrictions(server_pid: int, restrictions: ChildRestrictions) -> None:
    """Own process group, default signals, ends with the server; then files, limits, and the filter, which forbids to change
    any of it. Tells nobody when files or filter fail: the server has said so in its log.
    """
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    kernel.die_with_parent(signal.SIGKILL)
    if os.getppid() != server_pid:
        os._exit(0)
    if restrictions.readable or restrictions.writable:
        with contextlib.suppress(OSError):
            kernel.restrict_files(restrictions.readable, restrictions.writable)
    for kind, limit in restrictions.limits.items():
        # one second between the signal that can be caught and the end
        resource.setrlimit(kind, (limit, limit + 1 if kind == resource.RLIMIT_CPU else limit))
    with contextlib.suppress(OSError):
        kernel.filter_system_calls(restrictions.calls.program())


def check_filter(isolation: Isolation, calls: AllowList) -> None:
    """Tries in a throw-away child the filter that every child will have."""

    def try_filter() -> None:
        calls.program()
        child = os.fork()
        if child == 0:
            try:
                kernel.filter_system_calls(calls.program())
            except OSError as error:
                os._exit(min(error.errno or 1, 255))
            os._exit(0)
        if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            raise OSError(code, os.strerror(code) if code > 0 else "the filter ends a process")

    note(isolation, "system call filter (seccomp)", try_filter)
