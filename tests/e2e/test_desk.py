"""The review desk in a real browser, on a server in this process: what is shown, filled, skipped and filed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.services.sign_in.sessions import sign_in
from accounts.tokens import ACCESS, access_token, cookie_name
from tests.e2e.journey import assert_accessible
from tests.factories import files
from tests.factories.cast import Cast
from tests.factories.pipeline import drain as drain_queues
from tests.factories.pipeline import submit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]

PATIENCE, USUAL_PATIENCE = 30_000, 5_000  # ms
DESKTOP, TELEPHONE, SMALL = (1440, 900, "no-preference"), (390, 844, "reduce"), (1024, 600, "reduce")
PICTURES = re.compile(r"/pages/[0-9a-f-]+/image/")
# Of the field that has the focus: whether its mark lies in the page panel and the panel's part of it in the window.
PLACE_IN_SIGHT = """() => {
  const mark = document.querySelector(".mark")?.getBoundingClientRect();
  const stage = document.querySelector("[data-stage]").getBoundingClientRect();
  const input = document.activeElement.getBoundingClientRect();
  const isInside = (box, frame) =>
    box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const middle = mark && document.elementFromPoint((mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2);
  return {
    isPlaced: Boolean(document.activeElement.closest("[data-field]")) && Boolean(mark),
    isSeen: !mark || (isInside(mark, stage) && isInside(mark, screen) && Boolean(middle?.closest("[data-stage]"))),
    isInputSeen: isInside(input, screen),
  };
}"""
WALK = f"""() => {{
  const inputs = [...document.querySelectorAll("[data-input]")];
  const look = {PLACE_IN_SIGHT};
  return [...inputs, ...inputs.toReversed()].map((input) => {{
    input.focus();
    return {{ name: input.id || input.ariaLabel, ...look() }};
  }});
}}"""
VIEW = """() => {
  const { scrollLeft, scrollTop } = document.querySelector("[data-stage]");
  return [scrollLeft, scrollTop, document.querySelector("[data-sheet]").offsetWidth];
}"""
BEFORE = "(input) => input.closest('td').previousElementSibling.querySelector('[data-input]').focus()"


@pytest.fixture(autouse=True)
def beside_playwright(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Playwright keeps an event loop in this thread, in which Django would refuse every query. And it waits for a busy
    machine."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=USUAL_PATIENCE)


class Desk:
    """A signed-in person's browser on the running server."""

    def __init__(self, url: str, cast: Cast, context: BrowserContext) -> None:
        self.url, self.cast = url, cast
        token, place = str(access_token(sign_in(cast.owner))), url.replace("http:", "https:")
        context.add_cookies([{"name": cookie_name(ACCESS), "value": token, "url": place, "secure": True}])
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.listen()

    def listen(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, said: Any) -> None:
        """An error of the page. This server speaks HTTP only, so the batch page's socket cannot open."""
        if said.type == "error" and not said.text.startswith("WebSocket connection to"):
            self.complaints.append(said.text)

    def open(self, file_name: str = "") -> Page:
        """The desk of that file, or of the next one."""
        self.page.goto(f"{self.url}/review/next/")
        if file_name:
            self.page.goto(f"{self.url}/review/")
            self.page.locator("#queue-table .row-link", has_text=file_name).first.click()
        return self.begun()

    def begun(self) -> Page:
        expect(self.page.locator("#holder")).to_contain_text("Yours until")
        expect(self.page.locator("[data-input]:focus, [data-first-act]:focus")).to_have_count(1)
        return self.page

    @property
    def title(self) -> str:
        return self.page.locator(".desk-title h1").inner_text()

    def field(self, label: str) -> Locator:
        return self.page.locator(".field", has=self.page.locator("label", has_text=label))


@pytest.fixture
def desk_of(
    cast: Cast, drain: Callable[[], int], live_server: Any, browser_context: BrowserContext
) -> Callable[..., Desk]:
    """`desk_of(files, types)`: those files are read, and what needs a person waits."""

    def make(*incoming: Any, types: tuple[str, ...]) -> Desk:
        cast.publish(*types, threshold=0.99)
        for file in incoming:
            submit(cast, file)
            drain()
        return Desk(live_server.url, cast, browser_context)

    return make


@pytest.fixture
def browser_context(live_server: Any, context: BrowserContext) -> Iterator[BrowserContext]:
    """Closed before the server and the database are: requests in flight would wait for both."""
    yield context


def wrong_places(page: Page) -> list[dict[str, Any]]:
    """Walks every field forward and back; those whose place, or whose input, was not in sight. CSP forbids polling."""
    stops = page.evaluate(WALK)
    assert sum(stop["isPlaced"] for stop in stops) > 10, "most fields have a place"
    return [stop for stop in stops if not (stop["isSeen"] and stop["isInputSeen"])]


@pytest.mark.slow
def test_fields_are_shown_filled_and_kept(desk_of: Callable[..., Desk]) -> None:
    form, statement = files.sample("registration_form", 3), files.sample("bank_statement", 4)
    desk = desk_of(form, statement, types=("registration_form", "bank_statement"))
    see_every_place(desk, form.name, DESKTOP, TELEPHONE, SMALL)
    see_every_place(desk, statement.name, TELEPHONE)
    choose_from_a_list(desk, form.name)
    take_words_of_the_page(desk, statement.name, "Account Holder")
    fill_an_empty_cell(desk, statement.name)
    assert not desk.complaints


def see_every_place(desk: Desk, file_name: str, *screens: tuple[int, int, str]) -> None:
    """At every size, with and without motion, before the picture is there and after the window has changed."""
    page = desk.page
    held: list[Any] = []
    page.route(PICTURES, lambda route: held.append(route))
    desk.open(file_name)
    assert held, "the picture is asked for"
    assert not wrong_places(page), "before the picture is there"
    for route in held:
        route.continue_()
    page.unroute(PICTURES)
    expect(page.locator("[data-sheet]")).not_to_have_class("is-loading")
    for width, height, motion in screens:
        page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        assert comes_in_sight(page), f"the field at hand after a change to {width} px"
        assert not wrong_places(page), f"{width} px"
    page.set_viewport_size({"width": 1440, "height": 900})
    for button in ("in", "in", "in", "out", "page", "width"):
        page.locator(f"[data-go={button}]").click()
        mark, stage = box(page.locator(".mark")), box(page.locator("[data-stage]"))
        assert is_inside(mark, stage) or mark["width"] > stage["width"], f"after {button}"


def comes_in_sight(page: Page) -> bool:
    """Within a second: a page learns of its new size in its next frame."""
    for _ in range(20):
        if page.evaluate(PLACE_IN_SIGHT)["isSeen"]:
            return True
        page.wait_for_timeout(50)
    return False


def choose_from_a_list(desk: Desk, file_name: str) -> None:
    """A field with choices offers them, is confirmed by Enter, keeps what is not among them, and can be undone."""
    page = desk.open(file_name)
    field = desk.field("Legal Form")
    control = field.locator("select")
    read = control.input_value()
    assert read in control.locator("option").all_inner_texts() and control.locator("option").count() > 3
    control.focus()
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("data-state", "person")
    expect(control).not_to_be_focused()
    control.select_option(index=2)
    expect(field.locator(".value-changes, [data-state-label]").first).to_have_text("Confirmed by a person")
    chosen = control.input_value()
    assert chosen != read
    control.focus()
    rests(page, field)
    page.keyboard.press("Control+z")
    expect(control).to_have_value(read)
    rests(page, field)
    page.reload()
    desk.begun()
    expect(control).to_have_value(read)


def rests(page: Page, field: Locator) -> None:
    """A list is saved where it rests, a moment after it was changed."""
    page.wait_for_timeout(800)
    expect(field).not_to_have_attribute("aria-busy", "true")


def take_words_of_the_page(desk: Desk, file_name: str, label: str) -> None:
    """A band over words: text and crop follow, the view stays; again, on another page, for a cell, and undone."""
    page = desk.open(file_name)
    field = desk.field(label)
    entry, crop = field.locator("[data-input]"), field.locator("[data-crop]")
    entry.focus()
    page.keyboard.press("Control+b")
    expect(page.locator("[data-word]").first).to_be_attached()
    page.locator("[data-go=page]").click()
    seen = [(entry.input_value(), pixels(crop))]
    for word in (12, 30):
        draw_band(page, word, entry)
        expect(entry).to_be_focused()
        seen.append((entry.input_value(), pixels(crop)))
    assert len(set(seen)) == 3, "each band gives other words and another crop"
    for text, picture in reversed(seen[:-1]):
        page.keyboard.press("Control+z")
        expect(entry).to_have_value(text)
        assert pixels(crop) == picture
        assert page.evaluate(PLACE_IN_SIGHT)["isSeen"]
    page.keyboard.press("Control+ArrowRight")
    expect(page.locator("[data-page-number]")).to_have_text(re.compile("Page 2 of"))
    expect(page.locator("[data-word]").first).to_be_attached()
    page.locator("[data-go=page]").click()
    draw_band(page, 8, entry)
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("data-state", "person")
    entry.focus()
    expect(page.locator("[data-page-number]")).to_have_text(re.compile("Page 2 of"))
    assert page.evaluate(PLACE_IN_SIGHT)["isPlaced"]
    cell = page.locator(".desk-cell [data-input]").nth(1)
    table_crop = page.locator("[data-table] [data-crop]")
    cell.focus()
    expect(table_crop).to_be_visible()
    page.locator("[data-go=page]").click()
    before = pixels(table_crop)
    draw_band(page, 20, cell)
    assert pixels(table_crop) != before
    page.keyboard.press("Control+z")
    assert pixels(table_crop) == before
    page.keyboard.press("Control+b")


def fill_an_empty_cell(desk: Desk, file_name: str) -> None:
    """Every column of every row has an entry; Tab walks them all, Enter passes over what may stay empty."""
    page = desk.open(file_name)
    row = page.locator("[data-table] tbody tr").first
    columns = page.locator("[data-table] thead th").count() - 1
    expect(row.locator("[data-input]")).to_have_count(columns)
    empty = page.locator('.desk-cell[data-state="empty"]').first
    cell_id = empty.get_attribute("data-field")
    cell = page.locator(f"[data-field='{cell_id}']")
    cell.locator("[data-input]").evaluate(BEFORE)
    page.keyboard.press("Tab")
    expect(cell.locator("[data-input]")).to_be_focused()
    page.keyboard.type("17.40")
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("data-state", re.compile("person|failed"))  # the checks look at it too
    expect(page.locator('[data-state="empty"] [data-input]:focus')).to_have_count(0)
    page.reload()
    desk.begun()
    expect(cell.locator("[data-input]")).to_have_value("17.40")


@pytest.mark.slow
def test_skip_goes_round_and_unknown_types_have_a_way_out(desk_of: Callable[..., Desk]) -> None:
    papers = [files.sample("receipt", seed) for seed in (2, 3, 5)]
    desk = desk_of(*papers, files.sample("registration_form", 3), types=("registration_form", "bank_statement"))
    go_round(desk, len(papers) + 1)
    file_as_none_of_ours(desk)
    choose_the_type(desk)
    assert not desk.complaints


def go_round(desk: Desk, count: int) -> None:
    """Each waiting document comes once before the first comes again, and the desk says so."""
    page = desk.open()
    shown = []
    for _ in range(2 * count):
        shown.append(desk.title)
        page.keyboard.press("Control+Space")
        expect(page.locator(".desk-title h1")).not_to_have_text(shown[-1])
        desk.begun()
    assert len(set(shown[:count])) == count and shown[count:] == shown[:count], shown
    assert f"You have skipped all {count} documents" in page.locator("body").inner_text()


def file_as_none_of_ours(desk: Desk) -> None:
    """By keyboard alone: the way out of an unknown type, and what becomes of the document."""
    page = desk.open(open_unknown(desk))
    expect(page.locator("#field-progress")).to_contain_text("To decide: what this document is")
    expect(page.locator("#field-progress")).not_to_contain_text("settled")
    expect(page.get_by_role("button", name="Choose the type")).to_be_focused()
    filed = page.locator(".desk-title a").get_attribute("href")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="None of ours")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="None of our types")).to_be_visible()
    assert_accessible(page, "filing")
    here = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)
    drain_queues()
    page.goto(f"{desk.url}{filed}")
    expect(page.locator(".sub-document-head")).to_contain_text("Filed: none of our types")
    page.locator('.crumbs a[href*="/batches/"]').last.click()
    expect(page.locator(".sub-document", has_text="Filed: none of our types")).to_be_visible()


def choose_the_type(desk: Desk) -> None:
    page = desk.open(open_unknown(desk))
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="What is this document?")
    expect(dialog.locator("select")).to_be_focused()
    assert_accessible(page, "choosing the type")
    dialog.locator("select").select_option(label="Registration form")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Read again").click()
    expect(page.locator(".desk-title")).to_contain_text("Registration form")


def open_unknown(desk: Desk) -> str:
    """The file name of the first waiting document without a type."""
    desk.page.goto(f"{desk.url}/review/")
    row = desk.page.locator("#queue-table tbody tr", has_text="Unknown type").first
    return row.locator(".row-link").inner_text()


def draw_band(page: Page, word: int, entry: Locator) -> None:
    """Over one word, slowly enough to be seen; the view must not move."""
    frame = box(page.locator(f'[data-word="{word}"]'))
    view = page.evaluate(VIEW)
    before = entry.input_value()
    page.mouse.move(frame["x"] + 0.5, frame["y"] + 0.5)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] - 0.5, frame["y"] + frame["height"] - 0.5, steps=4)
    page.mouse.up()
    expect(entry).not_to_have_value(before)
    page.wait_for_timeout(100)
    assert view == page.evaluate(VIEW), "the view stays"
    assert is_inside(box(page.locator(".mark")), box(page.locator("[data-stage]")))


def pixels(canvas: Locator) -> str:
    return str(canvas.evaluate("canvas => canvas.hidden ? '' : canvas.toDataURL()"))


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found
    return dict(found)


def is_inside(inner: dict[str, float], outer: dict[str, float]) -> bool:
    across = outer["x"] - 1 <= inner["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
    return across and outer["y"] - 1 <= inner["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
