"""The streams of a compound file (OLE2), as far as it takes to tell what it is and whether it is encrypted. Child only.

Source: [MS-CFB]. Every chain is followed for at most as many sectors as the file has.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from idp_project.core.files.errors import ParseFailure, SandboxCode

_LAST_SECTOR = 0xFFFFFFFA  # numbers above mark ends, free sectors and tables
_ENTRY, _MINI_SECTOR, _MINI_LIMIT = 128, 64, 4096
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True)
class _Stream:
    first_sector: int
    size: int


class CompoundFile:
    """Raises ParseFailure: damaged."""

    def __init__(self, data: bytes) -> None:
        shift = int.from_bytes(data[30:32], "little")
        if shift not in (9, 12):
            raise ParseFailure(SandboxCode.DAMAGED)
        self._data, self._size = data, 1 << shift
        self._most = len(data) // self._size + 1
        self._table = self._allocation_table()
        self._root = _Stream(_LAST_SECTOR, 0)
        self._streams = dict(self._entries())

    @property
    def names(self) -> set[str]:
        return set(self._streams)

    def head(self, name: str, length: int) -> bytes:
        """The first bytes of a stream, at most a small sector of them; of a missing one, none."""
        stream = self._streams.get(name)
        if stream is None or stream.first_sector >= _LAST_SECTOR:
            return b""
        if stream.size >= _MINI_LIMIT:
            return self._sector(stream.first_sector)[:length]
        place = stream.first_sector * _MINI_SECTOR
        for number, sector in enumerate(self._chain(self._root.first_sector)):
            if number == place // self._size:
                start = place % self._size
                return self._sector(sector)[start : start + min(length, _MINI_SECTOR)]
        return b""

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    def _allocation_table(self) -> list[int]:
        places = list(struct.unpack_from("<109I", self._data[:512].ljust(512, b"\0"), 76))
        more = int.from_bytes(self._data[68:72], "little")
        most = self._most // (self._size // 4) + 1  # sectors that a table of all of the file's sectors takes
        while more < _LAST_SECTOR and len(places) <= most + 109:
            *numbers, more = self._numbers(more)
            places += numbers
        table: list[int] = []
        for place in places[:most]:
            if place < _LAST_SECTOR:
                table += self._numbers(place)
        return table

    def _numbers(self, sector: int) -> list[int]:
        content = self._sector(sector)
        if len(content) < self._size:
            raise ParseFailure(SandboxCode.DAMAGED)
        return list(struct.unpack(f"<{self._size // 4}I", content))

    def _chain(self, sector: int) -> Iterator[int]:
        for _ in range(self._most):
            if sector >= _LAST_SECTOR:
                return
            yield sector
            sector = self._table[sector] if sector < len(self._table) else _LAST_SECTOR

    def _entries(self) -> Iterator[tuple[str, _Stream]]:
        for sector in self._chain(int.from_bytes(self._data[48:52], "little")):
            content = self._sector(sector)
            for start in range(0, len(content) - _ENTRY + 1, _ENTRY):
                entry = content[start : start + _ENTRY]
                length, kind = struct.unpack_from("<HB", entry, 64)
                stream = _Stream(*struct.unpack_from("<II", entry, 116))
                if kind == _ROOT:
                    self._root = stream
                elif kind == _STREAM and 2 <= length <= 64:
                    yield entry[: length - 2].decode("utf-16-le", "replace"), stream
