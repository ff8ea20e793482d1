"""The review desk as a person at the keyboard has it, in Chromium on the whole machine: keys and waiting for each document, the
way to the next one, from key to focus on a dense page, and what opening costs. No limit is asserted."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks import workload
from benchmarks.catalog import options_of
from benchmarks.dense_page import make_dense, operator_cookie
from idp_project.operations.samples import generate
from idp_project.operations.samples.kinds.base import Size

LIMITS_MS = {"next median": 300, "next p95": 600, "key p95": 60, "key with words p95": 100, "dense": 1500}
LIMITS_KB = {"dense": 300, "first": 350}
KEYS, REST_MS, MOST_KEYS = 150, 1500, 60
# Notes in every page when a key went down and when a field, or the button that decides, had the focus and was painted after it.
WATCH = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const stored = (name) => JSON.parse(sessionStorage.getItem(name) ?? "[]");
  let pressed = null;
  addEventListener("keydown", () => { pressed = performance.now(); sessionStorage.setItem("bench-key", String(now())); }, true);
  addEventListener("focusin", ({ target }) => {
    if (!target.matches("[data-input], [data-first-act]")) return;
    sessionStorage.setItem("bench-focus", String(now()));
    const from = pressed;
    pressed = null;
    if (from !== null) requestAnimationFrame(() => {
      const channel = new MessageChannel(); // after the frame is painted
      channel.port1.onmessage = () => {
        const times = [...stored("bench-keys"), performance.now() - from];
        sessionStorage.setItem("bench-keys", JSON.stringify(times));
      };
      channel.port2.postMessage(0);
    });
  }, true);
})();
"""
OF_KEYS = "JSON.parse(sessionStorage.getItem('bench-keys') ?? '[]')"
FORGET = "sessionStorage.setItem('bench-keys', '[]')"
FROM_KEY_TO_FOCUS = "Number(sessionStorage.getItem('bench-focus')) - Number(sessionStorage.getItem('bench-key'))"


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
    """As the demonstration's operator, by cookie."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    name, value = operator_cookie()
    context.add_cookies(
        [{"name": name, "value": value, "url": workload.URL.replace("http:", "https:"), "secure": True}]
    )
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


def _begun(page: Page) -> None:
    page.locator("#holder", has_text="Yours until").wait_for()
    page.locator("[data-input]:focus, [data-first-act]:focus").wait_for()


def _open_dense(context: BrowserContext, url: str) -> None:
    page = context.new_page()
    traffic = _Traffic(page)
    page.goto(f"{workload.URL}{url}")
    _begun(page)
    page.wait_for_timeout(REST_MS)
    cold = traffic.bytes / 1024
    print(f"desk: dense page: first load {cold:.0f} KB in all")
    times = []
    for _ in range(5):
        traffic.bytes = traffic.html = 0
        page.goto(f"{workload.URL}{url}")
        _begun(page)
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
    _begun(page)
    page.wait_for_timeout(REST_MS)
    first = traffic.bytes / 1024
    print(f"desk: first load {first:.0f} KB = {first / LIMITS_KB['first']:.2f} of the limit {LIMITS_KB['first']} KB")
    found = list(_reviewed(page, 2 * documents))
    ways = [way for _, _, _, way in found if way is not None]
    _say(f"Ctrl+Enter to focus in the next, median of {len(ways)}", statistics.median(ways), LIMITS_MS["next median"])
    _say("Ctrl+Enter to focus in the next, p95", sorted(ways)[int(0.95 * (len(ways) - 1))], LIMITS_MS["next p95"])
    for kind in sorted({kind for kind, *_ in found}):
        mine = [(keys, wait) for one, keys, wait, _ in found if one == kind]
        keys, waits = [keys for keys, _ in mine], [wait for _, wait in mine]
        print(
            f"desk: {len(mine)} × {kind}: {statistics.mean(keys):.1f} keys a document ({min(keys)}–{max(keys)}), "
            f"{statistics.mean(waits):.2f} s of the machine's time"
        )


def _reviewed(page: Page, most: int) -> Iterator[tuple[str, int, float, float | None]]:
    """(type, keys, seconds between a key and what it led to, ms to the next document) of each."""
    for _ in range(most):
        if not page.locator("#desk-data").count() or "dense" in page.locator(".desk-title h1").inner_text():
            return
        kind = page.locator(".desk-title .muted").inner_text().partition(" · ")[0]
        page.wait_for_timeout(REST_MS)  # a person looks
        yield (kind, *_decide(page))


def _decide(page: Page) -> tuple[int, float, float | None]:
    title, keys, wait = page.url, 0, 0.0
    while keys < MOST_KEYS:
        is_field = page.evaluate("Boolean(document.activeElement.matches('[data-input]'))")
        began = time.perf_counter()
        page.keyboard.press("Enter" if is_field else "Control+Enter")
        keys += 1
        if not is_field:
            keys += _answer(page)
            if _has_left(page, title):
                wait += time.perf_counter() - began
                way = float(page.evaluate(FROM_KEY_TO_FOCUS))
                return keys, wait, way if page.locator("#desk-data").count() else None
        page.locator("[aria-busy=true]").first.wait_for(state="detached")
        wait += time.perf_counter() - began
    raise SystemExit(
        f"desk: {title} is not decided after {MOST_KEYS} keys: {page.locator('#desk-notice').inner_text()}"
    )


def _answer(page: Page) -> int:
    """Gives the reason where checks fail, or files what is of no type; the keys that took."""
    page.wait_for_timeout(20)
    if page.locator("#override-dialog[open]").count():
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Control+Enter")
        return 2
    if page.locator("#type-dialog[open]").count():
        page.keyboard.press("Escape")
        page.keyboard.press("Alt+n")
        page.keyboard.press("Enter")
        return 3
    return 0


def _has_left(page: Page, url: str) -> bool:
    for _ in range(300):
        if page.url != url:
            page.wait_for_load_state("domcontentloaded")
            if page.locator("#desk-data").count():
                page.locator("[data-input]:focus, [data-first-act]:focus").wait_for()
            return True
        if page.locator("#desk-notice:not([hidden])").count() or page.locator("dialog[open]").count():
            return False
        page.wait_for_timeout(10)
    return False


def _say(what: str, value: float, limit: float, note: str = "") -> None:
    print(f"desk: {what}: {value:.0f} ms = {value / limit:.2f} of the limit {limit} ms {note}".rstrip())


if __name__ == "__main__":
    main()
