"""Which engines and models are meant: by schema, else organisation, else system, else what is built in. The one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

BUILT_IN = "builtin"
DEFAULT_THRESHOLD = 0.85


class Source(StrEnum):
    """Who made a choice, from the most particular to the most general."""

    SCHEMA = "schema"
    ORGANIZATION = "organization"
    SYSTEM = "system"
    BUILT_IN = "built_in"


@dataclass(frozen=True)
class Choice:
    """`value` names an engine, or a provider, alone or as `provider/model`."""

    value: str
    source: Source

    @property
    def provider(self) -> str:
        return self.value.partition("/")[0]

    @property
    def model(self) -> str:
        """Empty: whichever model of the provider is set up."""
        return self.value.partition("/")[2]

    @property
    def is_built_in(self) -> bool:
        """No model server is asked."""
        return self.provider == BUILT_IN


@dataclass(frozen=True)
class Preferences:
    """What reads pages, what extracts and answers, what embeds."""

    ocr: Choice
    llm: Choice
    embeddings: Choice


Layer = tuple[Source, Mapping[str, Any]]


def resolve_preferences(layers: Sequence[Layer]) -> Preferences:
    """Merges layers in order of precedence, each with any of the keys `ocr`, `llm`, `embeddings`; the last has them all."""
    return Preferences(*(_first(layers, key) for key in ("ocr", "llm", "embeddings")))


def _first(layers: Sequence[Layer], key: str) -> Choice:
    for source, values in layers:
        value = values.get(key)
        if isinstance(value, str) and value.strip():
            return Choice(value.strip(), source)
    raise KeyError(key)
