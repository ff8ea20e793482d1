"""A loopback server that speaks Gemini's wire format: generateContent, streamGenerateContent, batchEmbedContents."""

from __future__ import annotations

from typing import Any

from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.server import FakeServer, Parts, counts, fragments
from tests.fake_providers.vectors import embedding

_REASONS = {"stop": "STOP", "length": "MAX_TOKENS"}


class FakeGemini(FakeServer):
    """The model stands in the path; a stream is asked for by another method, not by the body."""

    key_header = "x-goog-api-key"
    default_models = ("gemini-2.5-flash", "gemini-embedding-001")
    base_path = "/v1beta"

    def reply_to(self, received: Received) -> tuple[Reply, Parts]:
        model, method = self._asked(received)
        if model not in self.models:
            return Reply(f"models/{model} is not found", status=404), []
        if method == "batchEmbedContents":
            return Reply(), [self._embeddings(received)]
        if method not in ("generateContent", "streamGenerateContent"):
            return Reply("not found", status=404), []
        reply = self.answer(received)
        usage = self._usage(received, reply)
        reason = _REASONS.get(reply.done_reason, reply.done_reason)
        if method == "generateContent":
            return reply, [self._object(model, reply.text, reason, usage)]
        parts = [self._object(model, text, None, None) for text in fragments(reply.text)]
        if not reply.breaks_off:
            parts.append(self._object(model, "", reason, usage))
        return reply, parts

    def is_stream(self, received: Received) -> bool:
        return self._asked(received)[1] == "streamGenerateContent"

    def error_body(self, reply: Reply) -> dict[str, Any]:
        return {"error": {"code": reply.status, "message": reply.text, "status": "INVALID_ARGUMENT"}}

    def _asked(self, received: Received) -> tuple[str, str]:
        path = received.path.partition("?")[0].removeprefix("/v1beta/models/")
        model, _, method = path.rpartition(":")
        return model, method

    def _embeddings(self, received: Received) -> dict[str, Any]:
        texts = ["".join(p["text"] for p in item["content"]["parts"]) for item in received.body["requests"]]
        return {"embeddings": [{"values": embedding(text)} for text in texts]}

    def _usage(self, received: Received, reply: Reply) -> dict[str, int]:
        tokens_in, tokens_out = counts(received, reply)
        total = tokens_in + tokens_out
        return {"promptTokenCount": tokens_in, "candidatesTokenCount": tokens_out, "totalTokenCount": total}

    def _object(self, model: str, text: str, reason: str | None, usage: dict[str, int] | None) -> dict[str, Any]:
        candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": [{"text": text}]}}
        if reason:
            candidate["finishReason"] = reason
        more = {"usageMetadata": usage} if usage else {}
        return {"candidates": [candidate], "modelVersion": model, "responseId": "1", **more}
