"""Limits before and behind sign-in: by address, account, person and organisation, with Redis and without."""

import json
import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from redis import Redis

from accounts.domain.roles import Role
from accounts.models import SignInSession, User
from accounts.services.sign_in import attempts, known_devices, passwords, second_factor, sessions
from idp_project.core import rate_counters
from idp_project.settings.base import PASSWORD_HASHERS
from tests.integration.accounts.conftest import PASSWORD, prove, sign_in
from tests.integration.accounts.test_takeovers import mailed_to

TOKEN = "/api/v1/token/"


def ask_token(name, password="wrong password", address="127.0.0.1", **more):
    body = json.dumps({"username": name, "password": password} | more)
    return Client(REMOTE_ADDR=address).post(TOKEN, body, content_type="application/json")


def address(number):
    return f"198.51.{number // 250}.{number % 250 + 1}"


def network(number):
    """An address of another /64 each."""
    return f"2001:db8:0:{number:x}::1"


def is_refused(answer):
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1, answer.status_code
    return True


def code_of(secret, steps=0):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def wrong_code(secret):
    """One that differs from the present ones."""
    present = {code_of(secret, steps) for steps in (-2, -1, 0, 1, 2)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in present)


def pending_of(page):
    return re.search(r'name="pending" value="([^"]+)"', page.content.decode()).group(1)


@pytest.fixture
def secret(operator):
    made = totp.generate_totp_secret()
    second_factor.second_factor_enroll(operator, made, code_of(made, -1))
    return made


@pytest.mark.parametrize("same", ["192.0.2.9", "2001:db8:7:7::{0:x}"])
def test_one_address_signs_in_only_so_often_by_page_and_api(operator, same):
    """60 a minute, whatever the names; an IPv6 /64 is one address."""
    for number in range(30):
        assert ask_token(f"name-{number}", address=same.format(number + 1)).status_code == 401
        page = sign_in(Client(REMOTE_ADDR=same.format(number + 100)), f"other-{number}", "wrong")
        assert page.status_code == 400
    refused = ask_token("ada", PASSWORD, address=same.format(77))
    assert is_refused(refused) and refused.json()["code"] == "too_many_requests" and refused.json()["is_retryable"]
    page = sign_in(Client(REMOTE_ADDR=same.format(78)), "ada")
    assert is_refused(page) and "Too many requests" in page.content.decode()
    assert is_refused(Client(REMOTE_ADDR=same.format(79)).post("/login/code/", {"code": "1", "pending": "x"}))
    assert ask_token("ada", PASSWORD, address="203.0.113.5").status_code == 200


def test_many_addresses_cannot_try_one_account_on_and_on(operator):
    answers = [ask_token("ada", address=address(number)).status_code for number in range(40)]
    assert answers == [401] * 20 + [429] * 20
    assert is_refused(ask_token("ada", PASSWORD, address=address(99)))
    assert is_refused(sign_in(Client(REMOTE_ADDR=network(1)), "ada"))
    unknown = [ask_token("nobody", address=address(number)).status_code for number in range(40)]
    assert unknown == answers, "an unknown name looks the same"


def test_strangers_do_not_lock_a_known_device_or_address_out(operator):
    known = Client(REMOTE_ADDR="192.0.2.50")
    assert sign_in(known, "ada").status_code == 302
    for number in range(25):
        ask_token("ada", address=address(number))
    assert is_refused(sign_in(Client(REMOTE_ADDR="203.0.113.8"), "ada"))
    known.post("/logout/")
    assert sign_in(known, "ada", REMOTE_ADDR="203.0.113.9").status_code == 302, "the browser is known, wherever it is"
    for number in range(25):
        ask_token("ada", address=address(number))
    assert ask_token("ada", PASSWORD, address="192.0.2.50").status_code == 200, (
        "and so is the address it signed in from"
    )


def test_known_device_has_its_own_count_and_ends_with_password(operator, person):
    known = Client(REMOTE_ADDR="192.0.2.50")
    sign_in(known, "ada")
    name = next(name for name in known.cookies if "device" in name)
    cookie = known.cookies[name]
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Strict" and name.startswith("__Host-")
    known.post("/logout/")
    answers = [sign_in(known, "ada", "wrong password", REMOTE_ADDR=address(number)).status_code for number in range(11)]
    assert answers == [400] * 10 + [429]
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), "ada").status_code == 302, "others are not held up by it"
    other = person("someone", Role.OPERATOR)
    assert known_devices.known_device([cookie.value], operator) and not known_devices.known_device(
        [cookie.value], other
    )
    assert known_devices.known_device([cookie.value[:-2] + "xx"], operator) is None
    passwords.password_change(sessions.sign_in(operator).access, "a quite new phrase")
    operator.refresh_from_db()
    assert (
        known_devices.known_device([cookie.value], operator) is None
        and known_devices.known_device([cookie.value], None) is None
    )


@pytest.mark.parametrize("typed", ["Vera@town-hall", "vera@town.example", "VERA@TOWN-HALL"])
def test_an_owner_is_known_by_whatever_name_they_sign_in(person, typed):
    """A name with capitals, or the address: device and address are compared by account."""
    prove(person("Vera@town-hall", Role.OPERATOR), "vera@town.example")
    known = Client(REMOTE_ADDR="192.0.2.50")
    assert sign_in(known, typed).status_code == 302
    known.post("/logout/")
    for number in range(25):
        ask_token(typed, address=address(number))
    assert is_refused(sign_in(Client(REMOTE_ADDR="203.0.113.8"), typed))
    assert sign_in(known, typed, REMOTE_ADDR="203.0.113.9").status_code == 302, "the browser is known"
    for number in range(25):
        ask_token(typed, address=address(number))
    assert ask_token(typed, PASSWORD, address="192.0.2.50").status_code == 200, "and so is the address"


def test_account_has_one_count_for_all_names_and_spellings(person):
    prove(person("siska@town-hall", Role.OPERATOR), "siska@kiosk.example")
    names = ["siska@town-hall", "siska@kiosk.example", "SISKA@town-hall", "Siska@Kiosk.example"]
    answers = [ask_token(names[number % 4], address=address(number)).status_code for number in range(30)]
    assert answers == [401] * 20 + [429] * 10
    for name in ("s\u0131ska@town-hall", "\u017fiska@town-hall", "sis\u212aa@town-hall"):
        attempts.claimed_account(name)  # opens the account or nothing; where it opens it, it counts for it
        assert ask_token(name, PASSWORD, address=address(99)).status_code in (401, 429)


def test_spellings_of_an_unknown_name_are_one(db):
    names = ["nobody@x.example", "NOBODY@x.example", "\uff4eobody@x.example", "nobody@x.example\u00a0"]
    answers = [ask_token(names[number % 4], address=address(number)).status_code for number in range(24)]
    assert answers == [401] * 20 + [429] * 4


def test_known_and_unknown_names_take_as_many_queries(person, django_assert_num_queries):
    person("Vera@town-hall", Role.OPERATOR)
    for name in ("vera@town-hall", "nobody"):
        with django_assert_num_queries(1):
            known_devices.known_device(["x"], attempts.claimed_account(name).user)


@pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
def test_a_new_password_forgets_the_tries_of_the_account(person, drain):
    prove(person("Vera@town-hall", Role.OPERATOR), "vera@town.example")
    for number in range(25):
        ask_token("vera@town.example", address=address(number % 2))
    assert is_refused(ask_token("vera@town.example", PASSWORD, address=address(1)))
    Client().post("/password/forgotten/", {"address": "vera@town.example"})
    drain()
    answer = Client().post(
        "/password/reset/",
        {"token": mailed_to("vera@town.example")[-1], "new": "own phrase of vera", "again": "own phrase of vera"},
    )
    assert answer.status_code == 302
    for name in ("vera@town.example", "Vera@town-hall"):
        assert ask_token(name, "own phrase of vera", address=address(1)).status_code == 200


def test_five_wrong_codes_end_the_sign_in_and_pause_the_factor(operator, secret):
    """From a new address each, as an attacker with a /48 has them; the right code is not looked at then."""
    pending = pending_of(sign_in(Client(REMOTE_ADDR=address(0)), "ada"))
    wrong = wrong_code(secret)
    answers = [
        Client(REMOTE_ADDR=address(number)).post("/login/code/", {"pending": pending, "code": wrong})
        for number in range(5)
    ]
    assert [answer.status_code for answer in answers] == [400] * 4 + [429]
    assert 55 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert {pending_of(answer) for answer in answers[:4]} == {pending}, "its five minutes are not renewed"
    ended = Client(REMOTE_ADDR=address(20)).post("/login/code/", {"pending": pending, "code": code_of(secret)})
    assert ended.status_code == 302 and ended.url.startswith("/login/")
    assert is_refused(sign_in(Client(REMOTE_ADDR=address(21)), "ada")), "the right password leads no further now"
    by_api = ask_token("ada", PASSWORD, address(22), code=code_of(secret))
    assert is_refused(by_api) and by_api.json()["code"] == "second_factor_paused"
    assert not SignInSession.objects.exists()


def test_pauses_of_the_factor_grow_and_a_right_code_ends_the_row(operator, secret, monkeypatch):
    wrong, seconds = wrong_code(secret), []
    monkeypatch.setattr(rate_counters, "paused_seconds", lambda *_: 0.0)
    monkeypatch.setattr(rate_counters, "pause", lambda *_, seconds: seen.append(seconds))
    seen = seconds
    for _ in range(45):
        with pytest.raises(second_factor.WrongCode):
            second_factor.second_factor_check(operator, wrong)
    assert seconds == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    second_factor.second_factor_check(operator, code_of(secret, 1))
    for _ in range(5):
        with pytest.raises(second_factor.WrongCode):
            second_factor.second_factor_check(operator, wrong)
    assert seconds[-1] == 60


def test_the_limits_hold_after_redis_was_emptied(operator):
    for number in range(20):
        ask_token("ada", address=address(number))
    Redis.from_url(django_settings.REDIS_URL).flushdb()
    assert is_refused(ask_token("ada", PASSWORD, address=address(50)))


def test_the_limits_hold_while_redis_is_away(operator, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    rate_counters.forget_here()
    answers = [ask_token("ada", address=address(number)).status_code for number in range(22)]
    assert answers == [401] * 20 + [429] * 2
    rate_counters.forget_here()


def test_the_limits_hold_across_processes_by_redis(operator):
    """Another web process: nothing is counted in it yet."""
    for number in range(20):
        ask_token("ada", address=address(number))
    rate_counters.forget_here()
    assert is_refused(ask_token("ada", PASSWORD, address=address(50)))


def test_password_links_are_asked_for_only_so_often(operator):
    for number in range(5):
        answer = Client(REMOTE_ADDR=address(number)).post("/password/forgotten/", {"address": "Ada"})
        assert answer.status_code == 200
    assert is_refused(Client(REMOTE_ADDR=address(50)).post("/password/forgotten/", {"address": "ada"}))
    one = Client(REMOTE_ADDR="192.0.2.77")
    for number in range(10):
        assert one.post("/password/forgotten/", {"address": f"p{number}"}).status_code == 200
    assert is_refused(one.post("/password/forgotten/", {"address": "another"}))


@pytest.mark.parametrize("path", ["/password/reset/", "/invitation/"])
def test_links_are_guessed_only_so_often(db, path, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"link_address": "3/minute"}
    assert [Client().post(path, {"token": "x"}).status_code for _ in range(3)] == [403] * 3
    assert is_refused(Client().post(path, {"token": "x"}))
    assert Client().get(path).status_code == 200


def test_tokens_are_refreshed_only_so_often(db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"token_address": "2/minute"}
    answers = [
        Client().post("/api/v1/token/refresh/", {"refresh": "x"}, content_type="application/json") for _ in range(3)
    ]
    assert [answer.status_code for answer in answers[:2]] == [401, 401] and is_refused(answers[2])


def test_the_present_password_is_counted_too(tab, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sign_in_address": "3/minute"}
    given = {"present": "wrong", "new": "a quite new phrase", "again": "a quite new phrase"}
    answers = [tab.post("/account/password/", given).status_code for _ in range(4)]
    assert answers == [400, 400, 400, 429]


def test_audit_exports_count_by_person_and_organization(world, person, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"exports_person": "2/minute", "exports_organization": "3/minute"}
    admins = {}
    for name in ("olga", "otto"):
        person(name, Role.ORG_ADMIN)
        admins[name] = Client()
        sign_in(admins[name], name)
    url = "/organization/audit/export/"

    def export(name):
        answer = admins[name].get(url)
        return len(b"".join(answer.streaming_content)) > 0 if answer.status_code == 200 else answer

    assert export("olga") is True and export("olga") is True and is_refused(export("olga"))
    assert export("otto") is True and is_refused(export("otto")), "the organisation's three are used up"


def test_a_hash_of_earlier_cost_is_upgraded_at_sign_in(operator, settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    old = Argon2PasswordHasher().encode(PASSWORD, "saltsaltsaltsaltsaltsa")
    User.objects.filter(pk=operator.pk).update(password=old)
    assert ask_token("ada").status_code == 401
    operator.refresh_from_db()
    assert operator.password == old
    assert ask_token("ada", PASSWORD).status_code == 200
    operator.refresh_from_db()
    assert operator.password != old and "p=1" in operator.password
