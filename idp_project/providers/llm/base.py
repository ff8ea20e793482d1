"""The port of language models: a frozen request in, a frozen answer out. Adapters inherit the contract suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from idp_project.providers.egress import Location


class Speaker(StrEnum):
    """Of a message."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Message:
    """`images` are JPEG files that belong to the text; only a model that can see understands them."""

    speaker: Speaker
    text: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class LanguageRequest:
    """One question to a model.

    `json_schema` (JSON Schema) is what the answer of `extract` must validate against; `max_tokens` bounds the answer;
    `timeout` in seconds; `purpose` names the step for the audit line, for example `extract_fields`.
    """

    system: str
    messages: tuple[Message, ...]
    purpose: str
    json_schema: Mapping[str, Any] | None = None
    max_tokens: int = 2048
    temperature: float = 0.0
    timeout: float = 120.0


class FinishReason(StrEnum):
    """Why the model stopped. `LENGTH`: it reached max_tokens, the text is cut."""

    STOP = "stop"
    LENGTH = "length"
    OTHER = "other"


@dataclass(frozen=True)
class LanguageAnswer:
    """`data` is the parsed, validated JSON of `extract`, None otherwise; `duration` in seconds.

    Token counts are the provider's own, None where it reported none.
    """

    text: str
    data: Any
    model: str
    finish_reason: FinishReason
    tokens_in: int | None
    tokens_out: int | None
    duration: float


@dataclass(frozen=True)
class StreamChunk:
    """A fragment of text as it arrives; the last chunk has an empty text and the whole answer."""

    text: str
    answer: LanguageAnswer | None = None


class LanguageModel(Protocol):
    """One model of one provider, bound to an organisation's policy.

    Every method makes at most one call and writes exactly one audit line for it, a refused call included; none
    retries, falls back to another model or follows a redirect. Threads may share a model. All raise: EgressForbidden
    and EndpointInvalid before anything is sent; ContextTooLong where prompt and `max_tokens` do not fit, and where
    the provider shows that it cut the prompt; ProviderRefused, ProviderKeyRefused, ModelMissing (permanent);
    ProviderUnavailable, ProviderBusy, ProviderTimeout (transient, with `retry_after`).
    """

    @property
    def name(self) -> str:
        """For provenance and settings: `provider/model`."""

    @property
    def version(self) -> str:
        """What a result depends on, for provenance: the model's own name."""

    @property
    def provider(self) -> str: ...

    @property
    def location(self) -> Location: ...

    def extract(self, request: LanguageRequest) -> LanguageAnswer:
        """An answer whose `data` validates against `request.json_schema`.

        Raises AnswerMalformed where it does not, or where it was cut at `max_tokens`; ValueError without a schema.
        """

    def complete(self, request: LanguageRequest) -> LanguageAnswer:
        """A free text answer; `json_schema` is not looked at."""

    def stream(self, request: LanguageRequest) -> Iterator[StreamChunk]:
        """The same as `complete`, fragment by fragment. Closing the iterator early ends the call (`cancelled`)."""
