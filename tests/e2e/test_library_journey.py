"""A super admin changes the library of document types, and makes an analyst's login."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import assert_accessible, assert_fits, go_dark, sign_in_by_tile

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(280)]
PICTURES = os.environ.get("IDP_PICTURES", "")  # a folder: somebody wants to look


def test_a_super_admin_changes_the_library(running_system: RunningSystem, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in_by_tile(page, running_system.url, "Super admin")
    page.goto(f"{running_system.url}/schemas/library/")
    assert_accessible(page, "library")
    picture(page, "library")
    change_letter(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page, "library")
    page.get_by_role("link", name="Office letter").click()
    assert_fits(page, "type of the library")
    go_dark(page)
    assert_accessible(page, "type of the library, dark")
    picture(page, "library-type-narrow-dark")
    page.set_viewport_size({"width": 1440, "height": 900})
    make_login(page, running_system.url)


def change_letter(page: Page) -> None:
    page.get_by_role("link", name="Letter", exact=True).click()
    text = page.get_by_label("Definition (YAML)")
    was = text.input_value()
    text.fill(was.replace("type: date", "type: day", 1))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The library cannot use this")).to_be_visible()
    assert_accessible(page, "type of the library")
    text.fill(was.replace("en: Letter", "en: Office letter", 1))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Office letter")).to_be_visible()
    expect(page.get_by_text("changed here")).to_be_visible()


def make_login(page: Page, url: str) -> None:
    page.goto(f"{url}/admin/documents/analystlogin/add/")
    page.get_by_label("Name").fill("ada_lovelace")
    page.locator("#id_organization").select_option(index=1)
    page.get_by_role("button", name="Save", exact=True).click()
    password = page.get_by_label("Password, shown this once")
    expect(password).to_have_value(re.compile(r"[\w-]{32}"))
    picture(page, "analyst-login")
    page.goto(f"{url}/admin/documents/analystlogin/")
    for _ in range(30):
        page.reload()
        if page.get_by_text("Open", exact=True).count():
            break
        page.wait_for_timeout(2000)
    expect(page.get_by_text("Open", exact=True).first).to_be_visible()
    picture(page, "analyst-logins")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
