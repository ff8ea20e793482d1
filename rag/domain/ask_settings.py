"""How an organisation's documents are cut and searched: its settings under `ask`, with defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class AskSettings:
    """`chunk_characters` and `chunk_overlap` are characters of page text; `retrieved` is how many chunks are looked at.

    `relevance` is the evidence (0..1) below which there is no answer; `statements` how many quotations one has at most.
    """

    chunk_characters: int = 700
    chunk_overlap: int = 150
    retrieved: int = 8
    relevance: float = 0.4
    statements: int = 3

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Reads an organisation's settings; what is missing or out of bounds stands at its default."""
        given = settings.get("ask")
        given = given if isinstance(given, Mapping) else {}
        chosen: dict[str, Any] = {}
        for field in fields(cls):
            low, high = BOUNDS[field.name]
            value = given.get(field.name)
            if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
                chosen[field.name] = float(value) if field.name == "relevance" else int(value)
        made = cls(**chosen)
        return made if made.chunk_overlap < made.chunk_characters else cls(**chosen | {"chunk_overlap": 0})


BOUNDS: Mapping[str, tuple[float, float]] = {
    "chunk_characters": (200, 4000),
    "chunk_overlap": (0, 2000),
    "retrieved": (1, 50),
    "relevance": (0.0, 1.0),
    "statements": (1, 10),
}
