"""The system calls that the sandboxes' children may make; every other one is refused.

How the lists were measured and how to add to them: docs/adr/0017-sandbox-allow-list.md. Numbers: the kernel's
asm/unistd_64.h (x86_64) and asm-generic/unistd.h (aarch64).
"""

from __future__ import annotations

import errno
import mmap
import os

from idp_project.core.isolation.seccomp import AllowList, Call, Check, Null, Only, OwnProcess, Without

# name: (x86_64, aarch64); None where the architecture does not have the call
NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "readv": (19, 65),
    "pread64": (17, 67),
    "write": (1, 64),
    "writev": (20, 66),
    "lseek": (8, 62),
    "close": (3, 57),
    "open": (2, None),
    "openat": (257, 56),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "stat": (4, None),
    "lstat": (6, None),
    "getdents64": (217, 61),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "tgkill": (234, 131),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "futex": (202, 98),
    "getrandom": (318, 278),
    "prlimit64": (302, 261),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "membarrier": (324, 283),
    "clone": (56, 220),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "prctl": (157, 167),
    "pwrite64": (18, 68),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "fadvise64": (221, 223),
    "flock": (73, 32),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "access": (21, None),
    "faccessat": (269, 48),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "statx": (332, 291),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "getcwd": (79, 17),
    "chdir": (80, 49),
    "umask": (95, 166),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "eventfd2": (290, 19),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "socket": (41, 198),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "shutdown": (48, 210),
}
_TMPFILE = 0o20000000
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | _TMPFILE
_NO_WRITING, _NO_WRITING_AT = Without(1, _WRITE_FLAGS), Without(2, _WRITE_FLAGS)
_NO_NEW_CODE = Without(2, mmap.PROT_EXEC)
_ADVICE = (0, 1, 2, 3, 4, 8, 14, 15, 16, 17, 102, 103)  # how own memory is used: linux/mman.h
_CLOCKS = tuple(range(12))  # other numbers stand for the clocks of other processes
_FUTEXES = tuple(  # wait, wake and requeue; not those that inherit priority: linux/futex.h
    operation | private | real_time
    for operation in (0, 1, 3, 4, 5, 9, 10)
    for private in (0, 128)
    for real_time in (0, 256)
)
_DESCRIPTORS = (0, 1, 2, 3, 1030)  # fcntl: duplicate, look at and set close-on-exec, look at flags
_LOCKS = (4, 5, 6, 7)  # fcntl: set flags, record locks
_THREAD_FLAGS = 0x003D0F00  # clone: exactly what the C library asks for a thread
_NAME_AND_BOUNDS = (15, 16, 23)  # prctl: name of the thread; which capabilities exist, which libcap asks at its start
_AF_UNIX = 1


def _plain(names: str) -> list[Call]:
    return [Call(NUMBERS[name]) for name in names.split()]


def _checked(name: str, *checks: Check, error: int = errno.EPERM) -> Call:
    return Call(NUMBERS[name], checks, error)


def _answered(name: str, answer: int) -> Call:
    return Call(NUMBERS[name], answer=answer)


_ALL: list[Call] = [
    *_plain("read readv pread64 write writev lseek close fstat newfstatat stat lstat getdents64 readlink"),
    *_plain("readlinkat munmap mremap brk rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall"),
    *_plain("getpid gettid getppid getuid geteuid getgid getegid exit exit_group"),
    *_plain("getrandom getrlimit getrusage sched_yield nanosleep gettimeofday time"),
    _answered("ioctl", errno.ENOTTY),  # all that is asked is whether a file is a terminal
    _answered("membarrier", errno.ENOSYS),
    *(_checked(name, Only(0, _CLOCKS)) for name in ("clock_gettime", "clock_getres", "clock_nanosleep")),
    _checked("futex", Only(1, _FUTEXES), error=errno.ENOSYS),
    _checked("madvise", Only(2, _ADVICE), error=errno.EINVAL),
    _checked("prlimit64", OwnProcess(0, or_zero=True), Null(2)),  # its own limits, to look at
    _checked("sched_getaffinity", OwnProcess(0, or_zero=True)),
    _checked("tgkill", OwnProcess(0)),  # abort() signals its own thread
]
_THREADS: list[Call] = [
    *_plain("set_robust_list rseq"),
    _checked("clone", Only(0, (_THREAD_FLAGS,))),
    _checked("prctl", Only(0, _NAME_AND_BOUNDS)),
]

# Readers of PDFs, pictures and messages: open to read, map no code. What they run was loaded before the filter.
_READER: list[Call] = [
    *_ALL,
    _checked("open", _NO_WRITING),
    _checked("openat", _NO_WRITING_AT),
    _checked("fcntl", Only(1, _DESCRIPTORS)),
    _checked("mmap", _NO_NEW_CODE),
    _checked("mprotect", _NO_NEW_CODE),
]

# LibreOffice loads its libraries late, makes code for its bridges, and writes in the child's own folder (Landlock). It
# insists on a local socket: it is told that `bind` and `listen` were done, which they were not.
_OFFICE: list[Call] = [
    *_ALL,
    *_THREADS,
    *_plain("open openat mmap mprotect pwrite64 ftruncate fallocate fsync fdatasync fadvise64 flock"),
    *_plain("mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 access faccessat"),
    *_plain("statx statfs fstatfs getcwd chdir umask dup dup2 dup3 pipe pipe2 eventfd2 poll ppoll select pselect6"),
    *_plain("uname sysinfo times shutdown"),
    _checked("fcntl", Only(1, _DESCRIPTORS + _LOCKS)),
    _checked("socket", Only(0, (_AF_UNIX,))),
    _answered("bind", 0),
    _answered("listen", 0),
    _answered("accept", errno.EINVAL),
    _answered("accept4", errno.EINVAL),
]

READER_CALLS = AllowList(tuple(_READER))
READER_CALLS_WITH_THREADS = AllowList((*_READER, *_THREADS))
OFFICE_CALLS = AllowList(tuple(_OFFICE))
