"""A language model is set up on a page and answers the next question, streamed, with citations that open the page."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import SLOW, assert_accessible, assert_fits, row_of, sign_in_by_tile, upload
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.reading import read_prompt
from tests.fake_providers.replies import Received, Reply
from tests.product import CHECKOUT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(480),
    pytest.mark.usefixtures("socket_enabled"),
]
INVOICE = "invoice-0009-digital.pdf"
_SOURCE = re.compile(r'<source number="(\d+)"[^>]*>\n(.*?)\n</source>', re.DOTALL)


def answers(received: Received) -> Reply:
    """Quotes the line of the source that names the total; reads pages where it is asked for fields."""
    for number, text in _SOURCE.findall(received.prompt):
        for line in text.splitlines():
            if re.match(r"(?i)(grand )?total", line) and re.search(r"\d", line):
                return Reply(f"{line.strip().rstrip('.')} [{number}].", delay=0.2)
    return read_prompt(received)


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with FakeOllama(answers, models=("llama3.1:8b",)) as fake:
        yield fake


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    context.close()


def look(page: Page, name: str) -> None:
    """Accessible, and nothing sticks out, in light and dark, wide and narrow; pictures where IDP_PICTURES names a folder."""
    folder = os.environ.get("IDP_PICTURES")
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(800)
        assert_fits(page, f"{name} at {width}")
        assert_accessible(page, f"{name}, {scheme}")
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}-{width}-{scheme}.png"), full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")


def test_a_model_that_is_set_up_answers_the_next_question(
    running_system: RunningSystem, context: BrowserContext, ollama: FakeOllama
) -> None:
    page = context.new_page()
    sign_in_by_tile(page, running_system.url, "Operator")
    upload(page, [str(CHECKOUT / "samples" / "packet" / INVOICE)], "To be asked")
    expect(row_of(page, INVOICE).locator(".doc-state")).to_have_text(re.compile("In review|Completed"), timeout=SLOW)
    page.goto(f"{running_system.url}/ask/")
    expect(page.locator("#ask-mode")).to_contain_text("Quotations.")
    set_up(context.browser, running_system.url, ollama)  # type: ignore[arg-type]
    page.reload()
    expect(page.locator("#ask-mode")).to_contain_text("Written by a language model.")
    ask(page)
    expect(page.locator(".ask-statement").first).to_contain_text(re.compile("total", re.IGNORECASE))
    assert [received.path for received in ollama.requests][-1] == "/api/chat"
    assert ollama.requests[-1].body["stream"] is True
    look(page, "answer")
    page.locator(".ask-statement button").first.click()
    expect(page.locator("#source-dialog")).to_be_visible()
    picture = page.locator("#source-dialog [data-image]")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    expect(page.locator("#source-dialog .layer-boxes .box").first).to_be_attached()
    look(page, "citation")


def ask(page: Page) -> None:
    """Waits until the document has been indexed: a branch that nobody waits for elsewhere."""
    for _ in range(30):
        page.fill("#question", "What is the total of the invoice?")
        page.keyboard.press("Enter")
        expect(page.locator("#send")).to_be_visible(timeout=SLOW)
        page.wait_for_timeout(1000)
        if page.locator(".ask-statement").count():
            return
        page.wait_for_timeout(2000)
    raise AssertionError(page.locator("#thread").inner_text())


def set_up(browser: Browser, url: str, ollama: FakeOllama) -> None:
    """As the org admin: no code, no restart."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in_by_tile(page, url, "Organisation admin")
    page.goto(f"{url}/organization/providers/")
    look(page, "providers-empty")
    page.get_by_role("link", name="Add a provider").click()
    page.select_option("#id_provider", "ollama")
    page.fill("#id_model", ollama.models[0])
    page.fill("#id_api_base", ollama.url)
    look(page, "provider")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name=re.compile("Test connection")).click()
    expect(page.get_by_text("answered within")).to_be_visible(timeout=SLOW)
    page.select_option("#id_llm", f"ollama/{ollama.models[0]}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It holds for the next document")).to_be_visible()
    look(page, "providers")
    page.get_by_role("link", name="Questions").click()
    expect(page.get_by_role("heading", name="Questions", level=1)).to_be_visible()
    look(page, "questions")
    context.close()
