"""What a fake server received and what it gives back; the wire format is the server's part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request. Header names are lower case; `body` is the parsed JSON, {} where there was none."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All text the model was given, system and messages."""
        messages = self.body.get("messages") or [{"content": self.body.get("prompt", "")}]
        return "\n".join(str(message.get("content", "")) for message in messages)


@dataclass(frozen=True)
class Reply:
    """A scripted answer. `status` other than 200 sends `text` as the error; `delay` in seconds comes before all else.

    `breaks_off` ends a stream before its last part; `raw` replaces the body of a 200 answer.
    """

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    done_reason: str = "stop"
    tokens_in: int | None = None
    breaks_off: bool = False
    raw: bytes | None = None


Answerer = Callable[[Received], Reply]
