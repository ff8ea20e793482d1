"""From the last byte of an upload to the first event that a worker wrote, as a browser sees it: HTTP, then WebSocket.

Like the batch page: upload, open the socket with a ticket, read the batch's state once, then listen.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import websockets

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.page_sets import files_of
from idp_project.operations.demo.logins import read_logins
from idp_project.operations.demo.organization import LOGINS_PATH

TARGET = 0.5  # seconds, median
_LIMIT_SECONDS = 30.0


def main() -> None:
    options = options_of("latency")
    with tempfile.TemporaryDirectory() as scratch:
        name, paths = files_of("born_digital", 5, Path(scratch))
        seconds = asyncio.run(_measure(paths, options.uploads))
    median, slowest = statistics.median(seconds), max(seconds)
    print(
        f"latency: {1000 * median:.0f} ms at the median of {len(seconds)} uploads ({name}), {1000 * slowest:.0f} ms at most, "
        f"from an upload's last byte to the browser's first event by a worker = {median / TARGET:.2f} of the limit "
        f"{1000 * TARGET:.0f} ms"
    )


async def _measure(paths: Sequence[Path], uploads: int) -> list[float]:
    seconds = []
    async with httpx.AsyncClient(base_url=workload.URL, timeout=_LIMIT_SECONDS) as client:
        browser = Browser(client)
        team_id = await browser.sign_in()
        for number in range(uploads + 1):
            began, batch_id = await browser.upload(team_id, paths[number % len(paths)])
            seconds.append(await browser.first_event(batch_id) - began)
            await browser.wait_until_read(batch_id)
            await asyncio.to_thread(workload.wait_until_idle)
    return seconds[1:]  # the first one warmed the server up


class _Body(httpx.AsyncByteStream):
    """A request body that remembers when its last byte was handed over."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.sent_at = 0.0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.content), 65536):
            yield self.content[start : start + 65536]
        self.sent_at = time.perf_counter()


class Browser:
    """Signed in with cookies, which it sends over plain http to localhost as browsers do."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._cookies: dict[str, str] = {}
        client.headers.update({"Origin": workload.URL, "Sec-Fetch-Site": "same-origin"})
        client.event_hooks = {"response": [self._keep_cookies]}

    async def sign_in(self) -> str:
        """As the demonstration's operator; gives the team to upload into."""
        login = next(entry for entry in read_logins(LOGINS_PATH) if entry.role == "operator")
        await self._client.get("/login/")
        answer = await self._post("/login/", data={"username": login.username, "password": login.password})
        if answer.status_code != 302:
            raise SystemExit(f"Signing in was refused: {answer.status_code}")
        teams = workload.Team.objects.filter(organization__slug="demo", name="Accounts payable")
        return str(await teams.values_list("id", flat=True).aget())

    async def upload(self, team_id: str, path: Path) -> tuple[float, str]:
        """When the last byte left, and the id of the new batch."""
        files = {"files": (path.name, path.read_bytes())}
        form = self._client.build_request("POST", "/", data={"team_id": team_id}, files=files)
        body = _Body(b"".join([part async for part in form.stream]))  # type: ignore[union-attr]
        headers = {name: form.headers[name] for name in ("content-type", "content-length")}
        answer = await self._post("/api/v1/batches/", content=body, headers=headers)
        return body.sent_at, str(answer.raise_for_status().json()["id"])

    async def first_event(self, batch_id: str) -> float:
        """When the page first knows of something that a worker did, by the state it reads once or by the socket."""
        ticket = (await self._post("/session/ticket/")).raise_for_status().json()
        address = f"{workload.URL.replace('http', 'ws', 1)}/ws/batches/{batch_id}/"
        async with asyncio.timeout(_LIMIT_SECONDS), websockets.connect(address, origin=workload.URL) as socket:  # type: ignore[arg-type]
            await socket.send(json.dumps(ticket))
            assert json.loads(await socket.recv())["type"] == "hello"
            state = await self.state(batch_id)
            while not _shows_a_worker(state["documents"]):
                state = json.loads(await socket.recv())
            return time.perf_counter()

    async def wait_until_read(self, batch_id: str) -> None:
        statuses = {"received"}
        while statuses & {"received", "processing"}:
            await asyncio.sleep(0.3)
            statuses = {document["status"] for document in (await self.state(batch_id))["documents"]}

    async def state(self, batch_id: str) -> dict[str, Any]:
        """Of a batch, as its page reads it."""
        state: dict[str, Any] = (await self._client.get(f"/batches/{batch_id}/state/")).raise_for_status().json()
        return state

    async def _post(self, path: str, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        token = next((value for name, value in self._cookies.items() if "csrf" in name), "")
        return await self._client.post(path, headers={"X-CSRFToken": token} | (headers or {}), **body)

    async def _keep_cookies(self, response: httpx.Response) -> None:
        for line in response.headers.get_list("set-cookie"):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        self._client.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())


def _shows_a_worker(documents: list[dict[str, Any]]) -> bool:
    """The web process leaves a document received; whatever follows was written by a worker."""
    return any(document["status"] != "received" for document in documents)


if __name__ == "__main__":
    main()
