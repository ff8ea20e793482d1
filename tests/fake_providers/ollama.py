"""A loopback server that speaks Ollama's wire format: chat, generate, tags, show, embed.

`python -m tests.fake_providers.ollama --port 11434` runs it by itself; tests use `FakeOllama` as a context manager.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.server import FakeServer, Parts, counts, fragments, run
from tests.fake_providers.vectors import embedding


class FakeOllama(FakeServer):
    """Streams unless told otherwise, one JSON object a line."""

    stream_type = "application/x-ndjson"

    def reply_to(self, received: Received) -> tuple[Reply, Parts]:
        fixed = {"/api/tags": self._tags, "/api/show": self._show, "/api/embed": self._embed}.get(received.path)
        if fixed is not None:
            return Reply(), [fixed(received.body)]
        if received.path not in ("/api/chat", "/api/generate"):
            return Reply("404 page not found", status=404), []
        model = str(received.body.get("model", ""))
        if model not in self.models:
            return Reply(f"model '{model}' not found", status=404), []
        reply = self.answer(received)
        return reply, list(_parts(received, reply))

    def is_stream(self, received: Received) -> bool:
        return received.path in ("/api/chat", "/api/generate") and bool(received.body.get("stream", True))

    def frames(self, parts: Parts, breaks_off: bool) -> Sequence[str]:
        return [json.dumps(part) + "\n" for part in parts]

    def error_body(self, reply: Reply) -> dict[str, Any]:
        return {"error": reply.text}

    def _tags(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"models": [{"name": name, "model": name, "details": {"family": "fake"}} for name in self.models]}

    def _show(self, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "details": {"family": "fake"},
            "model_info": {"general.architecture": "fake"},
            "capabilities": ["completion"],
        }

    def _embed(self, body: dict[str, Any]) -> dict[str, Any]:
        texts = body.get("input", [])
        texts = [texts] if isinstance(texts, str) else texts
        tokens = sum(len(text.split()) for text in texts)
        vectors = [embedding(text) for text in texts]
        return {"model": body.get("model"), "embeddings": vectors, "prompt_eval_count": tokens}


def _parts(received: Received, reply: Reply) -> Iterator[dict[str, Any]]:
    is_chat = received.path == "/api/chat"

    def part(text: str, **more: Any) -> dict[str, Any]:
        content = {"message": {"role": "assistant", "content": text}} if is_chat else {"response": text}
        return {"model": received.body["model"], "created_at": "2026-01-01T00:00:00Z", **content, **more}

    tokens_in, tokens_out = counts(received, reply)
    totals = {"prompt_eval_count": tokens_in, "eval_count": tokens_out, "total_duration": 1_000_000}
    end = {"done": True, "done_reason": reply.done_reason, **totals}
    if received.body.get("stream", True):
        for text in fragments(reply.text):
            yield part(text, done=False)
        if not reply.breaks_off:
            yield part("", **end)
    else:
        yield part(reply.text, **end)


if __name__ == "__main__":
    run(FakeOllama, __doc__ or "", 11434)
