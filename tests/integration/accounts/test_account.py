"""My account: devices, sign-out, password."""

from axes.models import AccessAttempt
from django.test import Client

from accounts.models import SignInSession
from tests.integration.accounts.conftest import PASSWORD, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NEW = "a quite different phrase"


def test_the_page_names_my_devices_and_ends_one(operator, tab):
    other = Client(headers={"user-agent": FIREFOX})
    sign_in(other, "ada")
    page = tab.get("/account/").content.decode()
    assert "Firefox, Linux" in page and page.count("This one") == 1
    session = SignInSession.objects.get(user_agent=FIREFOX)
    assert tab.post(f"/account/sessions/{session.pk}/end/").status_code == 302
    assert other.get("/account/").status_code == 302 and tab.get("/account/").status_code == 200


def test_signing_out_everywhere_ends_every_device(operator, tab):
    other = Client()
    sign_in(other, "ada")
    assert tab.post("/account/sessions/end/").url == "/login/"
    assert {client.get("/account/").status_code for client in (tab, other)} == {302}


def test_a_new_password_keeps_this_device_and_ends_the_others(operator, tab):
    other = Client()
    sign_in(other, "ada")
    changed = tab.post("/account/password/", {"present": PASSWORD, "new": NEW, "again": NEW})
    assert changed.url == "/account/"
    assert tab.get("/account/").status_code == 200 and other.get("/account/").status_code == 302
    assert sign_in(Client(), "ada", NEW).status_code == 302


def test_a_password_is_not_changed_by_guessing(operator, tab, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for given, status in (
        ({"present": PASSWORD, "new": NEW, "again": "another"}, 400),
        ({"present": PASSWORD, "new": "short", "again": "short"}, 400),
        ({"present": "wrong", "new": NEW, "again": NEW}, 400),
        ({"present": "wrong", "new": NEW, "again": NEW}, 400),
        ({"present": "wrong", "new": NEW, "again": NEW}, 429),
        ({"present": PASSWORD, "new": NEW, "again": NEW}, 429),
    ):
        assert tab.post("/account/password/", given).status_code == status
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)
    kept = " ".join(AccessAttempt.objects.values_list("post_data", flat=True))
    assert "present" in kept and not any(secret in kept for secret in (PASSWORD, NEW, "wrong"))
