"""C7: what a browser was given as a credential, where it may stand in an address, and that no log has it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request, WebSocket

from tests.e2e.conftest import RunningSystem

_IMAGE_TOKEN = re.compile(r"[?&]token=([^&]+)")


class Credentials:
    """Listens to a context: session cookies, CSRF tokens, socket tickets, image tokens, passwords; and every address."""

    def __init__(self, context: BrowserContext, system: RunningSystem) -> None:
        self.context = context
        self.passwords = {password for _, password in system.logins.values()}
        self.tickets: set[str] = set()
        self.image_tokens: set[str] = set()
        self.cookies: set[str] = set()
        self.addresses: set[str] = set()
        context.on("request", self._saw_request)
        context.on("page", lambda page: page.on("websocket", self._saw_socket))

    def look_at_cookies(self) -> None:
        """Now: they rotate."""
        self.cookies |= {cookie["value"] for cookie in self.context.cookies() if cookie["httpOnly"]}

    @property
    def lasting(self) -> set[str]:
        """Those that outlive a minute: none may stand in an address."""
        return self.passwords | {value for value in self.cookies if len(value) > 20}

    @property
    def everything(self) -> set[str]:
        """None may stand in a log."""
        return self.lasting | self.tickets | self.image_tokens

    def _saw_request(self, request: Request) -> None:
        self.addresses.add(request.url)
        self.image_tokens |= set(_IMAGE_TOKEN.findall(urlsplit(request.url).query and request.url))

    def _saw_socket(self, socket: WebSocket) -> None:
        self.addresses.add(socket.url)
        socket.on("framesent", lambda frame: self._saw_frame(str(frame)))

    def _saw_frame(self, frame: str) -> None:
        if ticket := json.loads(frame).get("ticket"):
            self.tickets.add(ticket)


def assert_no_credential_leaked(seen: Credentials, page: Page, data: Path) -> str:
    """The figures; fails where an address or any log of the product has a credential."""
    seen.look_at_cookies()
    kinds = {name: len(getattr(seen, name)) for name in ("passwords", "cookies", "tickets", "image_tokens")}
    assert all(kinds.values()), f"not every kind was seen: {kinds}"
    assert not [url for url in seen.addresses if any(secret in url for secret in seen.lasting | seen.tickets)]
    logs = [path for path in data.rglob("*.log") if path.is_file()]
    assert {"web.log", "supervisor.log"} <= {path.name for path in logs}, [path.name for path in logs]
    leaks = [
        path.name for path in logs if any(secret in text_of(path) for secret in seen.everything - _printed(seen, path))
    ]
    assert leaks == [], leaks
    return (
        f"C7: {sum(kinds.values())} credentials ({kinds}), {len(seen.addresses)} addresses, {len(logs)} logs: 0 found"
    )


def _printed(seen: Credentials, path: Path) -> set[str]:
    """The terminal of `make run`, kept by this test, shows the demonstration's logins: that is what they are for."""
    return seen.passwords if path.name == "supervisor.log" else set()


def text_of(path: Path) -> str:
    return path.read_text("utf-8", "replace")
