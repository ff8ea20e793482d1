"""A loopback server that speaks Groq's wire format: OpenAI's chat completions under another path, no embeddings."""

from __future__ import annotations

from typing import Any

from tests.fake_providers.openai import FakeOpenAi
from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.server import Parts


class FakeGroq(FakeOpenAi):
    """As Groq's own host answers."""

    base_path = "/openai/v1"
    default_models = ("llama-3.3-70b-versatile",)

    def reply_to(self, received: Received) -> tuple[Reply, Parts]:
        if received.path != "/openai/v1/chat/completions":
            return Reply("Unknown request URL", status=404), []
        return super().reply_to(received)

    def _object(self, kind: str, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> dict[str, Any]:
        return super()._object(kind, choices, usage) | {"service_tier": "on_demand", "x_groq": {"id": "req_1"}}
