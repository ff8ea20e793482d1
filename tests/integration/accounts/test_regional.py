"""Language and clock of pages and e-mails: the person's, else the organisation's, else the browser's."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.models import AuditEntry, Organization, SignInSession, User
from accounts.selectors.access import access_resolve
from accounts.services import regional
from accounts.services.mail import notices
from accounts.services.mail.notices import Notice
from accounts.services.people import invitations
from accounts.services.sign_in import api_keys, sessions
from idp_project.core.catalogues import catalogue_version
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.regional import RegionalChoice
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import PASSWORD, sign_in

GERMAN = RegionalChoice("de", "de-DE", "Europe/Berlin")
SUMMER = datetime(2026, 7, 1, 22, 5, tzinfo=UTC)


def set_for(row: User | Organization, choice: RegionalChoice) -> None:
    type(row).objects.filter(pk=row.pk).update(
        language=choice.language, locale=choice.locale, time_zone=choice.time_zone
    )


def html_of(client: Client, path: str = "/account/", browser: str = "en-GB") -> str:
    answer = client.get(path, headers={"accept-language": browser})
    assert answer.status_code == 200
    return answer.content.decode()


def language_of(page: str) -> str:
    return re.search(r'<html lang="([\w-]+)"', page)[1]


@pytest.mark.parametrize(
    ("browser", "language", "heading"),
    [("de-AT,de;q=0.9", "de", "Anmelden"), ("fr", "en", "Sign in"), ("xx,de;q=0.1", "de", "Anmelden")],
)
def test_a_stranger_gets_the_browsers_language(db, browser, language, heading):
    answer = Client().get("/login/", headers={"accept-language": browser})
    assert language_of(answer.content.decode()) == language and heading in answer.content.decode()
    assert answer["Content-Language"] == language and "Accept-Language" in answer["Vary"]


def test_person_before_organization_before_browser(tab, operator, world):
    assert language_of(html_of(tab)) == "en"
    assert language_of(html_of(tab, browser="de")) == "de"
    set_for(world.organization, GERMAN)
    assert "Mein Konto" in html_of(tab, browser="en-GB")
    set_for(operator, RegionalChoice(language="en"))
    assert "My account" in html_of(tab, browser="de")
    set_for(operator, RegionalChoice(language="xx", locale="xx-XX", time_zone="Mars/Base"))
    assert language_of(html_of(tab)) == "de", "what is not offered counts as not set"


def test_refusals_are_in_the_language_too(tab, operator, world):
    set_for(world.organization, GERMAN)
    page = tab.get("/nowhere/", headers={"accept": "text/html", "sec-fetch-mode": "navigate"}).content.decode()
    assert language_of(page) == "de" and "Hier ist nichts" in page


def test_server_html_and_browser_have_one_clock(tab, operator, world):
    SignInSession.objects.filter(user=operator).update(created_at=SUMMER)
    for choice, shown in (
        (RegionalChoice("en", "en-US", "America/New_York"), "Jul 1, 2026, 6:05 PM"),
        (RegionalChoice("en", "en-GB", "Europe/London"), "1 Jul 2026, 23:05"),
        (GERMAN, "02.07.2026, 00:05"),
    ):
        set_for(operator, choice)
        page = html_of(tab)
        assert f">{shown}</time>" in page
        assert f'data-locale="{choice.locale}" data-time-zone="{choice.time_zone}"' in page
        assert f'data-hour-cycle="{"h12" if choice.locale == "en-US" else "h23"}"' in page


def test_nothing_of_a_request_is_left_behind(tab, operator, world):
    """Threads serve one request after another."""
    set_for(operator, GERMAN)
    html_of(tab)
    assert language_of(html_of(Client(), "/login/", browser="en")) == "en"


def test_own_settings_are_saved_on_the_page(tab, operator, world):
    answer = tab.post(
        "/account/regional/", {"language": "de", "locale": "de-CH", "time_zone": "Europe/Zurich"}, follow=True
    )
    page = answer.content.decode()
    assert "Gespeichert. Es gilt ab sofort." in page and language_of(page) == "de"
    operator.refresh_from_db()
    assert operator.regional_choice == RegionalChoice("de", "de-CH", "Europe/Zurich")
    with organization_scope(world.organization.id):
        entry = AuditEntry.objects.get(action="regional_settings_set")
    assert entry.details["language"] == {"before": "", "after": "de"}
    assert tab.post("/account/regional/", {"language": "xx"}).status_code == 400


def test_organization_settings_hold_for_its_people(person, world, tab):
    admin = Client()
    person("olga", Role.ORG_ADMIN)
    sign_in(admin, "olga")
    sent = {"language": "de", "locale": "", "time_zone": "Europe/Berlin"}
    assert admin.post("/organization/regional/", sent).status_code == 302
    assert language_of(html_of(tab)) == "de"
    assert tab.post("/organization/regional/", sent).status_code == 403


def test_services_refuse_what_is_not_offered(person, world, operator):
    access = access_resolve(person("olga", Role.ORG_ADMIN), None)
    with organization_scope(world.organization.id):
        for wrong in (RegionalChoice(language="fr"), RegionalChoice(locale="fr-FR"), RegionalChoice(time_zone="X/Y")):
            with pytest.raises(InvalidInput):
                regional.organization_regional_set(access, wrong)
            with pytest.raises(InvalidInput):
                regional.own_regional_set(access, wrong)
        with pytest.raises(Forbidden):
            regional.organization_regional_set(access_resolve(operator, None), GERMAN)


def test_the_api_reads_and_changes_them(tab, operator, world):
    assert tab.get("/api/v1/account/regional/").json() == {"language": "", "locale": "", "time_zone": ""}
    body = {"language": "de", "locale": "de-DE", "time_zone": "Europe/Berlin"}
    assert tab.put("/api/v1/account/regional/", json.dumps(body), content_type="application/json").status_code == 204
    assert tab.get("/api/v1/account/regional/").json() == body
    wrong = tab.put("/api/v1/account/regional/", json.dumps(body | {"language": "fr"}), content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "regional_setting")
    assert tab.get("/api/v1/organization/regional/").status_code == 403


def test_a_key_does_not_change_its_owners_account(operator, world):
    access = access_resolve(operator, sessions.sign_in(operator).session)
    with organization_scope(world.organization.id):
        _, text = api_keys.api_key_create(access, name="import", scopes=["view_documents"], days=10)
    key = Client(headers={"authorization": f"Bearer {text}"})
    body = json.dumps({"language": "de", "locale": "", "time_zone": ""})
    assert key.put("/api/v1/account/regional/", body, content_type="application/json").status_code == 403
    operator.refresh_from_db()
    assert operator.language == ""


def test_mails_are_in_the_receivers_language(settings, operator, world, person):
    settings.IS_DEMONSTRATION = True
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    notices.account_notice_mail(operator.pk, Notice.KEY_CREATED)
    set_for(world.organization, GERMAN)
    notices.account_notice_mail(operator.pk, Notice.KEY_CREATED)
    set_for(operator, RegionalChoice(language="en"))
    notices.account_notice_mail(operator.pk, Notice.KEY_CREATED)
    subjects = [message.subject for message in mail.outbox]
    english, german = "Something changed on your IDP account", "An Ihrem IDP-Konto wurde etwas geändert"
    assert subjects == [english, german, english]


def test_an_invitation_is_in_the_organizations_language_and_zone(settings, world):
    settings.IS_DEMONSTRATION = True
    set_for(world.organization, GERMAN)
    invitations.invitation_create(
        Access.for_command_line(), organization_id=world.organization.id, email="new@example.org", role=Role.VIEWER
    )
    (message,) = mail.outbox
    assert message.subject == "Town hall lädt Sie zu IDP ein"
    assert re.search(r"Der Link endet am \d\d\.\d\d\.\d{4}, \d\d:\d\d \(Europe/Berlin\)\.", message.body)


def test_browser_modules_get_their_language(db):
    version = catalogue_version("de", "djangojs")
    answer = Client().get(f"/jsi18n/de/{version}/")
    assert "Wird erneut gelesen" in answer.content.decode() and "max-age=31536000" in answer["Cache-Control"]
    assert "no-store" in Client().get("/jsi18n/de/other/")["Cache-Control"]
    assert Client().get("/jsi18n/fr/other/").status_code == 404
    page = html_of(Client(), "/login/", browser="de")
    assert f'<script src="/jsi18n/de/{version}/"></script>' in page
    assert "jsi18n" not in html_of(Client(), "/login/", browser="en")


def test_django_admin_is_german(super_admin):
    client = Client()
    sign_in(client, "root")
    with system_scope("test"):
        set_for(super_admin, GERMAN)
    page = html_of(client, "/admin/accounts/organization/")
    assert all(words in page for words in ("Organisationen", "nur lokal", "Kurzname", "IDP-Verwaltung"))
    form = html_of(client, f"/admin/accounts/user/{super_admin.pk}/change/")
    assert "Sprache und Zeit" in form and '<option value="de-CH">' in form and '<option value="de" selected>' in form


def test_sign_in_page_of_a_german_browser_signs_in(operator):
    client = Client(headers={"accept-language": "de"})
    assert client.post("/login/", {"username": "ada", "password": PASSWORD}).status_code == 302
    assert (
        "Benutzername oder Passwort sind nicht richtig."
        in client.post("/login/", {"username": "ada", "password": "wrong"}).content.decode()
    )
