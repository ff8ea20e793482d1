"""The bytes between client, server and child.

Request: one SEQPACKET message of JSON with two file descriptors (input, read only; output, an empty memory file).
Answer: frames that the child appends to the output. Verdict: JSON messages of the server on the same connection.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # numpy is imported in the functions: the server must be single-threaded until it is isolated
    import numpy as np
    from numpy.typing import NDArray

MAX_MESSAGE = 64 * 1024
_LENGTH = struct.Struct(">I")
_MAX_HEADER = 64 * 2**20
_MAX_SIDE = 200_000


class BadFrame(Exception):
    """The child's answer breaks the format: it was overwhelmed or taken over by its input."""


@dataclass(frozen=True)
class Frame:
    """One answer: JSON, pixel arrays and bytes, or a failure (`code`, `reason`; `detail` is for the log)."""

    values: dict[str, Any] = field(default_factory=dict)
    arrays: Sequence[NDArray[np.uint8]] = ()
    data: bytes = b""


@dataclass(frozen=True)
class Verdict:
    """How a child ended. `stopped_by` is "wall" where the server ended it."""

    exit_code: int | None
    signal: int | None
    stopped_by: str
    cpu_seconds: float
    wall_seconds: float
    max_rss_bytes: int

    @property
    def is_clean(self) -> bool:
        return self.exit_code == 0


def write_frame(output: int, frame: Frame) -> None:
    """Appends a frame to a file descriptor. Raises OSError (EFBIG) beyond the file size limit."""
    arrays = _contiguous(frame.arrays)
    shapes = [array.shape for array in arrays]
    header = json.dumps({"values": frame.values, "shapes": shapes, "bytes": len(frame.data)}, allow_nan=False)
    encoded = header.encode("utf-8", "replace")
    _write_all(output, _LENGTH.pack(len(encoded)) + encoded)
    for array in arrays:
        _write_all(output, array.data.cast("B"))
    _write_all(output, frame.data)


def _contiguous(arrays: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    if not arrays:
        return []
    import numpy as np

    return [np.ascontiguousarray(array, dtype=np.uint8) for array in arrays]


def _write_all(output: int, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(output, view) :]


def read_frames(buffer: memoryview) -> Iterator[Frame]:
    """The complete frames in the buffer; a last one cut short is dropped. Arrays are views of it. Raises BadFrame."""
    import numpy as np

    position = 0
    while position + _LENGTH.size <= len(buffer):
        (length,) = _LENGTH.unpack_from(buffer, position)
        start = position + _LENGTH.size
        if length > _MAX_HEADER:
            raise BadFrame("header too long")
        if start + length > len(buffer):
            return
        values, shapes, size_of_data = _parse_header(bytes(buffer[start : start + length]))
        position = start + length
        sizes = [height * width * channels for height, width, channels in shapes]
        if position + sum(sizes) + size_of_data > len(buffer):
            return
        arrays = []
        for shape, size in zip(shapes, sizes, strict=True):
            arrays.append(np.frombuffer(buffer, np.uint8, size, position).reshape(shape))
            position += size
        yield Frame(values, arrays, bytes(buffer[position : position + size_of_data]))
        position += size_of_data


def _parse_header(encoded: bytes) -> tuple[dict[str, Any], list[tuple[int, int, int]], int]:
    try:
        header = json.loads(encoded)
        values = header["values"]
        shapes = [(int(height), int(width), int(channels)) for height, width, channels in header["shapes"]]
        size_of_data = int(header.get("bytes", 0))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadFrame("unreadable header") from error
    is_sane = all(0 < h <= _MAX_SIDE and 0 < w <= _MAX_SIDE and channels == 3 for h, w, channels in shapes)
    if not isinstance(values, dict) or not is_sane or len(shapes) > 4 or size_of_data < 0:
        raise BadFrame("header out of range")
    return values, shapes, size_of_data
