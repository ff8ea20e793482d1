"""The batch page and its live line: what is lost on the way is read again, without a reload."""

from __future__ import annotations

import json
import os
import re
import signal

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import SLOW, assert_accessible, assert_fits, row_of, sign_in_by_tile, upload
from tests.product import CHECKOUT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(480)]
FILE = "invoice-0022-digital-wrong-total.pdf"  # ends with people


@pytest.fixture
def page(context: BrowserContext, running_system: RunningSystem) -> Page:
    page = context.new_page()
    sign_in_by_tile(page, running_system.url, "Operator")
    return page


def send(page: Page, name: str) -> None:
    """The page is marked: a reload would lose the mark."""
    upload(page, [str(CHECKOUT / "samples" / "packet" / FILE)], name)
    page.evaluate("window.wasNeverReloaded = true")


def expect_truth(page: Page) -> None:
    expect(row_of(page, FILE).get_by_role("link", name="Review").first).to_be_visible(timeout=SLOW)
    expect(page.locator("#connection")).to_have_text("Live", timeout=SLOW)
    assert page.evaluate("window.wasNeverReloaded"), "the batch page was reloaded"


def test_the_truth_is_read_again_after_the_web_server_was_killed(page: Page, running_system: RunningSystem) -> None:
    send(page, "Before the break")
    expect(page.locator("#connection")).to_have_text("Live", timeout=SLOW)
    status = json.loads((running_system.data / "status.json").read_text())
    os.kill(status["children"]["web"]["pid"], signal.SIGKILL)
    expect(page.locator("#connection")).not_to_have_text("Live")
    expect_truth(page)


def test_lost_messages_are_made_up_for_on_an_open_socket(page: Page) -> None:
    lost = []

    def line(near: WebSocketRoute) -> None:
        far = near.connect_to_server()
        far.on_message(lambda text: near.send(text) if json.loads(text)["type"] == "hello" else lost.append(text))

    page.route_web_socket(re.compile("/ws/batches/"), line)
    send(page, "Into the void")
    expect_truth(page)
    assert lost, "there were messages"


def test_a_pause_is_said_and_ends_by_itself(page: Page, context: BrowserContext, running_system: RunningSystem) -> None:
    assert context.browser
    elsewhere = context.browser.new_context()
    admin = elsewhere.new_page()
    admin.on("dialog", lambda dialog: dialog.accept())
    sign_in_by_tile(admin, running_system.url, "Organisation admin")
    admin.goto(f"{running_system.url}/processing/")
    admin.get_by_role("button", name="Pause Demo Office").click()
    expect(admin.get_by_role("button", name="Resume Demo Office")).to_be_visible()
    send(page, "Held")
    notice = page.locator("#batch-paused")
    expect(notice).to_contain_text("Paused since")
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert_accessible(page, f"paused batch, {scheme}")
        assert_fits(page, "paused batch")
    admin.get_by_role("button", name="Resume Demo Office").click()
    expect_truth(page)
    expect(notice).to_be_hidden()
    elsewhere.close()
