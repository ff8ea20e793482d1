"""`make screenshots`: starts the product on a folder of its own, plays the demonstration, and photographs every screen.

The pictures go to docs/images as PNG with a palette, small enough for a README. Needs Debian's Chromium.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from idp_project.operations.demo.question import QUESTION

CHECKOUT = Path(__file__).resolve().parents[1]
IMAGES = CHECKOUT / "docs" / "images"
MOST_BYTES = 150_000
SIZE = {"width": 1440, "height": 900}
START_SECONDS, LOAD_SECONDS = 300.0, 30_000


def main() -> int:
    """Exit code 0 when every picture was taken."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        return 1
    IMAGES.mkdir(exist_ok=True)
    with _running_product() as (url, data), sync_playwright() as playwright:
        _play_demonstration(url, data)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, role, show in SCREENS:
            _take(browser, url, name, role, show)
        browser.close()
    return 0


@contextmanager
def _running_product() -> Iterator[tuple[str, Path]]:
    data = Path(tempfile.mkdtemp(prefix="idp-screenshots-"))
    data.chmod(0o711 if os.geteuid() == 0 else 0o700)  # the stores may run as another user
    environment = os.environ | {"IDP_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "idp_project.operations.supervisor", "start"]
    log = data / "supervisor.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield _wait_until_ready(process, log, data), data
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)
        shutil.rmtree(data, ignore_errors=True)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path, data: Path) -> str:
    """The URL, once the product answers and has submitted its samples."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        words = log.read_text(errors="replace").split()
        if "ready" in words and (data / "samples-submitted").exists():
            return next(word for word in words if word.startswith("http://localhost:"))
        time.sleep(0.3)
    raise SystemExit(f"The product did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _play_demonstration(url: str, data: Path) -> None:
    """Waits for the samples, reviews all but the tasks that stay, asks the question."""
    command = [sys.executable, "-m", "idp_project.operations.supervisor", "exec", "demo_journey", "--url", url]
    subprocess.run(command, cwd=CHECKOUT, env=os.environ | {"IDP_DATA_DIR": str(data)}, check=True)


def _take(browser: Browser, url: str, name: str, role: str, show: Callable[[Page, str], None]) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(LOAD_SECONDS)
    page.goto(f"{url}/login/")
    if role:
        page.locator(".tile", has_text=role).click()
        page.wait_for_url(lambda address: "/login/" not in address)
    show(page, url)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)  # pictures are drawn after they have come
    _save(page.screenshot(), IMAGES / f"{name}.png")
    context.close()


def _save(png: bytes, path: Path) -> int:
    """As large and with as many colours as fit into MOST_BYTES; the size in bytes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for width, colors in ((SIZE["width"], 160), (SIZE["width"], 96), (1080, 128), (1080, 64), (900, 64)):
        buffer = io.BytesIO()
        scaled = image if width == image.width else image.resize((width, image.height * width // image.width))
        scaled.quantize(colors, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES:
            break
    path.write_bytes(buffer.getvalue())
    return buffer.tell()


def _at(path: str) -> Callable[[Page, str], None]:
    def show(page: Page, url: str) -> None:
        page.goto(f"{url}{path}")

    return show


def _sign_in(page: Page, url: str) -> None:
    page.locator(".tile").first.wait_for()


def _batch(page: Page, url: str) -> None:
    page.get_by_role("link", name="Sample packet").first.click()
    page.locator(".doc").first.wait_for()


def _document(page: Page, url: str) -> None:
    _batch(page, url)
    page.locator(".doc", has_text="stack-0005-scan.pdf").get_by_role("link", name="stack-0005-scan.pdf").first.click()


def _desk(file_name: str) -> Callable[[Page, str], None]:
    def show(page: Page, url: str) -> None:
        _batch(page, url)
        page.locator(".doc", has_text=file_name).get_by_role("link", name="Review").first.click()
        page.wait_for_url("**/review/**")

    return show


def _ask(page: Page, url: str) -> None:
    page.goto(f"{url}/ask/")
    box = page.get_by_role("textbox").first
    box.fill(QUESTION.text)
    box.press("Enter")
    page.get_by_text(QUESTION.answer).first.wait_for()


def _record(page: Page, url: str) -> None:
    page.goto(f"{url}/records/")
    page.locator("table tbody a").first.click()


def _schema(page: Page, url: str) -> None:
    page.goto(f"{url}/schemas/")
    page.get_by_role("link", name="Bank statement").first.click()


SCREENS: tuple[tuple[str, str, Callable[[Page, str], None]], ...] = (
    ("sign-in", "", _sign_in),
    ("batches", "Operator", _at("/batches/")),
    ("batch", "Operator", _batch),
    ("document", "Operator", _document),
    ("queue", "Operator", _at("/review/")),
    ("desk", "Operator", _desk("invoice-0022-digital-wrong-total.pdf")),
    ("split", "Operator", _desk("stack-0006-digital.pdf")),
    ("ask", "Viewer", _ask),
    ("records", "Operator", _at("/records/")),
    ("record", "Operator", _record),
    ("schemas", "Manager", _at("/schemas/")),
    ("schema", "Manager", _schema),
    ("organization", "Organisation admin", _at("/organization/")),
    ("people", "Organisation admin", _at("/organization/people/")),
    ("providers", "Organisation admin", _at("/organization/providers/")),
    ("audit", "Organisation admin", _at("/organization/audit/")),
)

if __name__ == "__main__":
    sys.exit(main())
