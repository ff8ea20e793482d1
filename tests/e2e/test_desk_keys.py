"""The desk by keyboard in a real browser: keys, modes, what is typed and never lost, panels, and the next document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from documents.models import FieldValue
from idp_project.core.tenancy import organization_scope
from review.models import DeskPreference, Draft, ReviewTask
from tests.e2e.journey import assert_accessible, go_dark
from tests.e2e.test_desk import Desk, beside_playwright, box, browser_context, desk_of
from tests.factories import files

__all__ = ["beside_playwright", "browser_context", "desk_of"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(480),
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
]
NUMBER = "Invoice No."
FOCUSED = "document.activeElement.closest('[data-field]')?.dataset.field ?? document.activeElement.tagName"
MARKED = """() => {
  const stop = document.activeElement;
  stop.dataset.walked = "yes";
  return { name: stop.outerHTML.slice(0, 90), inside: Boolean(stop.closest("#content")) };
}"""
STOPS = """() => [...document.querySelectorAll("#content :is(a[href], button, input, select, textarea, [tabindex='0'])")]
  .filter((node) => !node.disabled && node.checkVisibility() && !node.closest("dialog, .field-others"))
  .filter((node) => !node.dataset.walked && !["previous", "next"].includes(node.dataset.go))
  .map((node) => node.outerHTML.slice(0, 120))"""
WITH_OTHERS = """() => JSON.parse(document.getElementById("desk-data").textContent).fields
  .filter(({ is_cell, choices }) => !is_cell && !choices.length)
  .find(({ candidates }) => new Set(candidates.map(({ text }) => text)).size > 1)?.id"""


@pytest.mark.slow
def test_keys_modes_drafts_and_the_next_document(desk_of: Callable[..., Desk]) -> None:
    papers = [files.sample("invoice", seed) for seed in (3, 4)]
    desk = desk_of(*papers, types=("invoice",))
    walk_by_tab(desk)
    choose_words_by_keys(desk)
    take_other_readings(desk)
    undo_after_a_reload(desk)
    list_and_change_keys(desk)
    size_a_panel(desk)
    lose_the_browser(desk)
    see_small_thumbnails(desk)
    see_two_lines_and_folded_tables(desk)
    go_on_without_a_page_load(desk)
    assert not desk.complaints


def walk_by_tab(desk: Desk) -> None:
    """Tab walks all there is, in the page's order, leaves it at the end, and confirms nothing; Shift+Tab goes back."""
    page = desk.open()
    states = page.locator("[data-field]").evaluate_all("nodes => nodes.map((node) => node.dataset.state)")
    wanted = len(page.evaluate(STOPS))
    page.evaluate("document.querySelector('.desk-bar a').focus()")
    page.keyboard.press("Shift+Tab")
    walked: list[Any] = []
    for _ in range(3 * wanted):  # other readings come on the way
        page.keyboard.press("Tab")
        stop = page.evaluate(MARKED)
        if walked and not stop["inside"]:
            break
        walked += [stop] if stop["inside"] else []
    missed = page.evaluate(STOPS)
    assert not missed, missed
    assert page.evaluate("!document.activeElement.closest('#content')"), "Tab leaves the desk"
    now = page.locator("[data-field]").evaluate_all("nodes => nodes.map((node) => node.dataset.state)")
    assert now == states


def choose_words_by_keys(desk: Desk) -> None:
    """Ctrl+B, arrows, Enter: the words fill the field and the view stays; Esc ends the mode before it leaves."""
    page = desk.open()
    here = page.url
    field = desk.field(NUMBER).first
    entry = field.locator("[data-input]")
    entry.focus()
    before = entry.input_value()
    page.keyboard.press("Control+b")
    expect(page.locator("[data-word]").first).to_be_attached()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    chosen = page.locator(".word.is-chosen")
    expect(chosen.first).to_be_attached()
    mark, stage = box(chosen.first), box(page.locator("[data-stage]"))
    assert stage["y"] <= mark["y"] <= stage["y"] + stage["height"]
    page.keyboard.press("Enter")
    expect(entry).not_to_have_value(before)
    expect(entry).to_be_focused()
    expect(page.locator("[data-word]")).to_have_count(0)
    page.keyboard.press("Control+b")
    expect(page.locator("#viewer")).to_have_class(re.compile("chooses-words"))
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).not_to_have_class(re.compile("chooses-words"))
    assert page.url == here, "Esc ended the mode and left nothing"
    page.keyboard.press("Control+z")
    expect(entry).to_have_value(before)


def take_other_readings(desk: Desk) -> None:
    """Alt+Down steps through the readings, each with its place; Alt+1 takes the first of the others."""
    page = desk.open()
    found = page.evaluate(WITH_OTHERS)
    assert found, "no field has another reading"
    entry = page.locator(f'[data-field="{found}"] [data-input]')
    entry.focus()
    before = entry.input_value()
    expect(page.locator(f'[data-field="{found}"] .chip').first).to_be_visible()
    page.keyboard.press("Alt+ArrowDown")
    expect(entry).not_to_have_value(before)
    page.keyboard.press("Alt+ArrowUp")
    expect(entry).to_have_value(before)
    page.keyboard.press("Alt+1")
    expect(entry).not_to_have_value(before)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(entry).to_have_value(before)


def undo_after_a_reload(desk: Desk) -> None:
    """What was set is taken back after the page was loaded again, and the field says again who read it."""
    page = desk.open()
    field = page.locator('.field[data-state="needs"]').first
    field_id = field.get_attribute("data-field")
    field = page.locator(f'[data-field="{field_id}"]')
    entry = field.locator("[data-input]")
    before = (entry.input_value(), field.get_attribute("data-state"))
    entry.focus()
    page.keyboard.press("Control+i")
    expect(field).to_have_attribute("data-state", re.compile("person_illegible|failed"))
    expect(field).not_to_have_attribute("aria-busy", "true")
    page.reload()
    desk.begun()
    expect(entry).to_have_value("")
    page.keyboard.press("Control+z")
    expect(entry).to_have_value(before[0])
    expect(field).to_have_attribute("data-state", str(before[1]))


def list_and_change_keys(desk: Desk) -> None:
    """`?` lists the keys; one gets another, on the server; single keys can be off."""
    page = desk.open()
    page.keyboard.press("Control+/")
    dialog = page.locator("#keys-dialog")
    expect(dialog).to_be_visible()
    assert_accessible(page, "the list of keys")
    dialog.locator('[data-change="field.absent"]').click()
    page.keyboard.press("Alt+g")
    expect(dialog.locator("#keys-note")).to_have_text("Changed.")
    dialog.locator("#keys-singles").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    desk.begun()
    with organization_scope(desk.cast.organization.id):
        kept = DeskPreference.objects.get()
    assert kept.keys == {"field.absent": ["Alt+G"]} and not kept.has_singles
    page.locator("[data-stage]").focus()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+/")
    dialog.locator("#keys-reset").click()
    expect(dialog.locator("#keys-note")).to_have_text("The usual keys are back.")
    page.keyboard.press("Escape")


def size_a_panel(desk: Desk) -> None:
    """By arrow keys and by drawing; the size is the person's and is there after a reload."""
    page = desk.open()
    fields, handle = page.locator(".desk-fields"), page.locator('[data-resize="fields"]')
    usual = box(fields)["width"]
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    wider = box(fields)["width"]
    assert wider > usual + 40
    grip = box(handle)
    page.mouse.move(grip["x"] + 2, grip["y"] + 200)
    page.mouse.down()
    page.mouse.move(grip["x"] - 60, grip["y"] + 200, steps=4)
    page.mouse.up()
    drawn = box(fields)["width"]
    assert drawn > wider + 40
    page.wait_for_timeout(1000)
    page.reload()
    desk.begun()
    assert abs(box(fields)["width"] - drawn) < 2
    handle.dblclick(force=True)
    assert abs(box(fields)["width"] - usual) < 2
    page.wait_for_timeout(1000)


def lose_the_browser(desk: Desk) -> None:
    """What is typed is on the server half a second later, and back in the field in another browser."""
    page = desk.open()
    entry = desk.field(NUMBER).first.locator("[data-input]")
    entry.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("half a numb")
    page.wait_for_timeout(1200)
    with organization_scope(desk.cast.organization.id):
        drafts = list(Draft.objects.values_list("entries", flat=True))
    assert [entry["text"] for entry in drafts[0].values()] == ["half a numb"]
    crashed = page.url
    page.route("**/*", lambda route: route.abort())  # nothing leaves a browser that is gone
    page.close()
    desk.page = desk.page.context.new_page()
    desk.listen()
    page = desk.page
    page.goto(crashed)
    desk.begun()
    entry = desk.field(NUMBER).first.locator("[data-input]")
    expect(entry).to_have_value("half a numb")
    expect(page.locator("#desk-notice")).to_contain_text("What you had typed in 1 field is back")
    entry.focus()
    page.keyboard.press("Enter")
    expect(desk.field(NUMBER).first).to_have_attribute("data-state", re.compile("person|failed"))
    page.wait_for_timeout(1200)
    with organization_scope(desk.cast.organization.id):
        assert not Draft.objects.exists()
    page.keyboard.press("Control+z")
    expect(entry).not_to_have_value("half a numb")


def see_small_thumbnails(desk: Desk) -> None:
    page = desk.open()
    thumb = page.locator("#thumbnails img").first
    expect(thumb).to_have_attribute("src", re.compile("blob:"))
    width, height = thumb.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert max(width, height) <= 300


def see_two_lines_and_folded_tables(desk: Desk) -> None:
    """A long value has two lines; a table in which a person has settled all takes no room until it is asked for."""
    page = desk.open()
    tables = page.locator(".desk-tables")
    expect(tables).to_be_visible()
    with organization_scope(desk.cast.organization.id):
        FieldValue.objects.exclude(table_row=None).update(is_confirmed=True)
        FieldValue.objects.filter(name="invoice_number").update(value="No. 4711 of the second supplement " * 3)
    page.reload()
    desk.begun()
    assert box(desk.field(NUMBER).first.locator("textarea"))["height"] > 44
    expect(tables).to_be_hidden()
    page.keyboard.press("Alt+t")
    expect(tables).to_be_visible()
    assert_accessible(page, "the desk with a folded table")


def go_on_without_a_page_load(desk: Desk) -> None:
    """Ctrl+Enter to the next document: in the same page, focus in its first open field, everything of it works."""
    page = desk.open()
    with organization_scope(desk.cast.organization.id):
        count = ReviewTask.objects.filter(status__in=["open", "claimed"]).count()
    assert count > 1
    title, here = desk.title, page.url
    page.evaluate("window.isSamePage = true")
    with page.expect_response(re.compile(r"/words/"), timeout=20_000):
        pass  # of the next document
    page.wait_for_timeout(1500)
    approve_all_the_same(page)
    expect(page.locator(".desk-title h1")).not_to_have_text(title)
    desk.begun()
    assert page.evaluate("window.isSamePage") is True, "no page was loaded"
    assert page.url != here and page.evaluate(FOCUSED) != "BODY"
    assert_accessible(page, "the desk that took the place of another")
    go_dark(page)
    assert_accessible(page, "the desk in the dark")
    page.go_back()
    page.wait_for_load_state()


def approve_all_the_same(page: Page) -> None:
    """Ctrl+Enter until it is decided, with a reason where checks fail."""
    title = page.locator(".desk-title h1").inner_text()
    for _ in range(4):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(700)
        if page.locator("#override-dialog").is_visible():
            page.locator("#override-code").select_option(index=1)
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(700)
        if page.locator(".desk-title h1").inner_text() != title:
            return
