"""Invitations and forgotten passwords: links that work once, for a while, and are known to nobody but the mailbox."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.models import AuditEntry, Invitation, Membership, User
from accounts.selectors.access import access_resolve, session_get_live
from accounts.selectors.credentials import is_second_factor_on
from accounts.services.people import invitations, people
from accounts.services.people.invitations import BadInvitation
from accounts.services.sign_in import api_keys, passwords, second_factor, sessions
from accounts.services.sign_in.passwords import BadResetLink
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import CONSOLE, PASSWORD, prove, sign_in
from tests.integration.accounts.test_second_factor import enrolled

NEW = "a quite different phrase"


@pytest.fixture
def admin(person):
    return sessions.sign_in(person("boss", Role.ORG_ADMIN)).access


@pytest.fixture
def invite(world, admin):
    def make(email="New.Person@example.org", role=Role.OPERATOR, team="post", access=None, **more):
        place = {"organization_id": world.organization.id, "team_id": world.team.id if team == "post" else team}
        return invitations.invitation_create(access or admin, email=email, role=role, **place, **more)

    return make


def token_in(message) -> str:
    """The link's part behind the #; it must be the only link, on our site."""
    (link,) = re.findall(r"\S+://\S+", message.body)
    return re.fullmatch(r"http://localhost:8000/\S*#(\S+)", link)[1]


def test_an_invited_person_chooses_a_password_and_is_in(world, invite):
    sent = invite(display_name="Nora New")
    (message,) = mail.outbox
    assert sent.is_mailed and message.to == ["New.Person@example.org"] and "Town hall" in message.subject
    token, browser = token_in(message), Client()
    assert not hasattr(sent, "link"), "who invites never sees it"
    assert browser.get("/invitation/").status_code == 200
    page = browser.post("/invitation/", {"token": token}).content.decode()
    assert "Town hall" in page and "Operator" in page and "New.Person@example.org" in page
    weak = browser.post("/invitation/", {"token": token, "accept": "1", "new": "short", "again": "short"})
    assert weak.status_code == 400 and "12 characters" in weak.content.decode()
    typo = browser.post("/invitation/", {"token": token, "accept": "1", "new": NEW, "again": NEW + "?"})
    assert typo.status_code == 400
    done = browser.post("/invitation/", {"token": token, "accept": "1", "new": NEW, "again": NEW})
    assert done.url == "/login/"
    user = User.objects.get(email__iexact="new.person@example.org")
    assert (user.display_name, user.username) == ("Nora New", "new.person@example.org")
    assert user.home_organization == world.organization and user.email_proven_at
    membership = user.memberships.get()
    assert (membership.role, membership.team, membership.organization) == ("operator", world.team, world.organization)
    assert sign_in(Client(), "New.Person@example.org", NEW).url == "/"
    again = Client().post("/invitation/", {"token": token, "accept": "1", "new": NEW, "again": NEW})
    assert again.status_code == 403 and "used up" in again.content.decode()
    with system_scope("test"):
        actions = AuditEntry.objects.filter(object_kind="invitation").values_list("action", flat=True)
        assert sorted(actions) == ["invitation_accepted", "invitation_created"]


def test_person_with_account_accepts_and_keeps_the_password(world, invite, person):
    user = prove(person("far", Role.VIEWER, world.foreign_team, world.foreign), "far@example.org")
    invite("Far@example.org", Role.MANAGER)
    token = token_in(mail.outbox[0])
    assert invitations.invitation_open(token).account_id == user.pk
    other = sessions.sign_in(prove(person("other", Role.VIEWER, world.foreign_team, world.foreign))).access
    _, machine = api_keys.api_key_identify(a_key(user))
    for asker in (None, other, machine):
        with pytest.raises(invitations.SignInFirst):
            invitations.invitation_accept(token, asker=asker, password=NEW)
    assert invitations.invitation_accept(token, asker=sessions.sign_in(user).access) == user
    user.refresh_from_db()
    assert user.check_password(PASSWORD) and user.memberships.count() == 2
    assert user.home_organization == world.foreign


def a_key(user) -> str:
    access = sessions.sign_in(user).access
    return api_keys.api_key_create(access, name="n", scopes=["view_documents"], days=1)[1]


def test_the_page_asks_to_sign_in_first_and_goes_on_afterwards(world, invite, person):
    prove(person("far", Role.VIEWER, world.foreign_team, world.foreign), "far@example.org")
    invite("far@example.org", Role.MANAGER)
    token, browser = token_in(mail.outbox[0]), Client()
    page = browser.post("/invitation/", {"token": token}).content.decode()
    assert (
        "/login/?next=/invitation/" in page
        and f'data-keep-link-token="{token}"' in page
        and 'name="accept"' not in page
    )
    refused = browser.post("/invitation/", {"token": token, "accept": "1"})
    assert refused.status_code == 400 and "Please sign in with the account" in refused.content.decode()
    signed_in = browser.post("/login/?next=/invitation/", {"username": "far@example.org", "password": PASSWORD})
    assert signed_in.url == "/invitation/"
    assert 'name="accept"' in browser.post("/invitation/", {"token": token}).content.decode()
    assert browser.post("/invitation/", {"token": token, "accept": "1"}).status_code == 302
    assert Membership.objects.filter(user__username="far", organization=world.organization).exists()


def test_a_super_admin_cannot_be_invited_and_nobody_is_told(world, invite, super_admin):
    for email in ("root@example.org", "nobody@example.org"):
        User.objects.filter(pk=super_admin.pk).update(email="root@example.org")
        assert invite(email).is_mailed
    token = token_in(mail.outbox[0])
    with pytest.raises(BadInvitation):
        invitations.invitation_open(token)
    with pytest.raises(BadInvitation):
        invitations.invitation_accept(token, asker=sessions.sign_in(super_admin).access, password=NEW)
    super_admin.refresh_from_db()
    assert not super_admin.memberships.exists() and super_admin.check_password(PASSWORD)


@pytest.mark.parametrize(
    "spoiled", ["revoked", "expired", "replaced", "accepted", "demoted", "organization", "unknown"]
)
def test_a_spoiled_invitation_opens_nothing(world, invite, admin, spoiled):
    sent = invite()
    token = token_in(mail.outbox[0])
    if spoiled == "revoked":
        invitations.invitation_revoke(admin, sent.invitation.pk)
    elif spoiled == "expired":
        with organization_scope(world.organization.id):
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoiled == "replaced":
        invite()
    elif spoiled == "accepted":
        invitations.invitation_accept(token, password=NEW)
    elif spoiled == "demoted":
        people.membership_remove(CONSOLE, User.objects.get(username="boss").memberships.get().pk)
    elif spoiled == "organization":
        type(world.organization).objects.update(is_active=False)
    else:
        token = token[:-1]
    with pytest.raises(BadInvitation):
        invitations.invitation_accept(token, password=NEW)
    assert User.objects.filter(email__iexact="new.person@example.org").count() == (spoiled == "accepted")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"email": "nobody"}, InvalidInput),
        ({"email": "a@example.org\nBcc: b@example.org"}, InvalidInput),
        ({"role": Role.SUPER_ADMIN}, InvalidInput),
        ({"role": Role.ORG_ADMIN}, InvalidInput),  # not in a team
    ],
)
def test_an_invitation_that_cannot_be(invite, change, error):
    with pytest.raises(error):
        invite(**change)
    assert mail.outbox == []


def test_only_org_admins_invite_and_only_into_their_organization(world, invite, person):
    with pytest.raises(Forbidden):
        invite(access=sessions.sign_in(person("mia", Role.MANAGER)).access)
    with pytest.raises(NotFound):
        foreign = person("far", Role.ORG_ADMIN, None, world.foreign)
        invite(access=sessions.sign_in(foreign).access)
    with pytest.raises(InvalidInput):
        invite(team=world.foreign_team.id)


def test_who_is_there_already_is_not_invited(invite, operator):
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    with pytest.raises(Conflict):
        invite("Ada@example.org")


@pytest.fixture
def no_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


def test_without_a_mail_server_a_super_admin_hands_the_link_over(world, invite, admin, super_admin, no_mail):
    sent = invite()
    assert not sent.is_mailed and mail.outbox == []
    with pytest.raises(Forbidden):
        invitations.invitation_link_hand_over(admin, sent.invitation.pk)
    root = sessions.sign_in(super_admin).access
    first = invitations.invitation_link_hand_over(root, sent.invitation.pk)
    token = invitations.invitation_link_hand_over(root, sent.invitation.pk).partition("#")[2]
    with pytest.raises(BadInvitation):
        invitations.invitation_open(first.partition("#")[2])
    user = invitations.invitation_accept(token, password=NEW)
    assert user.email_proven_at is None and user.home_organization == world.organization
    assert user.username == "new.person@example.org@town-hall"
    assert sign_in(Client(), "new.person@example.org", NEW).status_code == 400, "this address is not proven"
    assert sign_in(Client(), user.username, NEW).status_code == 302


def test_a_link_handed_over_does_not_join_an_account_elsewhere(world, invite, person, super_admin, no_mail):
    far = person("far", Role.VIEWER, world.foreign_team, world.foreign)
    User.objects.filter(pk=far.pk).update(email="far@example.org")
    link = invitations.invitation_link_hand_over(
        sessions.sign_in(super_admin).access, invite("far@example.org").invitation.pk
    )
    user = invitations.invitation_accept(link.partition("#")[2], password=NEW)
    far.refresh_from_db()
    assert user != far and far.check_password(PASSWORD) and far.email == "far@example.org"
    assert user.memberships.get().organization == world.organization


def test_super_admin_sees_an_invitation_link_in_admin_once(invite, super_admin, no_mail):
    sent, browser = invite(), Client()
    sign_in(browser, "root")
    url = "/admin/accounts/invitation/"
    action = {"action": "hand_over", "_selected_action": str(sent.invitation.pk)}
    asked = browser.post(url, action).content.decode()
    assert "shown once" in asked and "/invitation/#" not in asked
    page = browser.post(url, action | {"confirmed": "yes"})
    assert "no-store" in page["Cache-Control"]
    (link,) = re.findall(r'value="(http://localhost:8000/invitation/#[^"]+)"', page.content.decode())
    assert invitations.invitation_accept(link.partition("#")[2], password=NEW)


def stating(person, name, role, team, organization, email="far@example.org"):
    """A person whose address is stated only, with a session, a key and a second factor."""
    user = person(name, role, team, organization)
    User.objects.filter(pk=user.pk).update(email=email)
    user.refresh_from_db()
    session, key = sessions.sign_in(user).session, a_key(user)
    enrolled(user)
    return user, session, key


def is_closed(user, session, key) -> bool:
    user.refresh_from_db()
    codes = is_second_factor_on(user.pk) or second_factor.recovery_codes_left(user.pk)
    live = session_get_live(session.pk) or api_keys.api_key_identify(key)
    return not (user.check_password(PASSWORD) or codes or live)


def test_unproven_account_starts_again_when_its_home_invites(world, invite, person):
    user, session, key = stating(person, "far", Role.VIEWER, "post", None)
    invite("Far@example.org", Role.ORG_ADMIN, team=None)
    token = token_in(mail.outbox[0])
    assert invitations.invitation_open(token).account_id is None
    assert invitations.invitation_accept(token, password=NEW, display_name="Fay") == user
    assert is_closed(user, session, key) and user.check_password(NEW)
    assert user.email_proven_at and user.home_organization == world.organization and user.display_name == "Fay"
    assert {(m.role, m.organization) for m in user.memberships.all()} == {
        ("viewer", world.organization),
        ("org_admin", world.organization),
    }


def test_unproven_account_elsewhere_is_reset_beside_a_new_one(world, invite, person):
    """Its password, sessions, keys and factor are gone; its home keeps its power over it, and gets none over the new one."""
    far, session, key = stating(person, "far", Role.VIEWER, world.foreign_team, world.foreign)
    Membership.objects.create(user=far, organization=world.organization, role="viewer")  # from before the upgrade
    lone = person("lone", None)
    User.objects.filter(pk=lone.pk).update(email="FAR@example.org", home_organization=None)
    invite("Far@example.org", Role.MANAGER)
    user = invitations.invitation_accept(token_in(mail.outbox[0]), password=NEW)
    assert user not in (far, lone) and user.username == "far@example.org" and user.email_proven_at
    assert user.home_organization == world.organization
    assert {m.organization for m in user.memberships.all()} == {world.organization}
    assert is_closed(far, session, key) and not far.has_usable_password()
    assert (far.home_organization, far.email, far.email_proven_at) == (world.foreign, "far@example.org", None)
    assert {m.organization for m in far.memberships.all()} == {world.foreign}
    lone.refresh_from_db()
    assert not lone.has_usable_password() and lone.email == "FAR@example.org"
    boss = access_resolve(person("far_boss", Role.ORG_ADMIN, None, world.foreign), None)
    for power in (people.user_deactivate, second_factor.second_factor_reset, passwords.password_reset_send):
        with pytest.raises(NotFound):
            power(boss, user.pk)
    people.user_deactivate(boss, far.pk)


def test_account_deactivated_by_its_home_is_not_invited_again(invite, operator):
    User.objects.filter(pk=operator.pk).update(email="ada@example.org", is_active=False)
    invite("ada@example.org", team=None, role=Role.ORG_ADMIN)
    token = token_in(mail.outbox[0])
    page = Client().post("/invitation/", {"token": token, "accept": "1", "new": NEW, "again": NEW})
    assert page.status_code == 403 and "is deactivated" in page.content.decode()


def test_an_address_that_only_looks_the_same_is_another_one(world, invite, person):
    far = person("far", Role.VIEWER, world.foreign_team, world.foreign)
    User.objects.filter(pk=far.pk).update(email="fi@bigcorp.example")
    with pytest.raises(InvalidInput):
        invite("fi@b\u0131gcorp.example")  # a dotless i, which is I in upper case
    assert not User.objects.stating("fi@b\u0131gcorp.example").exists()


@pytest.fixture
def forgetful(operator):
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    return operator


def mailed(user) -> str:
    mail.outbox.clear()
    User.objects.filter(pk=user.pk).update(password_mail_at=None)
    passwords.reset_link_mail(user.pk)
    return token_in(mail.outbox[0])


def test_a_forgotten_password_is_replaced_by_a_link(forgetful, tab):
    token, browser = mailed(forgetful), Client()
    assert "ada" in browser.post("/password/reset/", {"token": token}).content.decode()
    short = browser.post("/password/reset/", {"token": token, "new": "short", "again": "short"})
    assert short.status_code == 400
    done = browser.post("/password/reset/", {"token": token, "new": NEW, "again": NEW})
    assert done.url == "/login/"
    assert tab.get("/").status_code == 302, "every session is over"
    assert sign_in(Client(), "ada").status_code == 400 and sign_in(Client(), "ada", NEW).status_code == 302
    assert browser.post("/password/reset/", {"token": token, "new": NEW, "again": NEW}).status_code == 403


@pytest.mark.parametrize("spoiled", ["expired", "other_person", "cut", "empty", "deactivated", "changed"])
def test_a_spoiled_link_sets_no_password(forgetful, person, settings, spoiled):
    token = mailed(forgetful)
    if spoiled == "expired":
        settings.PASSWORD_RESET_TIMEOUT = -1
    elif spoiled == "other_person":
        token = f"{person('eve', Role.VIEWER).pk.hex}.{token.partition('.')[2]}"
    elif spoiled == "deactivated":
        people.user_deactivate(CONSOLE, forgetful.pk)
    elif spoiled == "changed":
        people.user_set_password(CONSOLE, forgetful.pk, "yet another phrase")
    else:
        token = token[:-1] if spoiled == "cut" else ""
    with pytest.raises(BadResetLink):
        passwords.password_reset_complete(token, NEW)


@pytest.mark.django_db(transaction=True)
def test_link_request_tells_nothing_and_mails_every_two_minutes(forgetful, drain):
    answers = [
        re.sub(r'value="\w{64}"|data-csrf="\w+"|"X-CSRFToken": "\w+"', "", answer.content.decode())
        for address in ("ada@example.org", "ADA", "nobody@example.org", "")
        for answer in [Client().post("/password/forgotten/", {"address": address})]
    ]
    assert len(set(answers)) == 1
    drain()
    assert len(mail.outbox) == 1
    Client().post("/password/forgotten/", {"address": "ada@example.org"})
    drain()
    assert len(mail.outbox) == 1


def test_org_admin_sends_links_only_to_own_people(world, admin, forgetful, person):
    passwords.password_reset_send(admin, forgetful.pk)
    with pytest.raises(NotFound):
        passwords.password_reset_send(admin, person("far", Role.VIEWER, world.foreign_team, world.foreign).pk)
    with pytest.raises(InvalidInput):
        passwords.password_reset_send(admin, person("nomail", Role.VIEWER).pk)


def test_a_lock_out_ends_with_a_new_password(forgetful, settings):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        locked = sign_in(Client(), "ada", "wrong")
    assert locked.status_code == 429
    passwords.password_reset_complete(mailed(forgetful), NEW)
    assert sign_in(Client(), "ada", NEW).status_code == 302


def test_mailed_link_proves_the_address_and_a_shown_one_does_not(forgetful, super_admin):
    root = sessions.sign_in(super_admin).access
    link = passwords.password_link_hand_over(root, forgetful.pk).partition("#")[2]
    passwords.password_reset_complete(link, NEW)
    forgetful.refresh_from_db()
    assert forgetful.check_password(NEW) and forgetful.email_proven_at is None
    passwords.password_reset_complete(mailed(forgetful), "yet another phrase")
    forgetful.refresh_from_db()
    assert forgetful.email_proven_at
    with pytest.raises(Forbidden):
        passwords.password_link_hand_over(sessions.sign_in(forgetful).access, forgetful.pk)


@pytest.mark.django_db(transaction=True)
def test_my_account_says_what_is_proven_and_mails_the_link(forgetful, tab, drain):
    page = tab.get("/account/").content.decode()
    assert "Address not proven" in page and "works in Town hall only" in page
    assert tab.post("/account/address/prove/").status_code == 302
    drain()
    passwords.password_reset_complete(token_in(mail.outbox[0]), NEW)
    assert tab.get("/account/").status_code == 302, "the session came with the old password"
    browser = Client()
    sign_in(browser, "ada", NEW)
    page = browser.get("/account/").content.decode()
    assert "Address proven" in page and "Prove my address" not in page
