"""A file in memory, for a server of the isolation that takes paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_in_memory(data: bytes, name: str) -> Iterator[str]:
    """The path of a file with that content, gone afterwards. `name` is only seen in /proc."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
