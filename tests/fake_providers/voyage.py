"""A loopback server that speaks Voyage's wire format: embeddings only."""

from __future__ import annotations

from typing import Any

from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.server import FakeServer, Parts
from tests.fake_providers.vectors import embedding


class FakeVoyage(FakeServer):
    """As Voyage's own host answers."""

    base_path = "/v1"
    default_models = ("voyage-3.5",)

    def reply_to(self, received: Received) -> tuple[Reply, Parts]:
        if received.path != "/v1/embeddings":
            return Reply("Not Found", status=404), []
        if received.body.get("model") not in self.models:
            return Reply(f"Model {received.body.get('model')} is not supported.", status=400), []
        texts = received.body["input"]
        data = [{"object": "embedding", "embedding": embedding(text), "index": i} for i, text in enumerate(texts)]
        usage = {"total_tokens": sum(len(text.split()) for text in texts)}
        return Reply(), [{"object": "list", "data": data, "model": received.body["model"], "usage": usage}]

    def error_body(self, reply: Reply) -> dict[str, Any]:
        return {"detail": reply.text}
