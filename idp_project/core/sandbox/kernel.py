"""The Linux calls that Python does not wrap: namespaces, Landlock and seccomp, by ctypes.

Each function raises OSError where the kernel or the container forbids it; `isolation` decides what that means.
Sources: landlock(7), seccomp(2), user_namespaces(7), prctl(2).
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Iterable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 18
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# writing, reading, listing, removing folders and files, making folders and files, renaming across folders, shortening:
_WORK_IN = sum(1 << bit for bit in (1, 2, 3, 4, 5, 7, 8, 13, 14))  # no program, device, socket, pipe or link
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # Landlock ABI -> number of file rights it knows


def _checked(result: int, call: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")
    return result


def die_with_parent(signal_number: int) -> None:
    """The kernel sends this process the signal when its parent's thread ends."""
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl(PDEATHSIG)")


def forbid_new_privileges() -> None:
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(NO_NEW_PRIVS)")


def leave_network() -> None:
    """Moves this single-threaded process into new user, network and IPC namespaces: no interface, not even loopback."""
    uid, gid = os.getuid(), os.getgid()
    _checked(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC), "unshare")
    for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path("/proc/self", name).write_text(content)


def leave_network_as_root() -> None:
    """The same without a user namespace, for root where user namespaces are forbidden."""
    _checked(_libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC), "unshare")


def mount_memory(folder: Path, size_bytes: int, most_files: int) -> None:
    """From now on the folder is empty memory of at most that size, which only this process and its children see, and which
    goes with the last of them. After `leave_network`, which gives the right to mount in namespaces of one's own."""
    _checked(_libc.unshare(_CLONE_NEWNS), "unshare")
    _checked(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount")
    options = f"size={size_bytes},nr_inodes={most_files},mode=0700".encode()
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _checked(_libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", flags, options), "mount")


def restrict_files(readable: Iterable[Path], writable: Iterable[Path] = ()) -> int:
    """Landlock: from now on only these folders and files can be opened, for reading; in the `writable` folders files can
    be made, changed and removed too. Returns the kernel's ABI. Said again, it only takes away.

    Also forbids TCP (ABI 4) and signals and abstract sockets to the outside (ABI 6). Needs no privilege.
    """
    abi = _checked(_libc.syscall(_LANDLOCK_CREATE, None, 0, 1), "landlock_create_ruleset")
    rights = (1 << _FS_RIGHTS[min(abi, 5)]) - 1
    attributes = struct.pack("QQQ", rights, 0b11, 0b11)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = _checked(_libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0), "landlock_create_ruleset")
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE)
        for path in writable:
            _allow(ruleset, path, _WORK_IN & rights)
        _checked(_libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = struct.pack("=Qi", rights, parent)
        _checked(_libc.syscall(_LANDLOCK_ADD_RULE, ruleset, 1, rule, 0), "landlock_add_rule")
    finally:
        os.close(parent)


# name: (x86_64, aarch64); None where the architecture does not have the call
_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "clone": (56, 220),
    "clone3": (435, 435),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvmsg": (47, 212),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
}
_MACHINES = {"x86_64": (0, 0xC000003E, 234), "aarch64": (1, 0xC00000B7, 131)}  # column, AUDIT_ARCH, tgkill
_LOAD, _JUMP_EQUAL, _JUMP_NOT_LESS, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # ERRNO is EPERM
_UNKNOWN_CALL = 0x00050026  # ENOSYS: the C library then asks for a thread by clone, whose flags a filter can see
_PRETEND = 0x00050000  # nothing is done, 0 is answered
_CLONE_THREAD, _AF_UNIX = 0x00010000, 1
_LISTEN = (50, 201)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def filter_system_calls(*, may_start_threads: bool = False, has_dead_sockets: bool = False) -> None:
    """seccomp: no new process or program, no socket, no signal to others, no tracing, no mounting, for good.

    With `may_start_threads` a thread may begin, still no process. With `has_dead_sockets` a local socket can be made that
    leads nowhere: `bind` and `listen` do nothing and say that they did, for programs that insist on a socket of theirs.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(f"no system call table for {machine}")
    column, architecture, tgkill = _MACHINES[machine]
    numbers = [row[column] for row in _FORBIDDEN.values() if row[column] is not None]
    exceptions = _thread_rules(column) if may_start_threads else []
    exceptions += _dead_socket_rules(column) if has_dead_sockets else []
    lines = _rules([number for number in numbers if number is not None], architecture, tgkill, exceptions)
    code = b"".join(struct.pack("HBBI", *line) for line in lines)
    program = _Program(len(code) // 8, code)
    _checked(_libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0), "prctl(SECCOMP)")


_Line = tuple[int, int, int, int]


def _thread_rules(column: int) -> list[_Line]:
    """Lines that let `clone` make threads."""
    return [
        (_JUMP_EQUAL, 0, 4, _number("clone", column)),
        (_LOAD, 0, 0, 16),  # its flags
        (_JUMP_IF_SET, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
        (_JUMP_EQUAL, 0, 1, _number("clone3", column)),
        (_RETURN, 0, 0, _UNKNOWN_CALL),
    ]


def _dead_socket_rules(column: int) -> list[_Line]:
    """Lines that let `socket` make local ones, and have `bind` and `listen` do nothing."""
    return [
        (_JUMP_EQUAL, 0, 4, _number("socket", column)),
        (_LOAD, 0, 0, 16),  # its family
        (_JUMP_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
        (_JUMP_EQUAL, 1, 0, _number("bind", column)),
        (_JUMP_EQUAL, 0, 1, _LISTEN[column]),
        (_RETURN, 0, 0, _PRETEND),
    ]


def _number(name: str, column: int) -> int:
    number = _FORBIDDEN[name][column]
    assert number is not None
    return number


def _rules(forbidden: list[int], architecture: int, tgkill: int, exceptions: list[_Line]) -> list[_Line]:
    """BPF: each line is (operation, jump if true, jump if false, constant); jumps count lines to skip."""
    count = len(forbidden)
    lines = [
        (_LOAD, 0, 0, 4),  # architecture
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # system call number
        *exceptions,
        (_JUMP_NOT_LESS, count + 4, 0, 0x40000000),  # the x32 doubles of x86_64
    ]
    lines += [(_JUMP_EQUAL, count - index + 3, 0, number) for index, number in enumerate(forbidden)]
    lines += [
        (_JUMP_EQUAL, 0, 2, tgkill),  # abort() signals its own thread group; nobody else's
        (_LOAD, 0, 0, 16),
        (_JUMP_EQUAL, 0, 1, os.getpid()),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return lines
