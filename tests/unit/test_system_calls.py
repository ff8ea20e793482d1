"""The filters of both architectures, run line by line; their numbers against the kernel's headers."""

from __future__ import annotations

import errno
import os
import platform
import re
import struct
from pathlib import Path

import pytest

from idp_project.core.isolation.seccomp import ALLOW, KILL, MACHINES, filter_lines
from idp_project.core.isolation.system_calls import NUMBERS, OFFICE_CALLS, READER_CALLS, READER_CALLS_WITH_THREADS

HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), r"#define __NR_(\w+)\s+(\d+)"),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"), r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
}
LISTS = {"reader": READER_CALLS, "reader with threads": READER_CALLS_WITH_THREADS, "office": OFFICE_CALLS}
THREAD = 0x003D0F00


def outcome(machine: str, calls: str, number: int, *arguments: int, architecture: int | None = None) -> int | str:
    """What the filter answers to that call: "allowed", "killed", or the error's number."""
    column, own = MACHINES[machine]
    lines = filter_lines(LISTS[calls].calls, column, own)
    data = struct.pack("IIQ6Q", number, architecture or own, 0, *arguments, *[0] * (6 - len(arguments)))
    place = accumulator = 0
    while True:
        operation, if_true, if_false, constant = lines[place]
        place += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("I", data, constant)
        elif operation == 0x05:
            place += constant
        elif operation == 0x06:
            return {ALLOW: "allowed", KILL: "killed"}.get(constant, constant & 0xFFFF)
        else:
            is_true = {0x15: accumulator == constant, 0x35: accumulator >= constant, 0x45: bool(accumulator & constant)}
            place += if_true if is_true[operation] else if_false


@pytest.fixture(params=MACHINES)
def ask(request):
    """The outcome of a call by its name, on each architecture; None where it does not have the call."""
    column = list(MACHINES).index(request.param)

    def ask(calls: str, name: str, *arguments: int) -> int | str | None:
        number = NUMBERS[name][column]
        return None if number is None else outcome(request.param, calls, number, *arguments)

    return ask


@pytest.mark.parametrize("calls", LISTS)
def test_arguments_are_held_to_what_is_needed(ask, calls):
    own, other = os.getpid(), os.getpid() + 1
    assert ask(calls, "prlimit64", 0, 7, 0) == "allowed"
    assert ask(calls, "prlimit64", own, 7, 0) == "allowed"
    for new in (1, 1 << 32):  # either half of the pointer
        assert ask(calls, "prlimit64", 0, 7, new) == errno.EPERM
    assert ask(calls, "prlimit64", other, 7, 0) == errno.EPERM
    assert ask(calls, "tgkill", own, own, 6) == "allowed"
    assert ask(calls, "tgkill", other, other, 6) == errno.EPERM
    assert ask(calls, "sched_getaffinity", other) == errno.EPERM
    assert ask(calls, "clock_gettime", 1) == "allowed"
    assert ask(calls, "clock_gettime", ~other << 3 & 0xFFFFFFFF | 2) == errno.EPERM
    assert ask(calls, "futex", 0, 128 | 9) == "allowed"
    assert ask(calls, "futex", 0, 6) == errno.ENOSYS
    assert ask(calls, "ioctl", 0, 0x5401) == errno.ENOTTY
    assert ask(calls, "fcntl", 3, 8) == ask(calls, "fcntl", 3, 1026) == errno.EPERM


def test_readers_open_to_read_and_map_no_code(ask):
    assert ask("reader", "openat", 0, 0, os.O_RDONLY | os.O_CLOEXEC) == "allowed"
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_TMPFILE):
        assert ask("reader", "openat", 0, 0, flags) == errno.EPERM
        assert ask("reader", "open", 0, flags) in (errno.EPERM, None)
        assert ask("office", "openat", 0, 0, flags) == "allowed"
    for name in ("mmap", "mprotect"):
        assert ask("reader", name, 0, 4096, 3) == "allowed"
        assert ask("reader", name, 0, 4096, 5) == errno.EPERM


def test_threads_begin_where_they_are_needed_and_nothing_else(ask):
    for calls in ("reader with threads", "office"):
        assert ask(calls, "clone", THREAD) == "allowed"
        for flags in (17, THREAD | 0x10000000, THREAD & ~0x00010000):
            assert ask(calls, "clone", flags) == errno.EPERM
    assert ask("reader", "clone", THREAD) == errno.EPERM


def test_sockets_of_libreoffice_lead_nowhere(ask):
    assert ask("office", "socket", 1) == "allowed"
    assert ask("office", "socket", 2) == errno.EPERM
    assert ask("office", "bind") == ask("office", "listen") == 0
    assert ask("office", "accept") == errno.EINVAL
    assert ask("reader", "socket", 1) == errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("calls", LISTS)
def test_what_is_not_in_the_list_is_refused(machine, calls):
    column, _ = MACHINES[machine]
    named = {NUMBERS[name][column] for name in NUMBERS}
    for number in [*range(600), 0x40000000, 0x40000000 + 16, 0x7FFFFFFF]:
        if number not in named:
            assert outcome(machine, calls, number) == (errno.ENOSYS if number >= 424 else errno.EPERM), number
    assert outcome(machine, calls, 0, architecture=0x40000003) == "killed"


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_the_kernels(machine):
    header, pattern = HEADERS[machine]
    if not header.exists():
        pytest.skip(f"no kernel headers at {header}")
    known = {name: int(number) for name, number in re.findall(pattern, header.read_text())}
    known["newfstatat"] = known.get("newfstatat", known.get("fstatat", -1))
    column = list(MACHINES).index(machine)
    for name, numbers in NUMBERS.items():
        assert numbers[column] == known.get(name), name


@pytest.mark.parametrize("calls", LISTS)
def test_program_has_the_lines_of_this_machine(calls):
    of_this_machine = MACHINES.get(platform.machine())
    if of_this_machine is None:
        pytest.skip("no table for this machine")
    program = list(struct.iter_unpack("HBBI", LISTS[calls].program()))
    assert program == filter_lines(LISTS[calls].calls, *of_this_machine)
