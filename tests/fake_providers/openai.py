"""A loopback server that speaks OpenAI's wire format, which compatible local servers share: chat completions, embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.server import FakeServer, Parts, counts, fragments
from tests.fake_providers.vectors import embedding


class FakeOpenAi(FakeServer):
    """One JSON object, or server-sent events that end with `[DONE]`. A tool that must be called is called."""

    base_path = "/v1"
    default_models = ("gpt-4o-mini", "text-embedding-3-small")

    def reply_to(self, received: Received) -> tuple[Reply, Parts]:
        path = received.path.removeprefix(self.base_path)
        if received.body.get("model") not in self.models:
            return Reply("The model does not exist.", status=404), []
        if path == "/embeddings":
            return Reply(), [self._embeddings(received)]
        if path != "/chat/completions":
            return Reply("not found", status=404), []
        reply = self.answer(received)
        usage = self._usage(received, reply)
        if self.is_stream(received):
            return reply, self._chunks(reply, usage)
        message, reason = self._message(received, reply)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return reply, [self._object("chat.completion", [choice], usage)]

    def frames(self, parts: Parts, breaks_off: bool) -> Sequence[str]:
        return [*super().frames(parts, breaks_off), *([] if breaks_off else ["data: [DONE]\n\n"])]

    def error_body(self, reply: Reply) -> dict[str, Any]:
        return {"error": {"message": reply.text, "type": "error", "param": None, "code": None}}

    def _message(self, received: Received, reply: Reply) -> tuple[dict[str, Any], str]:
        if not received.body.get("tool_choice"):
            return {"role": "assistant", "content": reply.text}, reply.done_reason
        called = {"name": received.body["tools"][0]["function"]["name"], "arguments": reply.text}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": called}],
        }
        return message, "tool_calls" if reply.done_reason == "stop" else reply.done_reason

    def _chunks(self, reply: Reply, usage: dict[str, int]) -> Parts:
        parts = [self._fragment({"role": "assistant", "content": text}, None) for text in fragments(reply.text)]
        if not reply.breaks_off:
            parts.append(self._fragment({}, reply.done_reason))
            parts.append(self._object("chat.completion.chunk", [], usage))
        return parts

    def _embeddings(self, received: Received) -> dict[str, Any]:
        texts = received.body["input"]
        texts = [texts] if isinstance(texts, str) else texts
        tokens = sum(len(text.split()) for text in texts)
        data = [{"object": "embedding", "index": i, "embedding": embedding(text)} for i, text in enumerate(texts)]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "data": data, "model": received.body["model"], "usage": usage}

    def _usage(self, received: Received, reply: Reply) -> dict[str, int]:
        tokens_in, tokens_out = counts(received, reply)
        return {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}

    def _fragment(self, delta: dict[str, Any], reason: str | None) -> dict[str, Any]:
        return self._object("chat.completion.chunk", [{"index": 0, "delta": delta, "finish_reason": reason}], None)

    def _object(self, kind: str, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> dict[str, Any]:
        return {"id": "1", "object": kind, "created": 1, "model": self.models[0], "choices": choices, "usage": usage}
