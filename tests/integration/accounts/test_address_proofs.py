"""Which links prove an address, and several links of one address that are used at once."""

import threading
import time

import pytest
from django.core import mail
from django.db import connections
from django.test import Client

from accounts.domain.roles import Role
from accounts.models import Invitation, User
from accounts.selectors.access import access_resolve
from accounts.selectors.credentials import is_second_factor_on
from accounts.services.people import invitations
from accounts.services.people import invitations as invitations_services
from accounts.services.sign_in import passwords
from accounts.services.sign_in import passwords as passwords_services
from idp_project.core.tenancy import system_scope
from tests.integration.accounts.test_invitations import NEW, stating, token_in
from tests.integration.accounts.test_second_factor import enrolled


@pytest.fixture
def admin(person):
    return access_resolve(person("boss", Role.ORG_ADMIN), None)


@pytest.fixture
def forgetful(operator):
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    operator.refresh_from_db()
    return operator


@pytest.fixture
def squatter(world, person):
    """States ada's address as well."""
    user = person("squatter", Role.VIEWER, world.foreign_team, world.foreign)
    User.objects.filter(pk=user.pk).update(email="ADA@example.org")
    return user


def use(user, *, is_proof=False):
    """Opens the link that is mailed to the account, and says whether its address is proven then."""
    mail.outbox.clear()
    User.objects.filter(pk=user.pk).update(password_mail_at=None)
    passwords_services.reset_link_mail(user.pk, is_proof=is_proof)
    passwords_services.password_reset_complete(token_in(mail.outbox[0]), NEW)
    user.refresh_from_db()
    assert user.check_password(NEW)
    return user.email_proven_at is not None


def test_password_link_proves_only_an_address_of_one_account(forgetful, squatter):
    assert not use(forgetful) and not use(squatter)
    assert (forgetful.email, squatter.email) == ("ada@example.org", "ADA@example.org")
    User.objects.filter(pk=squatter.pk).update(email="")
    assert use(forgetful)


def test_who_asks_to_prove_an_address_takes_it_from_nobody(forgetful, squatter):
    assert use(forgetful, is_proof=True)
    squatter.refresh_from_db()
    assert squatter.email == "ADA@example.org" and squatter.email_proven_at is None
    assert not use(squatter) and not use(squatter, is_proof=True), "it is ada's"
    forgetful.refresh_from_db()
    assert forgetful.email == "ada@example.org" and forgetful.email_proven_at
    assert squatter.email == "ADA@example.org"


def test_a_link_leaves_the_second_factor_and_needs_a_password(forgetful):
    enrolled(forgetful)
    assert use(forgetful, is_proof=True) and is_second_factor_on(forgetful.pk)


@pytest.mark.parametrize("is_proof", [False, True])
def test_the_mails_name_account_and_home(forgetful, is_proof):
    for home in ("Town hall", "super admins"):
        mail.outbox.clear()
        User.objects.filter(pk=forgetful.pk).update(password_mail_at=None)
        passwords_services.reset_link_mail(forgetful.pk, is_proof=is_proof)
        (message,) = mail.outbox
        assert "“ada”" in message.body and home in message.body
        assert ("Prove your address" in message.subject) == is_proof
        User.objects.filter(pk=forgetful.pk).update(home_organization=None)


def test_link_shown_while_the_mail_is_sent_proves_nothing(world, admin, super_admin, monkeypatch):
    root, links, send = access_resolve(super_admin, None), [], invitations.account_mail_send

    def sent_and_handed_over(**mailed):
        send(**mailed)
        with system_scope("test"):
            (pk,) = Invitation.objects.values_list("pk", flat=True)
        links.append(invitations_services.invitation_link_hand_over(root, pk))

    monkeypatch.setattr(invitations, "account_mail_send", sent_and_handed_over)
    place = {"organization_id": world.organization.pk, "role": Role.VIEWER}
    invitations_services.invitation_create(admin, email="cfo@example.org", **place)
    with system_scope("test"):
        assert Invitation.objects.get().mailed_at is None
    assert invitations_services.invitation_accept(links[0].partition("#")[2], password=NEW).email_proven_at is None


def at_once(path, tokens):
    """What the browsers get that open these links at the same time."""
    answers = []

    def answer(token):
        form = {"token": token, "accept": "1", "new": NEW, "again": NEW}
        try:
            answers.append(Client(raise_request_exception=False).post(path, form))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers, key=lambda answer: answer.status_code)


def slowly(monkeypatch, module, name):
    real = getattr(module, name)

    def slow(*args, **more):
        time.sleep(0.7)
        return real(*args, **more)

    monkeypatch.setattr(module, name, slow)


@pytest.mark.django_db(transaction=True)
def test_two_password_links_of_one_address_at_once(world, person, monkeypatch):
    people = [person("one", Role.VIEWER), person("two", Role.VIEWER, world.foreign_team, world.foreign)]
    for user in people:
        User.objects.filter(pk=user.pk).update(email="ada@example.org")
        passwords_services.reset_link_mail(user.pk)
    slowly(monkeypatch, passwords, "address_prove")
    answers = at_once("/password/reset/", [token_in(message) for message in mail.outbox])
    assert [answer.status_code for answer in answers] == [302, 302]
    for user in people:
        user.refresh_from_db()
        assert user.check_password(NEW) and user.email == "ada@example.org" and user.email_proven_at is None


@pytest.mark.django_db(transaction=True)
def test_two_proofs_of_one_address_at_once(world, person, monkeypatch):
    people = [person("one", Role.VIEWER), person("two", Role.VIEWER, world.foreign_team, world.foreign)]
    for user in people:
        User.objects.filter(pk=user.pk).update(email="ada@example.org")
        passwords_services.reset_link_mail(user.pk, is_proof=True)
    slowly(monkeypatch, passwords, "address_prove")
    answers = at_once("/password/reset/", [token_in(message) for message in mail.outbox])
    assert [answer.status_code for answer in answers] == [302, 302]
    assert User.objects.filter(email="ada@example.org", email_proven_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_organizations_invitations_accepted_at_once(world, admin, person, monkeypatch):
    far = access_resolve(person("far_boss", Role.ORG_ADMIN, None, world.foreign), None)
    for access in (admin, far):
        place = {"organization_id": access.organization_id, "role": Role.VIEWER}
        invitations_services.invitation_create(access, email="cfo@example.org", **place)
    slowly(monkeypatch, invitations, "account_insert")
    first, late = at_once("/invitation/", [token_in(message) for message in mail.outbox])
    assert (first.status_code, late.status_code) == (302, 400)
    page = late.content.decode()
    assert "There is an account for cfo@example.org" in page and "Please sign in" in page and "taken" not in page
    user = User.objects.get(email="cfo@example.org")
    assert user.email_proven_at and user.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_invitations_closing_each_others_accounts_at_once(world, admin, person, monkeypatch):
    """Each writes into the trails of both, in one order."""
    far = access_resolve(person("far_boss", Role.ORG_ADMIN, None, world.foreign), None)
    stating(person, "here", Role.VIEWER, "post", None, "one@example.org")
    stating(person, "there", Role.VIEWER, world.foreign_team, world.foreign, "two@example.org")
    for access, email in ((admin, "two@example.org"), (far, "one@example.org")):
        place = {"organization_id": access.organization_id, "role": Role.VIEWER}
        invitations_services.invitation_create(access, email=email, **place)
    slowly(monkeypatch, invitations, "others_start_again")
    tokens = [token_in(message) for message in mail.outbox if "invites you" in message.subject]
    assert [answer.status_code for answer in at_once("/invitation/", tokens)] == [302, 302]
