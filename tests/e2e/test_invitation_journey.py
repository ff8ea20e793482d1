"""Somebody who has an account opens the link of an invitation, signs in on the way, and comes back to accept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.domain.roles import Role
from accounts.models import Membership, User
from accounts.selectors.access import access_resolve
from accounts.services.people import invitations
from tests.e2e.journey import assert_accessible
from tests.factories.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(480), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, live_server: Any) -> Iterator[Cast]:
    """Both organisations with their admins; the outsider's address is proven. Links lead to the test's own server."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the test's queries
    settings.PUBLIC_URL = live_server.url.replace("127.0.0.1", "localhost")
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    User.objects.filter(pk=cast.outsider.pk).update(email="out@town.example", email_proven_at=timezone.now())
    assert cast.foreign_admin
    yield cast


def invited(cast: Cast, email: str) -> str:
    """The link of the e-mail."""
    mail.outbox.clear()
    admin = access_resolve(cast.foreign_admin, None)
    assert admin
    invitations.invitation_create(admin, organization_id=cast.foreign.id, email=email, role=Role.VIEWER)
    return next(word for word in mail.outbox[0].body.split() if "/invitation/#" in word)


def shot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)


def test_the_link_survives_signing_in(office: Cast, browser: Browser, tmp_path: Path) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    link = invited(office, "out@town.example")
    page.goto(link)
    expect(page.get_by_text("It accepts the invitation itself")).to_be_visible()
    assert "#" not in page.url, "the token leaves the address"
    assert_accessible(page, "invitation before signing in")
    shot(page, tmp_path, "sign-in-first")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("User name").fill(office.outsider.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("You are signed in with the account for out@town.example")).to_be_visible()
    kept = page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('link-token'))")
    assert kept == [], "the token is not kept any longer"
    shot(page, tmp_path, "accept")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Welcome. Choose the organisation in the menu")).to_be_visible()
    assert Membership.objects.filter(user=office.outsider, organization=office.foreign).exists()
    page.goto(office_url(link, "/account/"))
    expect(page.get_by_text("Address proven")).to_be_visible()
    assert_accessible(page, "account")
    shot(page, tmp_path, "account")


def test_new_person_sets_a_password_and_admin_sees_plain_words(
    office: Cast, browser: Browser, settings: Any, tmp_path: Path
) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    link = invited(office, "new@harbour.example")
    page.goto(link)
    page.get_by_label("New password").fill("a quite different phrase")
    page.get_by_label("The same again").fill("a quite different phrase")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Please sign in as new@harbour.example")).to_be_visible()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    page.get_by_label("User name").fill(office.foreign_admin.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(office_url(link, "/organization/people/invite/"))
    expect(page.get_by_text("There is no system mail server")).to_be_visible()
    page.get_by_label("E-mail").fill("other@harbour.example")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Ask a super admin for the link")).to_be_visible()
    shot(page, tmp_path, "ask-a-super-admin")
    page.goto(office_url(link, "/organization/people/"))
    expect(page.get_by_text("not mailed: ask a super admin for the link")).to_be_visible()
    assert_accessible(page, "people")
    shot(page, tmp_path, "people")
    page.get_by_role("link", name="new@harbour.example").click()
    expect(page.get_by_text("Home: your organisation")).to_be_visible()
    shot(page, tmp_path, "person")
    page.goto(office_url(link, "/account/"))
    expect(page.get_by_text("Address not proven")).to_be_visible()
    shot(page, tmp_path, "account-not-proven")


def office_url(link: str, path: str) -> str:
    return link.partition("/invitation/")[0] + path
