"""A reviewer at the keyboard of the desk: confirms every field that needs a person, then approves; counts keys and waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

REST_MS, MOST_KEYS = 1500, 60
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
FROM_KEY_TO_FOCUS = "Number(sessionStorage.getItem('bench-focus')) - Number(sessionStorage.getItem('bench-key'))"


@dataclass(frozen=True)
class Reviewed:
    """`seconds`: between each key and what it led to. `way`: ms from the deciding key to the focus in the next document, None
    after the last."""

    kind: str
    keys: int
    seconds: float
    way: float | None


def begun(page: Page) -> None:
    """Waits until the document is the person's and a field has the focus."""
    page.locator("#holder", has_text="Yours until").wait_for()
    page.locator("[data-input]:focus, [data-first-act]:focus").wait_for()


def reviewed(page: Page, most: int) -> Iterator[Reviewed]:
    """Decides one document after the other by keyboard alone, at most `most` and none whose name says dense."""
    for _ in range(most):
        if not page.locator("#desk-data").count() or "dense" in page.locator(".desk-title h1").inner_text():
            return
        kind = page.locator(".desk-title .muted").inner_text().partition(" · ")[0]
        page.wait_for_timeout(REST_MS)  # a person looks
        yield Reviewed(kind, *_decide(page))


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
