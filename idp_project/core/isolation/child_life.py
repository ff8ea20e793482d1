"""What every child of a sandbox server has in common: its descriptors, its answer, its end. Runs only after a fork."""

from __future__ import annotations

import errno
import fcntl
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import MESSAGES, ParseFailure, SandboxCode
from idp_project.core.isolation.wire import Frame, write_frame

INPUT, OUTPUT = 3, 4
MOST_TASKS = 4096  # of the whole account, for a child that needs threads
EXIT_NO_MEMORY, EXIT_BROKEN = 70, 71


def live(
    descriptors: Sequence[int], apply_restrictions: Callable[[], None], frames: Callable[[], Iterator[Frame]]
) -> NoReturn:
    """Restrictions applied, frames written, then one of failure where there was one. Never returns: the exit code or
    the signal is the last word. `descriptors`: input, output, null.
    """
    code = EXIT_BROKEN
    try:
        _keep_only(*descriptors)
        apply_restrictions()
        code = _answer(frames)
    except MemoryError:
        code = EXIT_NO_MEMORY
    except OSError as error:  # not even the failure fits into the answer
        code = EXIT_NO_MEMORY if error.errno == errno.EFBIG else EXIT_BROKEN
    finally:
        os._exit(code)


def _keep_only(source: int, output: int, null: int) -> None:
    """Input becomes 3, output 4, the standard streams /dev/null; every other descriptor is closed."""
    high = [fcntl.fcntl(number, fcntl.F_DUPFD, 100) for number in (source, output, null)]
    for standard in (0, 1, 2):
        os.dup2(high[2], standard)
    os.dup2(high[0], INPUT)
    os.dup2(high[1], OUTPUT)
    os.closerange(5, os.sysconf("SC_OPEN_MAX"))


def _answer(frames: Callable[[], Iterator[Frame]]) -> int:
    """Returns the exit code."""
    try:
        for frame in frames():
            write_frame(OUTPUT, frame)
    except Exception as error:
        write_frame(OUTPUT, Frame(describe_failure(error)))
    return 0


def describe_failure(error: Exception) -> dict[str, Any]:
    """`code`, `reason` for people and `detail` for the log: kind and place of the error, never its text."""
    if isinstance(error, ParseFailure | PermanentFailure):
        return {"code": str(error.code), "reason": error.reason.to_dict(), "detail": ""}
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOMEM)):
        code = SandboxCode.TOO_MUCH_MEMORY
    else:
        code = SandboxCode.DAMAGED
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119
    return {"code": code.value, "reason": MESSAGES[code]().to_dict(), "detail": f"{type(error).__name__} at {place}"}
