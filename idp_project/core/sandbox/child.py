"""The life of one child: walls up, one request served, frames written, gone. Runs only after a fork of the server."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from idp_project.core.errors import PermanentFailure
from idp_project.core.sandbox.errors import MESSAGES, ParseFailure, SandboxCode
from idp_project.core.sandbox.isolation import isolate_child, limit_child
from idp_project.core.sandbox.operations import OPERATIONS, OpenedFile
from idp_project.core.sandbox.sniff import HEAD_BYTES, FileFormat, detect_format
from idp_project.core.sandbox.wire import Frame, write_frame

if TYPE_CHECKING:
    from idp_project.core.sandbox.server import ServerOptions

_INPUT, _OUTPUT = 3, 4
_MOST_TASKS = 4096  # of the whole account, where the HEIC decoder needs a thread of its own
EXIT_NO_MEMORY, EXIT_BROKEN = 70, 71


def serve_one(
    request: bytes, descriptors: list[int], options: ServerOptions, server_pid: int, memory_pages: tuple[int, int]
) -> NoReturn:
    """Never returns, whatever happens: the exit code or the signal is the last word."""
    code = EXIT_BROKEN
    try:
        _keep_only(*descriptors)
        needs_threads = detect_format(os.pread(_INPUT, HEAD_BYTES, 0)) is FileFormat.HEIC
        isolate_child(server_pid, may_start_threads=needs_threads)
        max_tasks = _MOST_TASKS if needs_threads else 0
        limit_child(options.memory_bytes, options.cpu_seconds, options.output_bytes, memory_pages, max_tasks)
        code = _answer(json.loads(request))
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
    os.dup2(high[0], _INPUT)
    os.dup2(high[1], _OUTPUT)
    os.closerange(5, os.sysconf("SC_OPEN_MAX"))


def _answer(request: dict[str, Any]) -> int:
    """Frames of the operation, then one of failure where there was one. Returns the exit code."""
    try:
        opened = OpenedFile(_INPUT, request["limits"])
        for frame in OPERATIONS[request["operation"]](opened, **request["arguments"]):
            write_frame(_OUTPUT, frame)
    except Exception as error:
        write_frame(_OUTPUT, Frame(describe_failure(error)))
    return 0


def describe_failure(error: Exception) -> dict[str, Any]:
    """`code`, `message` for people and `detail` for the log: kind and place of the error, never its text."""
    if isinstance(error, ParseFailure | PermanentFailure):
        return {"code": str(error.code), "message": error.message, "detail": ""}
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOMEM)):
        code = SandboxCode.TOO_MUCH_MEMORY
    else:
        code = SandboxCode.DAMAGED
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119
    return {"code": code.value, "message": MESSAGES[code], "detail": f"{type(error).__name__} at {place}"}
