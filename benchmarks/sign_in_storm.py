"""Strangers who all sign in at once, each from an address of their own: the web process's memory, and a person's wait."""

from __future__ import annotations

import asyncio
import http.client
import json
import statistics
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import workload
from benchmarks.catalog import options_of
from idp_project.operations.demo.logins import read_logins
from idp_project.operations.demo.organization import LOGINS_PATH

TARGET_GROWTH = 250e6
TARGET_WAIT = 3.0
_CALLS_ALONE = 40
_PAUSE = 0.05  # seconds between two calls of the person: somebody who works, no second storm
_TOKEN, _BATCHES = "/api/v1/token/", "/api/v1/batches/"


def main() -> None:
    options = options_of("sign_in_storm")
    web = workload.programs()["web"]
    token = _token()
    asyncio.run(_storm(2))  # what is loaded with the first ones counts to the beginning
    alone = [_call(token) for _ in range(_CALLS_ALONE)]
    Path(f"/proc/{web}/clear_refs").write_text("5")  # its peak is counted from here
    before = _peak(web)
    person = _Person(token)
    began = time.perf_counter()
    with person:
        statuses = asyncio.run(_storm(options.strangers))
    seconds = time.perf_counter() - began
    grown = _peak(web) - before
    print(
        f"sign_in_storm: {options.strangers} strangers at once ({_listed(statuses)}), over after {seconds:.1f} s: the web "
        f"process grew {grown / 1e6:.0f} MB = {grown / TARGET_GROWTH:.2f} of the limit {TARGET_GROWTH / 1e6:.0f} MB"
    )
    usual, meanwhile = statistics.median(alone), statistics.median(person.seconds)
    ratio = meanwhile / usual
    print(
        f"sign_in_storm: a signed-in person's call took {1000 * meanwhile:.0f} ms at the median of {len(person.seconds)} "
        f"({1000 * max(person.seconds):.0f} ms at most), alone {1000 * usual:.0f} ms ({1000 * max(alone):.0f} ms at most): "
        f"{ratio:.1f} times = {ratio / TARGET_WAIT:.2f} of the limit {TARGET_WAIT:.0f}"
    )


class _Person:
    """Asks for batches all the time that the strangers are there."""

    def __init__(self, token: str) -> None:
        self.seconds: list[float] = []
        self._token, self._is_over = token, threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._is_over.is_set():
            self.seconds.append(_call(self._token))


def _token() -> str:
    """Of the demonstration's operator."""
    login = next(entry for entry in read_logins(LOGINS_PATH) if entry.role == "operator")
    body = json.dumps({"username": login.username, "password": login.password})
    with closing(_connection()) as connection:
        connection.request("POST", _TOKEN, body, {"Content-Type": "application/json"})
        return str(json.loads(connection.getresponse().read())["access"])


def _call(token: str) -> float:
    """Seconds that the list of batches takes."""
    began = time.perf_counter()
    with closing(_connection()) as connection:
        connection.request("GET", _BATCHES, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        answer.read()
    if answer.status != 200:
        raise SystemExit(f"The person's call was answered with {answer.status}.")
    seconds = time.perf_counter() - began
    time.sleep(_PAUSE)
    return seconds


def _connection() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", urlsplit(workload.URL).port, timeout=120)


async def _storm(strangers: int) -> Counter[int]:
    """How often which status came."""
    return Counter(await asyncio.gather(*[_stranger(number) for number in range(strangers)]))


async def _stranger(number: int) -> int:
    """All of 127.0.0.0/8 leads here, so everybody can come from an address of their own."""
    source = f"127.1.{number // 250}.{number % 250 + 1}"
    body = json.dumps({"username": f"nobody-{number}", "password": "a long enough phrase"})
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(workload.URL).port, local_addr=(source, 0))
    writer.write(
        f"POST {_TOKEN} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    status = int((await reader.readline()).split()[1])
    await reader.read()
    writer.close()
    return status


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _listed(statuses: Counter[int]) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))


if __name__ == "__main__":
    main()
