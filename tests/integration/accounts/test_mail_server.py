"""An organisation's mail server: what is stored, what is sent to whom, and how each failure is named."""

import socket
import time

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.domain.roles import Role
from accounts.models import AuditEntry, MailServer
from accounts.selectors.access import access_resolve
from accounts.selectors.mail import mail_server_of
from accounts.services.mail import mail_server
from accounts.services.mail.mail_server import MailServerFailed, MailServerSettings
from accounts.services.people import invitations
from idp_project.core import bounded_mail
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope
from tests import mail_servers
from tests.integration.accounts.conftest import CONSOLE, sign_in

URL = "/organization/email/"


@pytest.fixture(autouse=True)
def any_port(settings):
    settings.MAIL_PORTS = []


@pytest.fixture
def access(person):
    return access_resolve(person("olga", Role.ORG_ADMIN), None)


@pytest.fixture
def save(access, world):
    """Saves a server without encryption on loopback; keywords say what differs."""

    def save(**changed):
        fields = {
            "host": "127.0.0.1",
            "port": 2525,
            "encryption": "none",
            "username": "",
            "password": None,
            "sender_address": "post@town.example",
            "sender_name": "Town hall, post room",
        }
        with organization_scope(world.organization.id):
            return mail_server.mail_server_set(access, MailServerSettings(**(fields | changed)))

    return save


def refusal(access, to="ada@town.example"):
    """How the test message fails."""
    with pytest.raises(MailServerFailed) as failed:
        mail_server.mail_server_test(access, to)
    return failed.value.code


def test_a_test_message_arrives_with_the_sender_that_was_set(save, access):
    with mail_servers.smtp_server(auth_require_tls=False) as (inbox, port):
        save(port=port, username="town", password="right")
        mail_server.mail_server_test(access, "ada@town.example")
    assert inbox.logins == [("town", "right")]
    [envelope] = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("post@town.example", ["ada@town.example"])
    assert b'From: "Town hall, post room" <post@town.example>' in envelope.content
    with system_scope("test"):
        details = AuditEntry.objects.get(action="mail_server_tested").details
    assert details == {"host": "127.0.0.1", "port": port, "code": "sent"}


def test_starttls_and_tls_work_and_unknown_certificates_fail(save, access, tmp_path, monkeypatch):
    context = mail_servers.self_signed(tmp_path)
    options = {"starttls": {"tls_context": context, "require_starttls": True}, "tls": {"ssl_context": context}}
    for encryption, option in options.items():
        with mail_servers.smtp_server(**option) as (inbox, port):
            save(port=port, encryption=encryption)
            assert refusal(access) == "mail_unreachable" and not inbox.envelopes
            with monkeypatch.context() as trusting:
                trusting.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
                mail_server.mail_server_test(access, "ada@town.example")
            assert len(inbox.envelopes) == 1


def test_every_answer_of_a_server_has_a_name(save, access, monkeypatch):
    with mail_servers.smtp_server(auth_require_tls=False) as (inbox, port):
        save(port=port, username="town", password="wrong")
        assert refusal(access) == "mail_login"
        save(port=port, username="", password="", sender_address="stranger@town.example")
        assert refusal(access) == "mail_sender"
        save(port=port)
        assert refusal(access, "nobody@town.example") == "mail_recipient"
        save(port=port, encryption="starttls")
        assert refusal(access) == "mail_feature"
        save(port=port, encryption="tls")
        assert refusal(access) == "mail_unreachable"
        assert not inbox.envelopes
    assert refusal(access) == "mail_unreachable"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(mail_server, "STEP_SECONDS", 0.2)
        save(port=silent.getsockname()[1])
        assert refusal(access) == "mail_unreachable"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: (_ for _ in ()).throw(socket.gaierror(8, "?")))
    save(host="mail.nowhere.example")
    assert refusal(access) == "mail_unreachable"


def test_a_server_that_dribbles_is_given_up(save, access, monkeypatch):
    monkeypatch.setattr(bounded_mail, "WHOLE_SECONDS", 0.5)
    with mail_servers.dribbling_server() as port:
        save(port=port)
        began = time.monotonic()
        assert refusal(access) == "mail_unreachable"
        assert time.monotonic() - began < 5


def test_password_is_encrypted_hidden_and_kept_to_its_server(save, access, world, person):
    save(username="town", password="very secret")
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute("SELECT password FROM accounts_mailserver")
        assert "very secret" not in cursor.fetchone()[0]
    client = Client()
    sign_in(client, "olga")
    page = client.get(URL).content.decode()
    assert "very secret" not in page and 'value="127.0.0.1"' in page
    save(username="town", sender_name="Post")
    assert mail_server_of(world.organization.id).password == "very secret"
    for changed in ({"host": "evil.example"}, {"port": 25}, {"username": "other"}, {"encryption": "starttls"}):
        with pytest.raises(InvalidInput) as refused:
            save(**({"username": "town"} | changed))
        assert refused.value.code == "password_again"
    save(username="town", password="")
    assert mail_server_of(world.organization.id).password is None
    with system_scope("test"):
        assert "very secret" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


@pytest.mark.parametrize(
    "changed",
    [{"host": "http://mail"}, {"host": "a b"}, {"port": 0}, {"sender_name": "a\nBcc: b"}, {"sender_address": "nobody"}],
)
def test_nonsense_is_refused(save, changed):
    with pytest.raises(InvalidInput):
        save(**changed)


def test_ports_that_are_not_for_mail_are_refused(save, settings):
    settings.MAIL_PORTS = [25, 587]
    with pytest.raises(InvalidInput) as refused:
        save(port=6379)
    assert refused.value.code == "mail_port" and "25, 587" in refused.value.message


def test_invitations_always_go_by_the_systems_server(save, access, world):
    with mail_servers.smtp_server() as (inbox, port):
        save(port=port)
        who = {"email": "new@town.example", "role": Role.VIEWER}
        sent = invitations.invitation_create(access, organization_id=world.organization.id, **who)
        invitations.invitation_create(CONSOLE, organization_id=world.foreign.id, **who)
    assert sent.is_mailed and inbox.envelopes == []
    assert [message.to for message in mail.outbox] == [["new@town.example"]] * 2


def test_it_belongs_to_one_organization_and_its_admins(save, world, person, operator):
    save()
    assert mail_server_of(world.foreign.id) is None
    with pytest.raises(Forbidden):
        mail_server.mail_server_test(access_resolve(operator, None), "ada@town.example")


def test_the_page_saves_tests_and_removes(access, world):
    client = Client()
    sign_in(client, "olga")
    fields = {"encryption": "none", "host": "127.0.0.1", "sender_address": "post@town.example"}
    wrong = client.post(URL, fields | {"port": "many"})
    assert wrong.status_code == 400 and 'value="post@town.example"' in wrong.content.decode()
    with mail_servers.smtp_server() as (inbox, port):
        assert client.post(URL, fields | {"port": port}).status_code == 302
        tested = client.post(reverse("accounts:organization_email_test"), {"to": "ada@town.example"}, follow=True)
        assert "The server took the message" in tested.content.decode() and len(inbox.envelopes) == 1
    failed = client.post(reverse("accounts:organization_email_test"), {"to": "ada@town.example"}, follow=True)
    assert f"Could not connect to 127.0.0.1:{port} for e-mail." in failed.content.decode()
    assert client.post(reverse("accounts:organization_email_remove")).status_code == 302
    with organization_scope(world.organization.id):
        assert not MailServer.objects.exists()
