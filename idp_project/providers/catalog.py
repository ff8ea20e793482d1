"""The AI providers there are: the exact address of each one's own cloud, and what it offers. Tests bring their own rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """One row. `llm_prefix` and `embedding_prefix` are litellm's names for it; empty: it has none.

    `cloud_base` is the only address that its key may be sent to from an endpoint in the cloud. `context_tokens` is the
    window that prompt and answer are held to unless an endpoint names another. `llm` and `embedding` are models to
    suggest.
    """

    name: str
    label: str
    cloud_base: str
    llm_prefix: str = ""
    embedding_prefix: str = ""
    context_tokens: int = 100_000
    llm: str = ""
    embedding: str = ""

    def serves(self, purpose: str) -> bool:
        """`purpose` is `llm` or `embedding`."""
        return bool(self.llm_prefix if purpose == "llm" else self.embedding_prefix)


Catalog = Mapping[str, Provider]


def catalog_of(*rows: Provider) -> Catalog:
    return {row.name: row for row in rows}


PROVIDERS = catalog_of(
    Provider(
        name="ollama",
        label="Ollama",
        cloud_base="https://ollama.com",
        llm_prefix="ollama_chat",
        embedding_prefix="ollama",
        context_tokens=8192,
        llm="llama3.1:8b",
        embedding="nomic-embed-text",
    ),
    Provider(
        name="openai",
        label="OpenAI",
        cloud_base="https://api.openai.com/v1",
        llm_prefix="openai",
        embedding_prefix="openai",
        llm="gpt-4o-mini",
        embedding="text-embedding-3-small",
    ),
    Provider(
        name="anthropic",
        label="Anthropic",
        cloud_base="https://api.anthropic.com",
        llm_prefix="anthropic",
        llm="claude-sonnet-4-5",
    ),
    Provider(
        name="gemini",
        label="Gemini",
        cloud_base="https://generativelanguage.googleapis.com/v1beta",
        llm_prefix="gemini",
        embedding_prefix="gemini",
        llm="gemini-2.5-flash",
        embedding="gemini-embedding-001",
    ),
    Provider(
        name="groq",
        label="Groq",
        cloud_base="https://api.groq.com/openai/v1",
        llm_prefix="groq",
        llm="llama-3.3-70b-versatile",
    ),
    Provider(
        name="voyage",
        label="Voyage",
        cloud_base="https://api.voyageai.com/v1",
        embedding_prefix="voyage",
        embedding="voyage-3.5",
    ),
)
