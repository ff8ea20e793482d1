"""The review desk as a person at the keyboard has it, in Chromium on the whole machine: keys and waiting for each document, the
way to the next one, from key to focus on a dense page, and what opening costs. No limit is asserted."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.dense_page import make_dense, operator_login
from benchmarks.reviewer import REST_MS, WATCH, Reviewed, begun, reviewed
from idp_project.operations.samples import generate
from idp_project.operations.samples.kinds.base import Size

LIMITS_MS = {"next median": 300, "next p95": 600, "key p95": 60, "key with words p95": 100, "dense": 1500}
LIMITS_KB = {"dense": 300, "first": 350}
KEYS = 150
OF_KEYS = "JSON.parse(sessionStorage.getItem('bench-keys') ?? '[]')"
FORGET = "sessionStorage.setItem('bench-keys', '[]')"


def main() -> None:
    options = options_of("desk")
    with tempfile.TemporaryDirectory() as scratch:
        for kind in ("receipt", "invoice"):
            workload.process([_sample(kind, number, Path(scratch)) for number in range(options.documents)])
    dense_url = make_dense()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        with _signed_in(browser) as context:
            _open_dense(context, dense_url)
        with _signed_in(browser) as context:
            _review(context, options.documents)
        browser.close()


def _sample(kind: str, number: int, scratch: Path) -> Path:
    made = generate(kind, 7000 + number, "digital" if number % 2 else "scan", size=Size.SHORT)
    path = scratch / f"{number:03}-{made.file_name}"
    path.write_bytes(made.content)
    return path


def _signed_in(browser: Browser) -> BrowserContext:
    """As the demonstration's operator, by the form: its session renews itself as long as the documents last."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{workload.URL}/login/")
    name, password = operator_login()
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.close()
    context.add_init_script(WATCH)
    return context


class _Traffic:
    """Kilobytes that came over the wire, and of these the HTML."""

    def __init__(self, page: Page) -> None:
        self.bytes, self.html, self._kinds = 0, 0, {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", lambda event: self._kinds.update({event["requestId"]: event["type"]}))
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]
        if self._kinds.get(event["requestId"]) == "Document":
            self.html += event["encodedDataLength"]


def _open_dense(context: BrowserContext, url: str) -> None:
    page = context.new_page()
    traffic = _Traffic(page)
    page.goto(f"{workload.URL}{url}")
    begun(page)
    page.wait_for_timeout(REST_MS)
    cold = traffic.bytes / 1024
    print(f"desk: dense page: first load {cold:.0f} KB in all")
    times = []
    for _ in range(5):
        traffic.bytes = traffic.html = 0
        page.goto(f"{workload.URL}{url}")
        begun(page)
        times.append(page.evaluate("Number(sessionStorage.getItem('bench-focus')) - performance.timeOrigin"))
        page.wait_for_timeout(REST_MS)
    html = traffic.html / 1024
    boxes = page.locator("[data-box]").count()
    _say("opening the dense page to focus", statistics.median(times), LIMITS_MS["dense"], f"{boxes} boxes")
    print(
        f"desk: dense page: {html:.0f} KB of HTML = {html / LIMITS_KB['dense']:.2f} of the limit {LIMITS_KB['dense']} KB"
    )
    _press_keys(page, "key to painted focus", "key p95")
    page.keyboard.press("Control+b")
    page.locator("[data-word]").first.wait_for(state="attached")
    _press_keys(page, f"the same with {page.locator('[data-word]').count()} words shown", "key with words p95")
    page.close()


def _press_keys(page: Page, what: str, limit: str) -> None:
    page.locator("[data-input]").first.focus()
    page.wait_for_timeout(500)
    page.evaluate(FORGET)
    for _ in range(KEYS):
        page.keyboard.press("Tab")
        page.wait_for_timeout(30)
    page.wait_for_timeout(300)
    times = sorted(page.evaluate(OF_KEYS))
    median, slowest = statistics.median(times), times[int(0.95 * (len(times) - 1))]
    _say(f"{what}, p95 of {len(times)} (median {median:.0f} ms)", slowest, LIMITS_MS[limit])


def _review(context: BrowserContext, documents: int) -> None:
    """Approves what waits, by keyboard alone: Enter on every field that needs a person, then Ctrl+Enter."""
    page = context.new_page()
    traffic = _Traffic(page)
    page.goto(f"{workload.URL}/review/next/")
    begun(page)
    page.wait_for_timeout(REST_MS)
    first = traffic.bytes / 1024
    print(f"desk: first load {first:.0f} KB = {first / LIMITS_KB['first']:.2f} of the limit {LIMITS_KB['first']} KB")
    found = list(reviewed(page, 2 * documents))
    ways = sorted(one.way for one in found if one.way is not None)
    _say(f"Ctrl+Enter to focus in the next, median of {len(ways)}", statistics.median(ways), LIMITS_MS["next median"])
    _say("Ctrl+Enter to focus in the next, p95", ways[int(0.95 * (len(ways) - 1))], LIMITS_MS["next p95"])
    for kind in sorted({one.kind for one in found}):
        _tell([one for one in found if one.kind == kind])


def _tell(mine: list[Reviewed]) -> None:
    keys, waits = [one.keys for one in mine], [one.seconds for one in mine]
    print(
        f"desk: {len(mine)} × {mine[0].kind}: {statistics.mean(keys):.1f} keys a document ({min(keys)}–{max(keys)}), "
        f"{statistics.mean(waits):.2f} s of the machine's time"
    )


def _say(what: str, value: float, limit: float, note: str = "") -> None:
    print(f"desk: {what}: {value:.0f} ms = {value / limit:.2f} of the limit {limit} ms {note}".rstrip())


if __name__ == "__main__":
    main()
