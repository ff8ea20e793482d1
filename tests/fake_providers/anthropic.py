"""A loopback server that speaks Anthropic's wire format: messages, whole or as named server-sent events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.server import FakeServer, Parts, counts, fragments

_REASONS = {"stop": "end_turn", "length": "max_tokens"}


class FakeAnthropic(FakeServer):
    """Answers in text, or by calling the tool that it must call."""

    key_header = "x-api-key"
    default_models = ("claude-sonnet-4-5",)

    def reply_to(self, received: Received) -> tuple[Reply, Parts]:
        if received.path != "/v1/messages":
            return Reply("Not Found", status=404), []
        if "anthropic-version" not in received.headers or "max_tokens" not in received.body:
            return Reply("anthropic-version and max_tokens are required", status=400), []
        if received.body.get("model") not in self.models:
            return Reply(f"model: {received.body.get('model')}", status=404), []
        reply = self.answer(received)
        if self.is_stream(received):
            return reply, self._events(received, reply)
        block, reason = self._block(received, reply)
        return reply, [self._message(received, [block], reason, *counts(received, reply))]

    def frames(self, parts: Parts, breaks_off: bool) -> Sequence[str]:
        return [f"event: {part['type']}\ndata: {json.dumps(part)}\n\n" for part in parts]

    def error_body(self, reply: Reply) -> dict[str, Any]:
        kinds = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error", 529: "overloaded_error"}
        kind = kinds.get(reply.status, "invalid_request_error" if reply.status < 500 else "api_error")
        return {"type": "error", "error": {"type": kind, "message": reply.text}, "request_id": "req_1"}

    def _block(self, received: Received, reply: Reply) -> tuple[dict[str, Any], str]:
        reason = _REASONS.get(reply.done_reason, reply.done_reason)
        if (received.body.get("tool_choice") or {}).get("type") != "tool":
            return {"type": "text", "text": reply.text}, reason
        name = received.body["tool_choice"]["name"]
        block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": json.loads(reply.text)}
        return block, "tool_use" if reason == "end_turn" else reason

    def _message(
        self, received: Received, content: list[dict[str, Any]], reason: str | None, tokens_in: int, tokens_out: int
    ) -> dict[str, Any]:
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": received.body["model"],
            "content": content,
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": {"input_tokens": tokens_in, "output_tokens": tokens_out},
        }

    def _events(self, received: Received, reply: Reply) -> Parts:
        tokens_in, tokens_out = counts(received, reply)
        begin = self._message(received, [], None, tokens_in, 1)
        events: Parts = [
            {"type": "message_start", "message": begin},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "ping"},
        ]
        for text in fragments(reply.text):
            delta = {"type": "text_delta", "text": text}
            events.append({"type": "content_block_delta", "index": 0, "delta": delta})
        if not reply.breaks_off:
            end = {"stop_reason": _REASONS.get(reply.done_reason, reply.done_reason), "stop_sequence": None}
            events.append({"type": "content_block_stop", "index": 0})
            events.append({"type": "message_delta", "delta": end, "usage": {"output_tokens": tokens_out}})
            events.append({"type": "message_stop"})
        return events
