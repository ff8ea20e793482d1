"""A list of allowed system calls becomes a seccomp filter (BPF). What the lists hold is in `system_calls`.

Sources: seccomp(2), linux/filter.h.
"""

from __future__ import annotations

import errno
import os
import platform
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

Line = tuple[int, int, int, int]  # operation, lines to skip if true, lines to skip if false, constant
_LOAD, _JUMP, _JUMP_EQUAL, _JUMP_NOT_LESS, _JUMP_IF_SET, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_MOST_IN_A_ROW = 4
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, KILL = 0x7FFF0000, 0x80000000
_ERROR = 0x00050000
_FIRST_NEW_CALL = 424  # from here on the numbers are the same everywhere, and C libraries know how to do without
# column of the tables, AUDIT_ARCH
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


@dataclass(frozen=True)
class Only:
    """The argument is one of these values (its low 32 bits, which is what the kernel reads of it)."""

    argument: int
    values: tuple[int, ...]

    def lines(self, refusal: int) -> list[Line]:
        count = len(self.values)
        tests = [(_JUMP_EQUAL, count - index, 0, value) for index, value in enumerate(self.values)]
        return [(_LOAD, 0, 0, _ARGUMENTS + 8 * self.argument), *tests, (_RETURN, 0, 0, refusal)]


@dataclass(frozen=True)
class Without:
    """The argument has none of these bits."""

    argument: int
    bits: int

    def lines(self, refusal: int) -> list[Line]:
        load = (_LOAD, 0, 0, _ARGUMENTS + 8 * self.argument)
        return [load, (_JUMP_IF_SET, 0, 1, self.bits), (_RETURN, 0, 0, refusal)]


@dataclass(frozen=True)
class Null:
    """The argument is the null pointer."""

    argument: int

    def lines(self, refusal: int) -> list[Line]:
        halves = (_ARGUMENTS + 8 * self.argument, _ARGUMENTS + 8 * self.argument + 4)
        return [
            line for half in halves for line in ((_LOAD, 0, 0, half), (_JUMP_EQUAL, 1, 0, 0), (_RETURN, 0, 0, refusal))
        ]


@dataclass(frozen=True)
class OwnProcess:
    """The argument is the id of the process that the filter is made for; with `or_zero` also 0, which means the same."""

    argument: int
    or_zero: bool = False

    def lines(self, refusal: int) -> list[Line]:
        return Only(self.argument, (os.getpid(), 0) if self.or_zero else (os.getpid(),)).lines(refusal)


Check = Only | Without | Null | OwnProcess


@dataclass(frozen=True)
class Call:
    """One system call: its numbers on x86_64 and aarch64 (None if it does not exist there), and what its arguments must be.

    `error` is what a caller gets whose arguments are something else. With `answer` the call is never made: the caller gets
    that error, or is told of success (0).
    """

    numbers: tuple[int | None, int | None]
    checks: tuple[Check, ...] = ()
    error: int = errno.EPERM
    answer: int | None = None

    @property
    def is_of_own_process(self) -> bool:
        return any(isinstance(check, OwnProcess) for check in self.checks)

    def lines(self, column: int) -> list[Line]:
        number = self.numbers[column]
        return [] if number is None else self.block(number)

    def block(self, number: int) -> list[Line]:
        """Skipped by other numbers; never left without a return."""
        if self.answer is not None:
            body: list[Line] = [(_RETURN, 0, 0, _ERROR | self.answer)]
        else:
            body = [line for check in self.checks for line in check.lines(_ERROR | self.error)]
            body.append((_RETURN, 0, 0, ALLOW))
        return [(_JUMP_EQUAL, 0, len(body), number), *body]


@dataclass(frozen=True)
class AllowList:
    """The calls of one kind of child."""

    calls: tuple[Call, ...]

    def program(self) -> bytes:
        """The filter for this machine and this process. Raises OSError where the machine's numbers are not known here.

        Asked for once before a fork, it costs the children next to nothing: only the lines with their own id are new.
        """
        return _packed(_first_lines(self._own, *_machine())) + self._other_lines

    @cached_property
    def _own(self) -> list[Call]:
        return [call for call in self.calls if call.is_of_own_process]

    @cached_property
    def _other_lines(self) -> bytes:
        return _packed(_search(_numbered(self.calls, _machine()[0])))


def filter_lines(calls: Iterable[Call], column: int, architecture: int) -> list[Line]:
    """The program: these calls, and an error for every other. Newer calls are said to be unknown (ENOSYS), so that the C
    library takes the older ones, whose arguments can be seen; the others are said to be forbidden (EPERM).
    """
    calls = list(calls)
    return [*_first_lines(calls, column, architecture), *_search(_numbered(calls, column))]


_END: list[Line] = [
    (_JUMP_NOT_LESS, 0, 1, _FIRST_NEW_CALL),
    (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    (_RETURN, 0, 0, _ERROR | errno.EPERM),
]


def _first_lines(calls: Iterable[Call], column: int, architecture: int) -> list[Line]:
    """Architecture, and the calls that depend on the process. A block that takes a call always returns, so the number stays
    loaded for the next block."""
    start = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    return start + [line for call in calls if call.is_of_own_process for line in call.lines(column)]


def _numbered(calls: Iterable[Call], column: int) -> list[tuple[int, Call]]:
    """The other calls, by number."""
    found = [(call.numbers[column], call) for call in calls if not call.is_of_own_process]
    return sorted(((number, call) for number, call in found if number is not None), key=itemgetter(0))


def _search(calls: Sequence[tuple[int, Call]]) -> list[Line]:
    """A binary search: the kernel runs the filter for every number there is each time that one is installed."""
    if len(calls) <= _MOST_IN_A_ROW:
        return [line for number, call in calls for line in call.block(number)] + _END
    middle = len(calls) // 2
    left, right = _search(calls[:middle]), _search(calls[middle:])
    return [(_JUMP_NOT_LESS, 0, 1, calls[middle][0]), (_JUMP, 0, 0, len(left)), *left, *right]


def _packed(lines: Iterable[Line]) -> bytes:
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _machine() -> tuple[int, int]:
    name = platform.machine()
    if name not in MACHINES:
        raise OSError(errno.ENOSYS, f"no system call table for {name}")
    return MACHINES[name]
