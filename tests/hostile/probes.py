"""What a child that was taken over would try, by the calls themselves. Runs in a sandbox's child; safe where it works.

Each probe returns the name of the error, or "allowed" where the kernel carried the call out or looked at its arguments.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Callable

_libc = ctypes.CDLL(None, use_errno=True)
_MACHINE = {"x86_64": 0, "aarch64": 1}.get(platform.machine(), 0)
_AT_FDCWD = -100
_NUMBERS = {  # of calls without a wrapper in older C libraries: x86_64, aarch64
    "ioprio_set": (251, 30),
    "ioprio_get": (252, 31),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "memfd_create": (319, 279),
    "io_uring_setup": (425, 425),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "open_tree": (428, 428),
    "pidfd_open": (434, 434),
    "process_madvise": (440, 440),
    "mq_open": (240, 180),
    "kcmp": (312, 272),
    "openat2": (437, 437),
    "fchmodat2": (452, 452),
    "memfd_secret": (447, 447),
    "sched_setattr": (314, 274),
    "get_robust_list": (274, 100),
    "capset": (126, 91),
    "clone": (56, 220),
}


def _call(name: str, *arguments: object) -> int:
    if name in _NUMBERS:
        return int(_libc.syscall(ctypes.c_long(_NUMBERS[name][_MACHINE]), *arguments))
    return int(getattr(_libc, name)(*arguments))


def _long(value: int) -> ctypes.c_long:
    return ctypes.c_long(value)


Probe = Callable[[bytes, int], int]
_LIMIT = struct.pack("QQ", 1 << 20, 1 << 20)

# of a file that is not the child's; `target` is one of the test's own
FILES: dict[str, Probe] = {
    "chmod": lambda target, _: _call("chmod", target, 0o644),
    "fchmod": lambda _, __: _call("fchmod", 3, 0o644),
    "fchmodat": lambda target, _: _call("fchmodat", _AT_FDCWD, target, 0o644, 0),
    "fchmodat2": lambda target, _: _call("fchmodat2", _long(_AT_FDCWD), target, _long(0o644), _long(0)),
    "set-user-id bit": lambda target, _: _call("chmod", target, 0o4755),
    "chown": lambda target, _: _call("chown", target, os.getuid(), os.getgid()),
    "chown to another": lambda target, _: _call("chown", target, 12345, 12345),
    "fchown": lambda _, __: _call("fchown", 3, os.getuid(), os.getgid()),
    "lchown": lambda target, _: _call("lchown", target, os.getuid(), os.getgid()),
    "utime": lambda target, _: _call("utimes", target, struct.pack("qqqq", 0, 0, 0, 0)),
    "utimensat": lambda target, _: _call("utimensat", _AT_FDCWD, target, struct.pack("qqqq", 1, 0, 1, 0), 0),
    "futimens": lambda _, __: _call("futimens", 3, struct.pack("qqqq", 1, 0, 1, 0)),
    "setxattr": lambda target, _: _call("setxattr", target, b"user.idp", b"x", 1, 0),
    "fsetxattr": lambda _, __: _call("fsetxattr", 3, b"user.idp", b"x", 1, 0),
    "getxattr": lambda target, _: _call("getxattr", target, b"user.idp", None, 0),
    "listxattr": lambda target, _: _call("listxattr", target, None, 0),
    "inotify": lambda _, __: _call("inotify_init1", 0),
    "fanotify": lambda _, __: _call("fanotify_init", 0, 0),
    "name_to_handle_at": lambda target, _: _call("name_to_handle_at", _AT_FDCWD, target, None, None, 0),
    "openat2": lambda target, _: _call("openat2", _long(_AT_FDCWD), target, None, _long(0)),
    "link": lambda target, _: _call("link", target, target + b".link"),
    "fsopen": lambda _, __: _call("fsopen", b"tmpfs", _long(0)),
    "fspick": lambda _, __: _call("fspick", _long(_AT_FDCWD), b"/", _long(0)),
    "open_tree": lambda _, __: _call("open_tree", _long(_AT_FDCWD), b"/", _long(1)),
    "mount": lambda _, __: _call("mount", None, b"/", None, 1 << 18, None),
    "chroot": lambda _, __: _call("chroot", b"/"),
    "sync": lambda _, __: _call("syncfs", 3),
}
# of a process that is not the child's; `victim` is one of the test's own
PROCESSES: dict[str, Probe] = {
    "prlimit": lambda _, victim: _call("prlimit", victim, 4, _LIMIT, None),
    "read another's limits": lambda _, victim: _call("prlimit", victim, 4, None, bytes(16)),
    "setpriority": lambda _, victim: _call("setpriority", 0, victim, 5),
    "getpriority": lambda _, victim: _call("getpriority", 0, victim),
    "sched_setaffinity": lambda _, victim: _call("sched_setaffinity", victim, 8, struct.pack("Q", 1)),
    "sched_getaffinity": lambda _, victim: _call("sched_getaffinity", victim, 128, bytes(128)),
    "sched_setscheduler": lambda _, victim: _call("sched_setscheduler", victim, 3, struct.pack("i", 0)),
    "sched_setattr": lambda _, victim: _call(
        "sched_setattr", _long(victim), struct.pack("IIQiIQQQ", 48, 3, 0, 5, 0, 0, 0, 0), _long(0)
    ),
    "ioprio_set": lambda _, victim: _call("ioprio_set", _long(1), _long(victim), _long(3 << 13)),
    "ioprio_get": lambda _, victim: _call("ioprio_get", _long(1), _long(victim)),
    "getpgid": lambda _, victim: _call("getpgid", victim),
    "getsid": lambda _, victim: _call("getsid", victim),
    "kill": lambda _, victim: _call("kill", victim, 0),
    "clock": lambda _, victim: _call("clock_gettime", (~victim << 3) | 2, bytes(16)),
    "get_robust_list": lambda _, victim: _call("get_robust_list", _long(victim), bytes(8), bytes(8)),
    "pidfd_open": lambda _, victim: _call("pidfd_open", _long(victim), _long(0)),
    "process_vm_readv": lambda _, victim: _call("process_vm_readv", victim, None, 0, None, 0, 0),
    "process_madvise": lambda _, victim: _call("process_madvise", _long(3), None, _long(0), _long(4), _long(0)),
    "kcmp": lambda _, victim: _call("kcmp", _long(os.getpid()), _long(victim), _long(0), _long(0), _long(0)),
    "ptrace": lambda _, victim: _call("ptrace", 16, victim, None, None),
}
# of the machine, or to outlive the child
MACHINE: dict[str, Probe] = {
    "shared memory": lambda _, __: _call("shmget", 0, 4096, 0o1600),
    "semaphores": lambda _, __: _call("semget", 0, 1, 0o1600),
    "message queue": lambda _, __: _call("msgget", 0, 0o1600),
    "POSIX message queue": lambda _, __: _call("mq_open", b"idp-probe", _long(0o102), _long(0o600), None),
    "memfd": lambda _, __: _call("memfd_create", b"x", _long(0)),
    "memfd_secret": lambda _, __: _call("memfd_secret", _long(0)),
    "io_uring": lambda _, __: _call("io_uring_setup", _long(1), bytes(120)),
    "bpf": lambda _, __: _call("bpf", _long(0), bytes(64), _long(64)),
    "userfaultfd": lambda _, __: _call("userfaultfd", _long(1)),
    "perf_event_open": lambda _, __: _call("perf_event_open", bytes(128), _long(0), _long(-1), _long(-1), _long(0)),
    "keyctl": lambda _, __: _call("keyctl", _long(0), _long(-3), _long(0)),
    "add_key": lambda _, __: _call("add_key", b"user", b"idp-probe", b"x", _long(1), _long(-3)),
    "host name": lambda _, __: _call("sethostname", ctypes.c_void_p(8), 5),
    "own limits": lambda _, __: _call("setrlimit", 4, struct.pack("QQ", 0, 0)),
    "own priority": lambda _, __: _call("setpriority", 0, 0, 6),
    "own limits by prlimit": lambda _, __: _call("prlimit", 0, 4, struct.pack("QQ", 0, 0), None),
    "own capabilities": lambda _, __: _call("capset", struct.pack("Ii", 0x20080522, 0), bytes(24)),
    "become root": lambda _, __: _call("setuid", 0),
    "own user": lambda _, __: _call("setresuid", os.getuid(), os.getuid(), os.getuid()),
    "unshare": lambda _, __: _call("unshare", 0x10000000),
    "a process": lambda _, __: _call("clone", _long(17), None, None, None, None) or os._exit(9),
    "a namespace by clone": lambda _, __: _call("clone", _long(0x10000011), None, None, None, None) or os._exit(9),
    "device control": lambda _, __: _call("ioctl", 3, 0x541B, bytes(4)),
    "be told by signal": lambda _, __: _call("fcntl", 3, 8, os.getpid()),
    "watch a folder": lambda _, __: _call("fcntl", 3, 1026, 1),
    "timer": lambda _, __: _call("timerfd_create", 1, 0),
    "personality": lambda _, __: _call("personality", 0xFFFFFFFF),
    "lock memory": lambda _, __: _call("mlockall", 1),
    "kernel log": lambda _, __: _call("klogctl", 10, None, 0),
}
# of readers only: LibreOffice loads libraries late and gets no descriptor of ours to write to
READERS: dict[str, Probe] = {
    "new code": lambda _, __: -1 if _mapped() == ctypes.c_void_p(-1).value else 0,
    "memory becomes code": lambda _, __: _call("mprotect", ctypes.c_void_p(_page()), ctypes.c_size_t(4096), 7),
    "create": lambda target, _: _call("open", target + b".new", os.O_CREAT | os.O_WRONLY, 0o600),
    "null for writing": lambda _, __: _call("open", b"/dev/null", os.O_WRONLY),
    "pipe": lambda _, __: _call("pipe", bytes(8)),
    "kernel's name": lambda _, __: _call("uname", bytes(400)),
    "working folder": lambda _, __: _call("chdir", b"/usr"),
    "descriptor's flags": lambda _, __: _call("fcntl", 0, 4, os.O_NONBLOCK),
    "shorten the answer": lambda _, __: _call("ftruncate", 4, 0),
}
ALL = FILES | PROCESSES | MACHINE


def _mapped() -> int | None:
    _libc.mmap.restype = ctypes.c_void_p
    return _libc.mmap(None, ctypes.c_size_t(4096), 5, 0x22, -1, _long(0))


def _page() -> int:
    _libc.mmap.restype = ctypes.c_void_p
    return int(_libc.mmap(None, ctypes.c_size_t(4096), 3, 0x22, -1, _long(0)) or 0)


def run_all(probes: dict[str, Probe], target: str, victim: int) -> dict[str, str]:
    """The outcome of each probe."""
    return {name: _outcome(probe, target.encode(), victim) for name, probe in probes.items()}


def _outcome(probe: Probe, target: bytes, victim: int) -> str:
    ctypes.set_errno(0)
    if probe(target, victim) >= 0:
        return "allowed"
    code = ctypes.get_errno()
    is_refused = code in (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOTTY)
    return errno.errorcode[code] if is_refused else f"allowed, {errno.errorcode.get(code, code)}"
