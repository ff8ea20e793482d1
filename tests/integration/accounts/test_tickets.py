"""Socket tickets open once; image tokens open one image for one person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.models import SocketTicket
from accounts.services.people import people
from accounts.services.sign_in import sessions, tickets
from idp_project.core.errors import Forbidden, NotSignedIn
from tests.integration.accounts.conftest import CONSOLE

PAGE = uuid4()


def test_a_ticket_opens_once_with_the_access_of_its_session(operator):
    access = sessions.sign_in(operator).access
    ticket = tickets.socket_ticket_issue(access)
    assert ticket not in set(SocketTicket.objects.values_list("ticket_hash", flat=True))
    assert tickets.socket_ticket_redeem(ticket) == access
    with pytest.raises(NotSignedIn) as refused:
        tickets.socket_ticket_redeem(ticket)
    assert refused.value.code == "bad_ticket"


@pytest.mark.parametrize("spoiled", ["expired", "unknown", "empty", "revoked", "deactivated"])
def test_a_spoiled_ticket_opens_nothing(operator, spoiled):
    access = sessions.sign_in(operator).access
    ticket = tickets.socket_ticket_issue(access)
    if spoiled == "expired":
        SocketTicket.objects.update(expires_at=timezone.now() - timedelta(milliseconds=1))
    elif spoiled == "revoked":
        sessions.sign_out(access)
    elif spoiled == "deactivated":
        people.user_deactivate(CONSOLE, operator.id)
    else:
        ticket = "" if spoiled == "empty" else "x" * 43
    with pytest.raises(NotSignedIn):
        tickets.socket_ticket_redeem(ticket)


def test_a_ticket_lives_half_a_minute_and_stale_ones_are_swept(operator):
    access = sessions.sign_in(operator).access
    tickets.socket_ticket_issue(access)
    left = SocketTicket.objects.get().expires_at - timezone.now()
    assert timedelta(seconds=25) < left <= timedelta(seconds=30)
    SocketTicket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    tickets.socket_ticket_issue(access)
    assert SocketTicket.objects.count() == 1


def test_jobs_get_no_ticket(world):
    with pytest.raises(NotSignedIn):
        tickets.socket_ticket_issue(Access.for_system(world.organization.id))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_redeems(operator):
    ticket = tickets.socket_ticket_issue(sessions.sign_in(operator).access)

    def redeem(_: int) -> bool:
        try:
            tickets.socket_ticket_redeem(ticket)
            return True
        except NotSignedIn:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(redeem, range(24))) == 1


def test_an_image_token_opens_its_image(operator):
    access = sessions.sign_in(operator).access
    tickets.image_token_verify(access, tickets.image_token_issue(access, PAGE, "view"), PAGE, "view")


def test_an_image_token_opens_nothing_else(operator, person):
    access = sessions.sign_in(operator).access
    other_session = sessions.sign_in(operator).access
    other_user = sessions.sign_in(person("eve", Role.VIEWER)).access
    token = tickets.image_token_issue(access, PAGE, "view")
    expiry, mac = token.split(".")
    attempts = [
        (access, token, uuid4(), "view"),
        (access, token, PAGE, "thumb"),
        (other_session, token, PAGE, "view"),
        (other_user, token, PAGE, "view"),
        (access, f"{int(expiry) - 1}.{mac}", PAGE, "view"),
        (access, f"{expiry}.", PAGE, "view"),
        (access, "", PAGE, "view"),
        (access, tickets.socket_ticket_issue(access), PAGE, "view"),
    ]
    for asker, presented, page, variant in attempts:
        with pytest.raises(Forbidden):
            tickets.image_token_verify(asker, presented, page, variant)


def test_an_image_token_dies_within_a_minute(operator, settings, monkeypatch):
    access = sessions.sign_in(operator).access
    token = tickets.image_token_issue(access, PAGE, "view")
    assert int(token.split(".")[0]) - timezone.now().timestamp() <= 60
    later = timezone.now() + timedelta(seconds=61)
    monkeypatch.setattr("accounts.services.sign_in.tickets.timezone.now", lambda: later)
    with pytest.raises(Forbidden):
        tickets.image_token_verify(access, token, PAGE, "view")


def test_a_token_made_to_live_longer_is_refused(operator, settings):
    access = sessions.sign_in(operator).access
    settings.IMAGE_TOKEN_SECONDS = 3600
    token = tickets.image_token_issue(access, PAGE, "view")
    settings.IMAGE_TOKEN_SECONDS = 60
    with pytest.raises(Forbidden):
        tickets.image_token_verify(access, token, PAGE, "view")


def test_an_image_token_is_no_socket_ticket(operator):
    access = sessions.sign_in(operator).access
    with pytest.raises(NotSignedIn):
        tickets.socket_ticket_redeem(tickets.image_token_issue(access, PAGE, "view"))
