"""A loopback server that speaks Ollama's wire format: chat, generate, tags, show, embed.

`python -m tests.fake_providers.ollama --port 11434` runs it by itself; tests use `FakeOllama` as a context manager.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.fake_providers.reading import read_prompt
from tests.fake_providers.replies import Answerer, Received, Reply

DIMENSIONS = 384


class FakeOllama:
    """Serves `models`; answers of chat and generate come from `answer`. `requests` is what arrived, in order."""

    is_event_stream = False

    def __init__(
        self, answer: Answerer = read_prompt, *, models: tuple[str, ...] = ("reader:1b",), port: int = 0
    ) -> None:
        self.answer = answer
        self.models = models
        self.requests: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def serve(self) -> None:
        """Until interrupted."""
        self._server.serve_forever()

    def reply_to(self, received: Received) -> tuple[Reply, list[dict[str, Any]]]:
        """The scripted reply, and the JSON objects of its body; more than one where it streams."""
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
        counts = sum(len(text.split()) for text in texts)
        return {
            "model": body.get("model"),
            "embeddings": [_embedding(text) for text in texts],
            "prompt_eval_count": counts,
        }


def _parts(received: Received, reply: Reply) -> Iterator[dict[str, Any]]:
    is_chat = received.path == "/api/chat"

    def part(text: str, **more: Any) -> dict[str, Any]:
        content = {"message": {"role": "assistant", "content": text}} if is_chat else {"response": text}
        return {"model": received.body["model"], "created_at": "2026-01-01T00:00:00Z", **content, **more}

    tokens_in = reply.tokens_in if reply.tokens_in is not None else max(1, len(received.prompt) // 4)
    counts = {"prompt_eval_count": tokens_in, "eval_count": max(1, len(reply.text) // 4), "total_duration": 1_000_000}
    end = {"done": True, "done_reason": reply.done_reason, **counts}
    if received.body.get("stream", True):
        for start in range(0, len(reply.text), 7):
            yield part(reply.text[start : start + 7], done=False)
        if not reply.breaks_off:
            yield part("", **end)
    else:
        yield part(reply.text, **end)


def _embedding(text: str) -> list[float]:
    """Hashed bag of words of unit length: texts that share words are near."""
    vector = [0.0] * DIMENSIONS
    for word in text.lower().split():
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % DIMENSIONS] += 1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


class _Handler(BaseHTTPRequestHandler):
    fake: FakeOllama
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, body)
        self.fake.requests.append(received)
        reply, parts = self.fake.reply_to(received)
        time.sleep(reply.delay)
        try:
            self._send(received, reply, parts)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, received: Received, reply: Reply, parts: list[dict[str, Any]]) -> None:
        if reply.status != 200:
            self._head(reply, "application/json", json.dumps(self.fake.error_body(reply)).encode())
        elif reply.raw is not None:
            self._head(reply, "application/json", reply.raw)
        elif len(parts) == 1 and not received.body.get("stream", len(parts) > 1):
            self._head(reply, "application/json", json.dumps(parts[0]).encode())
        else:
            self._stream(parts, reply.breaks_off)

    def _head(self, reply: Reply, kind: str, body: bytes) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, parts: list[dict[str, Any]], breaks_off: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if self.fake.is_event_stream else "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        lines = [json.dumps(part) for part in parts]
        if self.fake.is_event_stream:
            lines = [f"data: {line}\n" for line in (*lines, *([] if breaks_off else ["[DONE]"]))]
        for text in lines:
            line = text.encode() + b"\n"
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            self.wfile.flush()
        if breaks_off:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: `requests` is the log."""


def _handler(fake: FakeOllama) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"fake": fake})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument("--model", action="append", default=[])
    options = parser.parse_args()
    fake = FakeOllama(models=tuple(options.model) or ("reader:1b",), port=options.port)
    print(f"Fake Ollama at {fake.url} with {', '.join(fake.models)}", flush=True)
    try:
        fake.serve()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
