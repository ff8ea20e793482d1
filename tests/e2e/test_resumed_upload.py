"""An upload whose connection breaks, and one whose page is loaded again, go on where they stopped."""

from __future__ import annotations

import hashlib
import io
import os
import re
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import SLOW, assert_accessible, assert_fits, row_of, sign_in_by_tile
from tests.product import CHECKOUT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(480)]
PADDING = 14 * 2**20  # four parts
PART = 4 * 2**20


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """An invoice with a stream of noise in it that no page shows."""
    with pikepdf.open(CHECKOUT / "samples" / "packet" / "invoice-0009-digital.pdf") as document:
        document.Root.Padding = document.make_stream(os.urandom(PADDING))
        out = io.BytesIO()
        document.save(out)
    path = tmp_path / "large.pdf"
    path.write_bytes(out.getvalue())
    return path


class Connection:
    """The requests about uploads as the browser made them; while `is_broken`, none gets through from the third part on."""

    def __init__(self, page: Page) -> None:
        self.begun = 0
        self.offsets: list[int] = []
        self.is_broken = True
        page.route("**/api/v1/uploads/**", self._pass)

    def _pass(self, route: Route) -> None:
        request = route.request
        offset = int(request.headers.get("upload-offset", 0))
        if self.is_broken and (offset >= 2 * PART or request.method == "GET"):
            return route.abort("connectionreset")
        self.begun += request.method == "POST"
        self.offsets += [offset] if request.method == "PATCH" else []
        return route.continue_()


def choose(page: Page, file: Path, name: str) -> None:
    page.set_input_files("#upload-files", str(file))
    page.fill("#upload-name", name)


def drop(page: Page, name: str) -> None:
    page.evaluate(
        """name => {
          const files = new DataTransfer();
          files.items.add(new File(["%PDF-"], name));
          const dropped = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
          document.getElementById("drop-zone").dispatchEvent(dropped);
        }""",
        name,
    )


def look(page: Page, name: str) -> None:
    """Accessible and nothing sticks out; pictures where IDP_PICTURES names a folder."""
    folder = os.environ.get("IDP_PICTURES")
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.wait_for_timeout(500)
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}-{width}-{scheme}.png"))
        assert_fits(page, f"{name} at {width}")
        assert_accessible(page, f"{name}, {scheme}")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")


def test_upload_resumes_after_a_broken_connection_and_a_reload(
    running_system: RunningSystem, context: BrowserContext, large: Path
) -> None:
    page = context.new_page()
    sign_in_by_tile(page, running_system.url, "Operator")
    connection = Connection(page)
    choose(page, large, "Broken")
    page.get_by_role("button", name="Process 1 file").click()
    expect(page.locator("#upload-problem")).to_contain_text("goes on by itself", timeout=SLOW)
    expect(page.locator(".upload-share")).to_have_text("waiting")
    drop(page, "late.pdf")
    expect(page.locator(".upload-file")).to_have_count(1)
    expect(page.locator("#upload-files")).to_be_disabled()
    look(page, "upload-waiting")
    connection.is_broken = False
    expect(page.get_by_role("heading", name="Broken", level=1)).to_be_visible(timeout=SLOW)
    assert (connection.begun, connection.offsets) == (1, [PART, 2 * PART, 3 * PART]), "every part went through once"
    assert whole(page, large)
    go_on_after_a_reload(page, connection, running_system.url, large)


def go_on_after_a_reload(page: Page, connection: Connection, url: str, large: Path) -> None:
    """The page says what is not complete; the same file, chosen again, is not begun again."""
    connection.begun, connection.offsets, connection.is_broken = 0, [], True
    page.goto(f"{url}/batches/")
    choose(page, large, "Left")
    page.get_by_role("button", name="Process 1 file").click()
    expect(page.locator(".upload-share")).to_have_text("waiting", timeout=SLOW)
    page.reload()
    connection.is_broken = False
    expect(page.locator("#upload-earlier")).to_contain_text(re.compile(r"large\.pdf: 57\s?% of 14\s?MB has arrived"))
    look(page, "upload-earlier")
    choose(page, large, "Resumed")
    expect(page.locator("#upload-earlier")).to_be_hidden()
    page.get_by_role("button", name="Process 1 file").click()
    expect(page.get_by_role("heading", name="Resumed", level=1)).to_be_visible(timeout=SLOW)
    assert (connection.begun, connection.offsets) == (1, [PART, 2 * PART, 3 * PART])
    assert whole(page, large)
    expect(row_of(page, "large.pdf").locator(".doc-state")).to_have_text(
        re.compile("In review|Completed"), timeout=SLOW
    )


def whole(page: Page, file: Path) -> bool:
    """Whether the API knows the document by the file's hash."""
    batch_id = page.url.rstrip("/").rpartition("/")[2]
    found = page.evaluate("id => fetch(`/api/v1/documents/?batch_id=${id}`).then((answer) => answer.json())", batch_id)
    (document,) = found["results"]
    return bool(document["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest())


def test_refused_file_says_why_and_the_others_go_on(
    running_system: RunningSystem, context: BrowserContext, tmp_path: Path
) -> None:
    """Thirty files: one too large, one that was moved away after it was chosen. By keyboard."""
    page = context.new_page()
    sign_in_by_tile(page, running_system.url, "Operator")
    good = (CHECKOUT / "samples" / "packet" / "invoice-0009-digital.pdf").read_bytes()
    files = [tmp_path / f"{number:02}.pdf" for number in range(28)]
    for number, file in enumerate(files):
        file.write_bytes(good + b"%%%d\n" % number)
    huge, gone = tmp_path / "huge.pdf", tmp_path / "gone.pdf"
    with huge.open("wb") as file:
        file.truncate(100 * 2**20 + 1)
    gone.write_bytes(good)
    page.set_input_files("#upload-files", [str(file) for file in (*files[:20], huge, gone, *files[20:])])
    page.fill("#upload-name", "Without two")
    gone.unlink()
    page.get_by_role("button", name="Process 30 files").press("Enter")
    expect(page.locator("#upload-problem")).to_contain_text("2 files were not sent", timeout=SLOW)
    expect(page.locator(".upload-file", has_text="huge.pdf")).to_contain_text("larger than 100 MB")
    expect(page.locator(".upload-file", has_text="gone.pdf")).to_contain_text("cannot be read")
    expect(page.locator(".upload-refusal").first).to_be_in_viewport()
    look(page, "upload-refused")
    page.get_by_role("button", name="Remove gone.pdf").click()
    expect(page.locator(".upload-file", has_text="huge.pdf")).to_contain_text("larger than 100 MB")
    go_on = page.get_by_role("button", name="Go on without it")
    go_on.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Without two", level=1)).to_be_visible(timeout=SLOW)
    expect(page.locator(".doc")).to_have_count(28, timeout=SLOW)
