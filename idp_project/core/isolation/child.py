"""The life of one child: isolate, serve one request, write frames, exit. Runs only after a fork of the server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from idp_project.core.files.formats import FileFormat
from idp_project.core.files.sniff import HEAD_BYTES, detect_format
from idp_project.core.isolation.child_life import INPUT, MOST_TASKS, live
from idp_project.core.isolation.operations import OPERATIONS, OpenedFile
from idp_project.core.isolation.privileges import ChildRestrictions, address_space, apply_restrictions, use_of
from idp_project.core.isolation.system_calls import READER_CALLS, READER_CALLS_WITH_THREADS
from idp_project.core.isolation.wire import Frame

if TYPE_CHECKING:
    from idp_project.core.isolation.server import ServerOptions


def serve_one(
    request: bytes, descriptors: Sequence[int], options: ServerOptions, server_pid: int, memory_pages: tuple[int, int]
) -> NoReturn:
    """Serves one request and ends. Only children for HEIC files may have threads: its decoder needs them."""

    def isolate() -> None:
        needs_threads = detect_format(os.pread(INPUT, HEAD_BYTES, 0)) is FileFormat.HEIC
        calls, max_tasks = (READER_CALLS_WITH_THREADS, MOST_TASKS) if needs_threads else (READER_CALLS, 0)
        memory = address_space(options.memory_bytes, memory_pages)
        apply_restrictions(
            server_pid,
            ChildRestrictions(calls, {**memory, **use_of(options.cpu_seconds, options.output_bytes, max_tasks)}),
        )

    def frames() -> Iterator[Frame]:
        asked = json.loads(request)
        opened = OpenedFile(INPUT, asked["limits"])
        yield from OPERATIONS[asked["operation"]](opened, **asked["arguments"])

    live(descriptors, isolate, frames)
