"""A file that came inside another one: with an e-mail, or embedded in a PDF."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AttachedFile:
    """A name fit for display and the bytes."""

    name: str
    data: bytes
