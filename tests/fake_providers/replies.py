"""What a fake server received and what it gives back; the wire format is the server's part."""

from __future__ import annotations

import base64
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
        return "\n".join(_text_of(message.get("content", "")) for message in messages)

    @property
    def images(self) -> list[bytes]:
        """The pictures the model was given, decoded: Ollama's `images`, or OpenAI's parts with a data address."""
        found: list[str] = []
        for message in self.body.get("messages", ()):
            found += message.get("images") or ()
            parts = message.get("content")
            for part in parts if isinstance(parts, list) else ():
                if part.get("type") == "image_url":
                    found.append(part["image_url"]["url"].partition("base64,")[2])
        return [base64.b64decode(text, validate=True) for text in found]


def _text_of(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if part.get("type") == "text")
    return str(content)


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
