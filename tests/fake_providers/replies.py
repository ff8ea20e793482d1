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
        """All text the model was given, system and messages, in whichever wire format."""
        body = self.body
        if "contents" in body:
            contents = [body.get("system_instruction") or {}, *body["contents"]]
            return "\n".join(part.get("text", "") for content in contents for part in content.get("parts", ()))
        messages = body.get("messages") or [{"content": body.get("prompt", "")}]
        given = [body.get("system", ""), *(message.get("content", "") for message in messages)]
        return "\n".join(_text_of(content) for content in given if content)

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON Schema that the answer must keep to, wherever the wire format has it."""
        body = self.body
        tool = (body.get("tools") or [{}])[0]
        config = body.get("generationConfig") or {}
        found = (
            body.get("format"),
            ((body.get("response_format") or {}).get("json_schema") or {}).get("schema"),
            tool.get("input_schema"),
            (tool.get("function") or {}).get("parameters"),
            (body.get("output_format") or {}).get("schema"),
            config.get("response_json_schema") or config.get("response_schema"),
        )
        return next((schema for schema in found if isinstance(schema, dict)), None)

    @property
    def images(self) -> list[bytes]:
        """The pictures the model was given, decoded, from whichever wire format."""
        found: list[str] = []
        for message in (*self.body.get("messages", ()), *self.body.get("contents", ())):
            found += message.get("images") or ()
            parts = message.get("content") or message.get("parts")
            for part in parts if isinstance(parts, list) else ():
                if part.get("type") == "image_url":
                    found.append(part["image_url"]["url"].partition("base64,")[2])
                elif part.get("type") == "image":
                    found.append(part["source"]["data"])
                elif "inline_data" in part:
                    found.append(part["inline_data"]["data"])
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
