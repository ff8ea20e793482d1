"""A loopback server that speaks the chat completions format which OpenAI and compatible local servers share."""

from __future__ import annotations

from typing import Any

from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.replies import Received, Reply


class FakeOpenAi(FakeOllama):
    """As FakeOllama, with the other wire format: one JSON object, or server-sent events."""

    is_event_stream = True

    def reply_to(self, received: Received) -> tuple[Reply, list[dict[str, Any]]]:
        if received.path != "/v1/chat/completions":
            return Reply("not found", status=404), []
        reply = self.answer(received)
        usage = self._usage(received, reply)
        reason = reply.done_reason
        if not received.body.get("stream"):
            message = {"role": "assistant", "content": reply.text}
            return reply, [
                self._object("chat.completion", [{"index": 0, "message": message, "finish_reason": reason}], usage)
            ]
        parts = [self._piece({"content": reply.text[i : i + 7]}, None) for i in range(0, len(reply.text), 7)]
        if not reply.breaks_off:
            parts.append(self._piece({}, reason))
            parts.append(self._object("chat.completion.chunk", [], usage))
        return reply, parts

    def error_body(self, reply: Reply) -> dict[str, Any]:
        return {"error": {"message": reply.text, "type": "error", "code": None}}

    def _usage(self, received: Received, reply: Reply) -> dict[str, int]:
        tokens_in = reply.tokens_in if reply.tokens_in is not None else max(1, len(received.prompt) // 4)
        tokens_out = max(1, len(reply.text) // 4)
        return {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}

    def _piece(self, delta: dict[str, Any], reason: str | None) -> dict[str, Any]:
        return self._object("chat.completion.chunk", [{"index": 0, "delta": delta, "finish_reason": reason}], None)

    def _object(self, kind: str, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> dict[str, Any]:
        return {"id": "1", "object": kind, "created": 1, "model": self.models[0], "choices": choices, "usage": usage}
