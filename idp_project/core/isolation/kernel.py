"""The Linux calls that Python does not wrap: namespaces, capabilities, Landlock and seccomp, by ctypes.

Each function raises OSError where the kernel or the container forbids it; `isolation` decides what that means.
Sources: landlock(7), seccomp(2), user_namespaces(7), capabilities(7), prctl(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_PR_CAPBSET_DROP, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL = 24, 28, 47, 4
_NO_RIGHTS_FOR_ROOT = 0b11100011  # uid 0 gives no capability, none becomes ambient; both locked, and so is keeping them
_CAPABILITY_VERSION, _MOST_CAPABILITIES = 0x20080522, 64
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


def leave_network(other_user: int) -> bool:
    """Moves this single-threaded process into new user, network and IPC namespaces: no interface, not even loopback.

    Where root does so, the other user exists in there too. Returns whether it does, so that `change_user` is possible.
    """
    uid, gid = os.getuid(), os.getgid()
    map_both = _mapping_from_outside(uid, gid, other_user)
    try:
        _checked(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC), "unshare")
    except OSError:
        map_both(False)
        raise
    if map_both(True):
        return True
    for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path("/proc/self", name).write_text(content)
    return False


def _mapping_from_outside(uid: int, gid: int, other_user: int) -> Callable[[bool], bool]:
    """A process that stays outside the namespace, where root may map two users. The result lets it do so, or not, and
    returns whether it did."""
    reader, writer = os.pipe()
    helper = os.fork()
    if helper == 0:
        try:
            os.close(writer)
            if os.geteuid() == 0 and os.read(reader, 1):
                folder = Path("/proc", str(os.getppid()))
                for name, own in (("uid_map", uid), ("gid_map", gid)):
                    folder.joinpath(name).write_text(f"{own} {own} 1\n{other_user} {other_user} 1\n")
                os._exit(0)
        finally:
            os._exit(1)

    def finish(is_wanted: bool) -> bool:
        os.close(reader)
        with contextlib.suppress(BrokenPipeError):
            os.write(writer, b"x" if is_wanted else b"")
        os.close(writer)
        return os.waitstatus_to_exitcode(os.waitpid(helper, 0)[1]) == 0

    return finish


def leave_network_as_root() -> None:
    """The same without a user namespace, for root where user namespaces are forbidden."""
    _checked(_libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC), "unshare")


def change_user(user: int) -> None:
    """Makes this process that user, in the group of the same number and no other, for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def drop_bounding_set() -> None:
    """No capability can be had again, not even by uid 0. Needs CAP_SETPCAP; so before `change_user`."""
    for capability in range(_MOST_CAPABILITIES):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 and ctypes.get_errno() != errno.EINVAL:
            _checked(-1, "prctl(CAPBSET_DROP)")
    _checked(_libc.prctl(_PR_SET_SECUREBITS, _NO_RIGHTS_FOR_ROOT, 0, 0, 0), "prctl(SECUREBITS)")


def drop_capabilities() -> None:
    """This process has no capability any more: none effective, permitted, inheritable or ambient."""
    _checked(_libc.prctl(_PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl(CAP_AMBIENT)")
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    _checked(_libc.capset(header, bytes(24)), "capset")


def mount_memory(folder: Path, size_bytes: int, most_files: int) -> None:
    """Mounts empty memory of at most that size on the folder, which only this process and its children see, and which
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


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def filter_system_calls(program: bytes) -> None:
    """seccomp: from now on this filter (`seccomp.filter_program`) decides about every system call, for good. Needs
    `forbid_new_privileges`."""
    filled = _Program(len(program) // 8, program)
    _checked(_libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(filled), 0, 0), "prctl(SECCOMP)")
