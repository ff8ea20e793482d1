"""Takeovers that once worked, end to end by HTTP, with a hostile organisation's mail server on loopback (findings 1 to 3).

Each test plays the attacker's steps and asks at the end for what the attacker was after. The links that a victim opens are
those of the system's mail; the attacker has what reaches the hostile server, and what pages show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.domain.roles import Role
from accounts.models import Membership, Organization, SignInSession, User
from accounts.services.people.invitations import Acceptance, invitation_open
from tests import mail_servers
from tests.integration.accounts.conftest import PASSWORD, World, sign_in

CHOSEN = "the attackers own phrase"
Attacker = tuple[Client, Callable[[], list[str]]]


@pytest.fixture
def rival(world: World, person: Any, settings: Any) -> Iterator[Attacker]:
    """An org admin of the harbour, whose mail server is theirs; and the links that reach it."""
    settings.MAIL_PORTS = []
    person("rival", Role.ORG_ADMIN, None, world.foreign)
    browser = Client()
    sign_in(browser, "rival")
    with mail_servers.smtp_server() as (inbox, port):
        server = {"host": "127.0.0.1", "port": port, "encryption": "none", "sender_address": "post@harbour.example"}
        assert browser.post("/organization/email/", server).status_code == 302
        browser.post("/organization/email/test/", {"to": "rival@harbour.example"})
        assert len(inbox.envelopes) == 1, "the hostile server works"
        yield browser, lambda: [link for envelope in inbox.envelopes for link in links_in(envelope.content)]


def links_in(content: bytes) -> list[str]:
    message = message_from_bytes(content, policy=policy.default)
    return re.findall(r"http://localhost:8000/\S+#(\S+)", message.get_content())


def mailed_to(address: str) -> list[str]:
    """The tokens that the system's mail brought to the mailbox."""
    bodies = [message.body for message in mail.outbox if message.to == [address]]
    return [token for body in bodies for token in re.findall(r"http://localhost:8000/\S+#(\S+)", body)]


def take_over(tokens: list[str]) -> None:
    """Opens every link that came, as whatever it may be."""
    for token in tokens:
        Client().post("/invitation/", {"token": token, "accept": "1", "new": CHOSEN, "again": CHOSEN})
        Client().post("/password/reset/", {"token": token, "new": CHOSEN, "again": CHOSEN})


def shown(answer: Any) -> list[str]:
    return re.findall(r"http://localhost:8000/\w+/#([\w-]+)", answer.content.decode())


@pytest.mark.django_db(transaction=True)
def test_1a_a_super_admins_password_link_reaches_no_organization(world, rival, super_admin, drain):
    User.objects.filter(pk=super_admin.pk).update(email="boss@provider.example")
    Organization.objects.filter(pk=world.organization.pk).update(created_at=world.foreign.created_at)
    Organization.objects.filter(pk=world.foreign.pk).update(created_at="2020-01-01T00:00:00Z")  # the oldest tenant
    _, caught = rival
    assert Client().post("/password/forgotten/", {"address": "root"}).status_code == 200
    drain()
    take_over(caught())
    assert caught() == [] and len(mailed_to("boss@provider.example")) == 1
    assert sign_in(Client(), "root", CHOSEN).status_code == 400 and sign_in(Client(), "root").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_1b_an_invited_super_admin_is_not_taken_over(world, rival, super_admin, drain):
    User.objects.filter(pk=super_admin.pk).update(email="boss@provider.example")
    browser, caught = rival
    invited = browser.post("/organization/people/invite/", {"email": "boss@provider.example", "role": "viewer"})
    take_over(caught() + shown(invited))
    assert not Membership.objects.filter(user=super_admin).exists()
    Client().post("/password/forgotten/", {"address": "root"})
    drain()
    take_over(caught())
    assert caught() == []
    attempt = Client()
    sign_in(attempt, "root", CHOSEN)
    assert attempt.get("/admin/accounts/organization/").status_code == 302, "nobody is signed in"


def test_2_an_account_made_in_advance_is_not_the_invited_persons(world, rival, person):
    browser, _ = rival
    made = {"username": "cfo", "email": "cfo@bigcorp.example", "password": CHOSEN, "role": "viewer"}
    assert browser.post("/organization/people/new/", made).status_code == 302
    hijacked = User.objects.get(email="cfo@bigcorp.example")
    early, with_key = Client(), Client()
    assert sign_in(early, hijacked.username, CHOSEN).status_code == 302
    sign_in(with_key, hijacked.username, CHOSEN)
    form = {"name": "n", "scopes": ["view_documents"], "days": "90", "proof": CHOSEN}
    key = re.search(r'data-copy="(idp_[^"]+)"', with_key.post("/account/keys/", form).content.decode()).group(1)  # type: ignore[union-attr]
    person("boss", Role.ORG_ADMIN)
    boss = Client()
    sign_in(boss, "boss")
    boss.post(
        "/organization/people/invite/", {"email": "cfo@bigcorp.example", "role": "org_admin", "may_download": "on"}
    )
    (token,) = mailed_to("cfo@bigcorp.example")
    own = "the real persons phrase"
    accepted = Client().post("/invitation/", {"token": token, "accept": "1", "new": own, "again": own})
    assert accepted.status_code == 302
    membership = Membership.objects.get(organization=world.organization, user__email__iexact="cfo@bigcorp.example")
    assert membership.role == "org_admin" and membership.user != hijacked
    new = Client()
    assert sign_in(new, "cfo@bigcorp.example", own, REMOTE_ADDR="203.0.113.9").status_code == 302
    assert SignInSession.objects.get(user=membership.user).active_organization == world.organization
    assert membership.user.home_organization == world.organization and membership.user.memberships.count() == 1
    hijacked.refresh_from_db()
    assert hijacked.home_organization == world.foreign, "nothing of the rival's enters the new account, nor leaves it"
    browser.post("/organization/security/", {"is_second_factor_required": "on", "session_hours": "1"})
    assert sign_in(Client(), "cfo@bigcorp.example", own).status_code == 302, "the rival's rules do not hold"
    assert browser.get(f"/organization/people/{membership.user.pk}/").status_code == 404
    assert "203.0.113.9" not in browser.get("/organization/audit/").content.decode()
    assert new.get("/organization/people/").status_code == 200
    attempt = Client()
    for name in (hijacked.username, "cfo", "cfo@bigcorp.example"):
        assert sign_in(attempt, name, CHOSEN).status_code == 400
    for known in (attempt, early, with_key):
        known.post("/session/team/", {"organization": str(world.organization.pk), "team": ""})
        assert known.get("/organization/people/").status_code == 302, "nobody is signed in"
    assert Client().get("/api/v1/batches/", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_2_employer_keeps_power_over_an_account_a_rival_invites(world, rival, person):
    vera = person("vera", Role.OPERATOR)
    User.objects.filter(pk=vera.pk).update(email="vera@town.example")
    person("boss", Role.ORG_ADMIN)
    boss = Client()
    sign_in(boss, "boss")
    browser, _ = rival
    browser.post("/organization/people/invite/", {"email": "vera@town.example", "role": "viewer"})
    (token,) = mailed_to("vera@town.example")
    own = {"token": token, "accept": "1", "new": "own phrase of vera", "again": "own phrase of vera"}
    assert Client().post("/invitation/", own).status_code == 302
    vera.refresh_from_db()
    assert vera.home_organization == world.organization and vera.email == "vera@town.example"
    assert [held.organization for held in vera.memberships.all()] == [world.organization]
    assert boss.post(f"/organization/people/{vera.pk}/deactivate/").status_code == 302
    assert not User.objects.get(pk=vera.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_2_forgotten_password_gives_no_attackers_account_away(world, rival, person, drain):
    victim = person("vera", Role.OPERATOR)
    User.objects.filter(pk=victim.pk).update(email="vera@town.example")
    browser, _ = rival
    made = {"username": "vera", "email": "vera@town.example", "password": CHOSEN, "role": "viewer"}
    assert browser.post("/organization/people/new/", made).status_code == 302
    trap = User.objects.get(username="vera@harbour")
    Client().post("/password/forgotten/", {"address": "vera@harbour"})
    drain()
    assert "“vera@harbour” of Harbour" in mail.outbox[-1].body, "the victim reads whose account it is"
    own = {"token": mailed_to("vera@town.example")[0], "new": "own phrase of vera", "again": "own phrase of vera"}
    assert Client().post("/password/reset/", own).status_code == 302
    trap.refresh_from_db()
    victim.refresh_from_db()
    assert trap.email_proven_at is None and victim.email == "vera@town.example"
    for word in ("own phrase of vera", CHOSEN, PASSWORD):
        assert sign_in(Client(), "vera@town.example", word).status_code == 400, "nobody signs in by a stated address"
    assert sign_in(Client(), "vera").status_code == 302
    person("boss", Role.ORG_ADMIN)
    boss = Client()
    sign_in(boss, "boss")
    boss.post("/organization/people/invite/", {"email": "vera@town.example", "role": "org_admin"})
    offer = invitation_open(mailed_to("vera@town.example")[-1])
    assert (offer.acceptance, offer.account_id) == (Acceptance.BY_PASSWORD, None), "the trap accepts nothing"


def test_3_nobody_is_made_a_member_by_who_holds_the_link(world, rival, person):
    victim = person("victim", Role.OPERATOR)
    User.objects.filter(pk=victim.pk).update(email="victim@town.example")
    own = Client()
    sign_in(own, "victim")
    session = SignInSession.objects.get(user=victim)
    browser, caught = rival
    invited = browser.post("/organization/people/invite/", {"email": "victim@town.example", "role": "viewer"})
    take_over(caught() + shown(invited))
    assert not Membership.objects.filter(user=victim, organization=world.foreign).exists()
    assert browser.get(f"/organization/people/{victim.pk}/").status_code == 404
    browser.post("/organization/security/", {"session_hours": "1", "idle_minutes": "5"})
    after = SignInSession.objects.get(pk=session.pk)
    assert (after.expires_at, after.idle_until) == (session.expires_at, None)
    assert sign_in(Client(), "victim", PASSWORD).status_code == 302
    person("boss", Role.ORG_ADMIN)
    boss = Client()
    sign_in(boss, "boss")
    assert boss.post(f"/organization/people/{victim.pk}/deactivate/").status_code == 302, "off-boarding is not blocked"


@pytest.mark.parametrize("accepts", [False, True])
def test_3_a_forced_member_is_still_their_homes(world, rival, person, accepts):
    """Even one who did accept: rules, sign-ins and the way out stay with the home."""
    victim = person("victim", Role.OPERATOR)
    Membership.objects.create(user=victim, organization=world.foreign, role="viewer")  # however it came about
    if accepts:
        User.objects.filter(pk=victim.pk).update(email="victim@town.example")
    own = Client()
    sign_in(own, "victim")
    session = SignInSession.objects.get(user=victim)
    browser, _ = rival
    browser.post("/organization/security/", {"session_hours": "1", "idle_minutes": "5"})
    after = SignInSession.objects.get(pk=session.pk)
    assert (after.expires_at, after.idle_until) == (session.expires_at, None)
    page = browser.get(f"/organization/people/{victim.pk}/").content.decode()
    assert "last sign-in" not in page
    person("boss", Role.ORG_ADMIN)
    boss = Client()
    sign_in(boss, "boss")
    assert boss.post(f"/organization/people/{victim.pk}/second-factor/").status_code == 302
    assert boss.post(f"/organization/people/{victim.pk}/deactivate/").status_code == 302
