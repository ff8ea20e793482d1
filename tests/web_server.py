"""The product's web server in a process of its own, with the settings of the test's moment."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from idp_project.operations.supervisor.web import configuration
from tests.faults.workers import fork


@dataclass
class WebServer:
    """`token` is sent as the bearer, where there is one."""

    pid: int
    port: int
    token: str
    inherited: set[tuple[int, int]] = field(default_factory=set)

    def request(
        self,
        method: str,
        url: str,
        body: Iterator[bytes] | bytes = b"",
        *,
        length: int | None = None,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> tuple[int, dict]:
        """Without `length` the body comes in chunks of unknown number. A refusal may come while we still send."""
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=120, source_address=(source, 0))
        ) as connection:
            sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            sent |= {k.replace("_", "-"): v for k, v in headers.items()}
            if length is not None:
                sent["Content-Length"] = str(length)
            connection.request(method, url, body, sent, encode_chunked=length is None and not isinstance(body, bytes))
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content else dict(answer.headers)

    def memory(self) -> int:
        """Bytes resident at the most since it was last asked to forget."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def unnamed_bytes(self) -> int:
        """What its unnamed temporary files hold, without those that it got from this process when it was forked."""
        own = {number: size for number, size in self._unnamed().items() if number not in self.inherited}
        return sum(own.values())

    def _unnamed(self) -> dict[tuple[int, int], int]:
        """Size by device and inode."""
        found = {}
        for link in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                if "(deleted)" in os.readlink(link):
                    held = os.stat(link)
                    found[held.st_dev, held.st_ino] = held.st_size
            except OSError:
                continue  # closed meanwhile
        return found


@contextmanager
def serving(token: str = "") -> Iterator[WebServer]:
    """A server that answers already; it is killed at the end."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    pid = fork(lambda: uvicorn.Server(configuration()).run(sockets=[listener]))
    port = listener.getsockname()[1]
    listener.close()
    server = WebServer(pid, port, token)
    try:
        _wait_for(server)
        server.inherited |= server._unnamed().keys()
        yield server
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _wait_for(server: WebServer) -> None:
    for _ in range(400):
        try:
            assert server.request("GET", "/health/")[0] == 200
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server does not answer")
