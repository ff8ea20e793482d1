"""Invitations and forgotten passwords: links that work once, for a while, and are known to nobody but the mailbox."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.domain.roles import Role
from accounts.models import AuditEntry, Invitation, User
from accounts.services import BadInvitation, BadResetLink
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import CONSOLE, PASSWORD, sign_in

NEW = "a quite different phrase"


@pytest.fixture
def admin(person):
    return services.sign_in(person("boss", Role.ORG_ADMIN)).access


@pytest.fixture
def invite(world, admin):
    def make(email="New.Person@example.org", role=Role.OPERATOR, team="post", access=None, **more):
        place = {"organization_id": world.organization.id, "team_id": world.team.id if team == "post" else team}
        return services.invitation_create(access or admin, email=email, role=role, **place, **more)

    return make


def token_in(message) -> str:
    """The link's part behind the #; it must be the only link, on our site."""
    (link,) = re.findall(r"\S+://\S+", message.body)
    assert link.startswith("http://localhost:8000/")
    return link.partition("#")[2]


def test_an_invited_person_chooses_a_password_and_is_in(world, invite):
    sent = invite(display_name="Nora New")
    (message,) = mail.outbox
    assert sent.is_mailed and message.to == ["New.Person@example.org"] and "Town hall" in message.subject
    token, browser = token_in(message), Client()
    assert sent.link.endswith("#" + token) and token not in str(Invitation.__dict__)
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
    membership = user.memberships.get()
    assert (membership.role, membership.team, membership.organization) == ("operator", world.team, world.organization)
    assert sign_in(Client(), "New.Person@example.org", NEW).url == "/"
    again = Client().post("/invitation/", {"token": token, "accept": "1", "new": NEW, "again": NEW})
    assert again.status_code == 403 and "used up" in again.content.decode()
    with system_scope("test"):
        actions = AuditEntry.objects.filter(object_kind="invitation").values_list("action", flat=True)
        assert sorted(actions) == ["invitation_accepted", "invitation_created"]


def test_who_has_an_account_keeps_the_password_and_gets_the_role(world, invite, person):
    user = person("far", Role.VIEWER, world.foreign_team, world.foreign)
    User.objects.filter(pk=user.pk).update(email="far@example.org")
    invite("Far@example.org", Role.MANAGER)
    token = token_in(mail.outbox[0])
    assert services.invitation_open(token).is_known
    assert services.invitation_accept(token, password=NEW) == user
    user.refresh_from_db()
    assert user.check_password(PASSWORD) and user.memberships.count() == 2


@pytest.mark.parametrize(
    "spoiled", ["revoked", "expired", "replaced", "accepted", "demoted", "organization", "unknown"]
)
def test_a_spoiled_invitation_opens_nothing(world, invite, admin, spoiled):
    sent = invite()
    token = token_in(mail.outbox[0])
    if spoiled == "revoked":
        services.invitation_revoke(admin, sent.invitation.pk)
    elif spoiled == "expired":
        with organization_scope(world.organization.id):
            Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif spoiled == "replaced":
        invite()
    elif spoiled == "accepted":
        services.invitation_accept(token, password=NEW)
    elif spoiled == "demoted":
        services.membership_remove(CONSOLE, User.objects.get(username="boss").memberships.get().pk)
    elif spoiled == "organization":
        type(world.organization).objects.update(is_active=False)
    else:
        token = token[:-1]
    with pytest.raises(BadInvitation):
        services.invitation_accept(token, password=NEW)
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
        invite(access=services.sign_in(person("mia", Role.MANAGER)).access)
    with pytest.raises(NotFound):
        foreign = person("far", Role.ORG_ADMIN, None, world.foreign)
        invite(access=services.sign_in(foreign).access)
    with pytest.raises(InvalidInput):
        invite(team=world.foreign_team.id)


def test_who_is_there_already_is_not_invited(invite, operator):
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    with pytest.raises(Conflict):
        invite("Ada@example.org")


def test_without_a_mail_server_the_link_is_still_there_to_hand_over(invite, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    sent = invite()
    assert not sent.is_mailed
    assert services.invitation_accept(sent.link.partition("#")[2], password=NEW).pk


@pytest.fixture
def forgetful(operator):
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    return operator


def mailed(user) -> str:
    mail.outbox.clear()
    User.objects.filter(pk=user.pk).update(password_mail_at=None)
    services.reset_link_mail(user.pk, user.memberships.get().organization_id)
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
        services.user_deactivate(CONSOLE, forgetful.pk)
    elif spoiled == "changed":
        services.user_set_password(CONSOLE, forgetful.pk, "yet another phrase")
    else:
        token = token[:-1] if spoiled == "cut" else ""
    with pytest.raises(BadResetLink):
        services.password_reset_complete(token, NEW)


@pytest.mark.django_db(transaction=True)
def test_asking_for_a_link_tells_nothing_and_mails_at_most_every_two_minutes(forgetful, drain):
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


def test_an_org_admin_has_a_link_sent_to_people_of_the_organization_only(world, admin, forgetful, person):
    services.password_reset_send(admin, forgetful.pk)
    with pytest.raises(NotFound):
        services.password_reset_send(admin, person("far", Role.VIEWER, world.foreign_team, world.foreign).pk)
    with pytest.raises(InvalidInput):
        services.password_reset_send(admin, person("nomail", Role.VIEWER).pk)


def test_a_lock_out_ends_with_a_new_password(forgetful, settings):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        locked = sign_in(Client(), "ada", "wrong")
    assert locked.status_code == 429
    services.password_reset_complete(mailed(forgetful), NEW)
    assert sign_in(Client(), "ada", NEW).status_code == 302
