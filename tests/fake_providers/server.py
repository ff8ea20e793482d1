"""The part that all fake servers share: a loopback HTTP server, its log, scripted answers, whole or as a stream."""

from __future__ import annotations

import argparse
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self

from tests.fake_providers.reading import read_prompt
from tests.fake_providers.replies import Answerer, Received, Reply

Parts = list[dict[str, Any]]
FRAGMENT = 7  # characters of an answer that a stream sends at a time


class FakeServer(ABC):
    """Serves `models`; answers come from `answer`. `requests` is what arrived, in order.

    With a `key`, anyone who does not send it in `key_header` gets a 401, as from the provider itself.
    """

    stream_type: ClassVar[str] = "text/event-stream"
    key_header: ClassVar[str] = "authorization"
    default_models: ClassVar[tuple[str, ...]] = ("reader:1b",)
    base_path: ClassVar[str] = ""

    def __init__(
        self, answer: Answerer = read_prompt, *, models: tuple[str, ...] = (), port: int = 0, key: str = ""
    ) -> None:
        self.answer = answer
        self.models = models or self.default_models
        self.key = key
        self.requests: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"fake": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @abstractmethod
    def reply_to(self, received: Received) -> tuple[Reply, Parts]:
        """The scripted reply, and the JSON objects of its body; more than one where it streams."""

    @abstractmethod
    def error_body(self, reply: Reply) -> dict[str, Any]: ...

    def is_stream(self, received: Received) -> bool:
        return bool(received.body.get("stream"))

    def frames(self, parts: Parts, breaks_off: bool) -> Sequence[str]:
        """What a stream sends, fragment by fragment: by default unnamed server-sent events."""
        return [f"data: {json.dumps(part)}\n\n" for part in parts]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base(self) -> str:
        """What an endpoint's address is."""
        return self.url + self.base_path

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

    def is_refused(self, received: Received) -> bool:
        sent = received.headers.get(self.key_header, "").removeprefix("Bearer ")
        return bool(self.key) and sent != self.key


def fragments(text: str) -> list[str]:
    return [text[start : start + FRAGMENT] for start in range(0, len(text), FRAGMENT)]


def counts(received: Received, reply: Reply) -> tuple[int, int]:
    """Tokens in and out, by a rule of thumb where the reply does not say."""
    tokens_in = reply.tokens_in if reply.tokens_in is not None else max(1, len(received.prompt) // 4)
    return tokens_in, max(1, len(reply.text) // 4)


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
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
        reply, parts = Reply("invalid key", status=401), []
        if not self.fake.is_refused(received):
            reply, parts = self.fake.reply_to(received)
        time.sleep(reply.delay)
        try:
            self._send(received, reply, parts)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, received: Received, reply: Reply, parts: Parts) -> None:
        if reply.status != 200:
            self._head(reply, json.dumps(self.fake.error_body(reply)).encode())
        elif reply.raw is not None:
            self._head(reply, reply.raw)
        elif self.fake.is_stream(received):
            self._stream(self.fake.frames(parts, reply.breaks_off), reply.breaks_off)
        else:
            self._head(reply, json.dumps(parts[0]).encode())

    def _head(self, reply: Reply, body: bytes) -> None:
        self.send_response(reply.status)
        sent = {"Content-Type": "application/json", "Content-Length": str(len(body)), **reply.headers}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, frames: Sequence[str], breaks_off: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", self.fake.stream_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for frame in frames:
            line = frame.encode()
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            self.wfile.flush()
        if breaks_off:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: `requests` is the log."""


def run(kind: type[FakeServer], description: str, port: int) -> None:
    """The server by itself, for demonstrations."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--model", action="append", default=[])
    options = parser.parse_args()
    fake = kind(models=tuple(options.model), port=options.port)
    print(f"{kind.__name__} at {fake.base} with {', '.join(fake.models)}", flush=True)
    try:
        fake.serve()
    except KeyboardInterrupt:
        return
