"""The life of one child: walls up, one request served, frames written, gone. Runs only after a fork of the server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from idp_project.core.sandbox.child_life import INPUT, MOST_TASKS, live
from idp_project.core.sandbox.formats import FileFormat
from idp_project.core.sandbox.isolation import isolate_child, limit_child
from idp_project.core.sandbox.operations import OPERATIONS, OpenedFile
from idp_project.core.sandbox.sniff import HEAD_BYTES, detect_format
from idp_project.core.sandbox.wire import Frame

if TYPE_CHECKING:
    from idp_project.core.sandbox.server import ServerOptions


def serve_one(
    request: bytes, descriptors: Sequence[int], options: ServerOptions, server_pid: int, memory_pages: tuple[int, int]
) -> NoReturn:
    """Of all children only those of HEIC files may have threads, which its decoder needs."""

    def raise_walls() -> None:
        needs_threads = detect_format(os.pread(INPUT, HEAD_BYTES, 0)) is FileFormat.HEIC
        isolate_child(server_pid, may_start_threads=needs_threads)
        max_tasks = MOST_TASKS if needs_threads else 0
        limit_child(options.memory_bytes, options.cpu_seconds, options.output_bytes, memory_pages, max_tasks)

    def frames() -> Iterator[Frame]:
        asked = json.loads(request)
        opened = OpenedFile(INPUT, asked["limits"])
        yield from OPERATIONS[asked["operation"]](opened, **asked["arguments"])

    live(descriptors, raise_walls, frames)
