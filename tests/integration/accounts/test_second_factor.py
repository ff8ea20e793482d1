"""The second factor: enrolled, asked for, required, recovered; each code works once."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from accounts.domain.roles import Role
from accounts.models import Organization, SignInSession
from accounts.services.people import people
from accounts.services.sign_in import passwords, second_factor, sessions
from accounts.services.sign_in.second_factor import WrongCode
from accounts.services.sign_in.sessions import EnrollmentNeeded, SecondFactorNeeded
from idp_project.core.errors import Forbidden, NotFound
from tests.integration.accounts.conftest import CONSOLE, PASSWORD, prove, sign_in


def code_of(secret, steps=0):
    """What the app shows, that many half minutes from now."""
    counter = int(time.time()) // 30 + steps
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def enrolled(user):
    secret = totp.generate_totp_secret()
    return secret, second_factor.second_factor_enroll(user, secret, code_of(secret, -1))


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page.content.decode()).group(1)


@pytest.fixture
def strict(world):
    Organization.objects.filter(pk=world.organization.pk).update(is_second_factor_required=True)


def test_the_secret_is_encrypted_at_rest(operator):
    secret, codes = enrolled(operator)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored and "counter" in stored
    assert len(codes) == 10 and not any(code in stored for code in codes)


def test_signing_in_takes_password_and_code(operator):
    secret, _ = enrolled(operator)
    browser = Client()
    page = sign_in(browser, "ada")
    assert page.status_code == 200 and not SignInSession.objects.exists()
    assert browser.get("/").url.startswith("/login/")
    given = {"pending": field(page, "pending"), "next": "/review/"}
    wrong = browser.post("/login/code/", given | {"code": "000000"})
    assert wrong.status_code == 400 and not SignInSession.objects.exists()
    done = browser.post("/login/code/", given | {"code": code_of(secret)})
    assert done.url == "/review/" and browser.get("/account/").status_code == 200
    assert SignInSession.objects.get().second_factor_at is not None


@pytest.mark.parametrize("pending", ["", "made-up", "expired", "password_changed", "other_salt"])
def test_a_code_alone_opens_nothing(operator, pending, monkeypatch):
    secret, _ = enrolled(operator)
    token = second_factor.pending_sign_in(operator) if pending not in ("", "made-up") else pending
    if pending == "expired":
        monkeypatch.setattr("accounts.services.sign_in.second_factor.PENDING_SECONDS", -1)
    elif pending == "password_changed":
        passwords.password_change(sessions.sign_in(operator, has_second_factor=True).access, "a quite new phrase")
        SignInSession.objects.all().delete()
    elif pending == "other_salt":
        token = token[:-2] + "xx"
    answer = Client().post("/login/code/", {"pending": token, "code": code_of(secret)})
    assert answer.status_code == 302 and answer.url.startswith("/login/")
    assert not SignInSession.objects.exists()


def test_every_code_works_once(operator):
    secret, codes = enrolled(operator)
    second_factor.second_factor_check(operator, code_of(secret))
    for used in (code_of(secret), code_of(secret, -1), code_of(secret, 9), "abcdef"):
        with pytest.raises(WrongCode):
            second_factor.second_factor_check(operator, used)
    second_factor.second_factor_check(operator, f"{codes[3][:4]} {codes[3][4:]}")
    with pytest.raises(WrongCode):
        second_factor.second_factor_check(operator, codes[3])
    assert second_factor.recovery_codes_left(operator.pk) == 9


def test_wrong_codes_lock_out_like_wrong_passwords(operator, settings):
    settings.AXES_FAILURE_LIMIT = 3
    secret, _ = enrolled(operator)
    browser = Client()
    given = {"pending": field(sign_in(browser, "ada"), "pending")}
    answers = [browser.post("/login/code/", given | {"code": "000000"}).status_code for _ in range(3)]
    assert answers == [400, 400, 429]
    assert browser.post("/login/code/", given | {"code": code_of(secret)}).status_code == 429
    assert sign_in(browser, "ada").status_code == 429 and not SignInSession.objects.exists()


def test_required_factor_is_set_up_before_a_session_exists(operator, strict):
    browser = Client()
    page = sign_in(browser, "ada")
    text = page.content.decode()
    assert (
        page.status_code == 200 and "<svg" in text and "http" not in re.sub(r'xmlns="[^"]+"', "", text.split("qr")[1])
    )
    assert not SignInSession.objects.exists()
    given = {name: field(page, name) for name in ("pending", "secret")}
    wrong = browser.post("/login/enroll/", given | {"code": "000000"})
    assert wrong.status_code == 400 and field(wrong, "secret") == given["secret"]
    done = browser.post("/login/enroll/", given | {"code": code_of(given["secret"])})
    assert done.status_code == 200 and len(re.findall(r"<code>\d{4} \d{4}</code>", done.content.decode())) == 10
    assert browser.get("/account/").status_code == 200
    assert "second factor" in browser.get("/account/").content.decode()


def test_machines_give_the_code_with_the_password(operator, strict):
    given = {"username": "ada", "password": PASSWORD}

    def ask(**more):
        return Client().post("/api/v1/token/", json.dumps(given | more), content_type="application/json")

    assert (ask().status_code, ask().json()["code"]) == (403, "second_factor_enrollment_needed")
    secret, _ = enrolled(operator)
    assert (ask().status_code, ask().json()["code"]) == (401, "second_factor_needed")
    assert ask(code="000000").json()["code"] == "invalid_login"
    assert ask(code=code_of(secret)).status_code == 200


def test_whom_it_is_required_of(world, operator, person, super_admin, strict):
    with pytest.raises(EnrollmentNeeded):
        sessions.sign_in(operator)
    with pytest.raises(EnrollmentNeeded):
        sessions.sign_in(super_admin)
    far = person("far", Role.VIEWER, world.foreign_team, world.foreign)
    assert sessions.sign_in(far)
    enrolled(far)
    with pytest.raises(SecondFactorNeeded):
        sessions.sign_in(far)


def test_session_without_it_stays_out_where_it_is_required(world, person):
    both = prove(person("both", Role.VIEWER, world.foreign_team, world.foreign))
    access = sessions.sign_in(both).access
    people.membership_set(
        CONSOLE,
        user_id=both.pk,
        organization_id=world.organization.id,
        team_id=world.team.id,
        role=Role.VIEWER,
    )
    target = {"organization_id": world.organization.id, "team_id": world.team.id}
    Organization.objects.filter(pk=world.organization.pk).update(is_second_factor_required=True)
    with pytest.raises(Forbidden) as refused:
        sessions.team_switch(access, **target)
    assert refused.value.code == "sign_in_again"


def test_own_factor_is_set_up_renewed_and_turned_off(operator, tab):
    page = tab.get("/account/second-factor/")
    secret = field(page, "secret")
    assert not Authenticator.objects.exists(), "looking stores nothing"
    given = {"secret": secret, "code": code_of(secret, -1), "proof": PASSWORD}
    assert tab.post("/account/second-factor/", given | {"code": "000000"}).status_code == 400
    assert tab.post("/account/second-factor/", given | {"secret": "A" * 8, "code": code_of("A" * 8)}).status_code == 400
    for proof in ("", "not my password"):
        assert tab.post("/account/second-factor/", given | {"proof": proof}).status_code == 400
    assert not Authenticator.objects.exists()
    assert tab.post("/account/second-factor/", given).status_code == 200
    assert tab.get("/account/second-factor/").status_code == 302
    assert tab.post("/account/second-factor/remove/", {"code": "000000"}).status_code == 400
    renewed = tab.post("/account/second-factor/codes/", {"code": code_of(secret)}).content.decode()
    (first, *_) = re.findall(r"<code>(\d{4} \d{4})</code>", renewed)
    assert tab.post("/account/second-factor/remove/", {"code": first}).status_code == 302
    assert not Authenticator.objects.exists()


def test_while_it_is_required_it_is_not_turned_off(operator, tab, strict):
    secret, _ = enrolled(operator)
    assert tab.post("/account/second-factor/remove/", {"code": code_of(secret)}).status_code == 403
    assert Authenticator.objects.count() == 2


def test_an_admin_helps_who_lost_the_phone(world, operator, person, super_admin):
    boss = sessions.sign_in(person("boss", Role.ORG_ADMIN)).access
    far = person("far", Role.VIEWER, world.foreign_team, world.foreign)
    for user in (operator, far, super_admin):
        enrolled(user)
    for unreachable in (far, super_admin):
        with pytest.raises(NotFound):
            second_factor.second_factor_reset(boss, unreachable.pk)
    second_factor.second_factor_reset(boss, operator.pk)
    assert not Authenticator.objects.filter(user=operator).exists()
    assert Authenticator.objects.filter(user=far).exists()
