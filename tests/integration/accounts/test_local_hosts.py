"""Where an organisation's AI providers and mail servers may be: the super admins' list, and one answer for every failure."""

from __future__ import annotations

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry, MailServer, Organization, ProviderEndpoint
from accounts.selectors.system import local_hosts_allowed, system_settings
from accounts.services.mail import mail_server
from accounts.services.mail.mail_server import MailServerFailed, MailServerSettings
from accounts.services.providers import ai_models, providers
from accounts.services.settings import system
from idp_project.core import local_hosts, rate_counters
from idp_project.core.errors import InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope
from tests import mail_servers
from tests.factories.cast import CONSOLE
from tests.fake_providers.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("socket_enabled")]
NEW = "/organization/providers/new/"
LOCAL = {"purpose": "llm", "provider": "ollama", "model": "reader:1b", "location": "local", "is_active": "on"}
NOT_LISTED = "not on the list of local hosts"


@pytest.fixture(autouse=True)
def nothing_listed(settings):
    settings.LOCAL_PROVIDER_HOSTS = []
    settings.MAIL_PORTS = []


@pytest.fixture
def office(cast):
    return cast.browser(cast.admin)


def list_hosts(*entries):
    system.system_settings_change(CONSOLE, {"local_hosts": "\n".join(entries)})


def endpoint_at(cast, address, organization=True, purpose="llm"):
    """As it stands in the database, whatever was allowed when it was saved."""
    with system_scope("test"):
        return ProviderEndpoint.objects.create(
            organization=cast.organization if organization else None,
            purpose=purpose,
            provider="ollama",
            model="reader:1b",
            location="local",
            api_base=address,
        )


def button_says(browser, endpoint):
    """What the test button says. Its limit is another test's matter."""
    rate_counters.forget_here()
    rate_counters.forget_everything()
    page = browser.post(reverse("accounts:organization_provider_test", args=[endpoint.id]), follow=True)
    (message,) = [str(message) for message in page.context["messages"]]
    return message


def own_names():
    return (
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127.1",
        "2130706433",
        "0x7f.1",
        "127.9.9.9",
        "0.0.0.0",
    )


def test_addresses_that_nobody_listed_are_refused(office):
    for host in (*own_names(), "10.1.2.3", "192.168.1.1", "model.lan", "169.254.169.254"):
        refused = office.post(NEW, LOCAL | {"api_base": f"http://{host}:9"})
        assert refused.status_code == 400 and NOT_LISTED in refused.content.decode(), host
    with system_scope("test"):
        assert not ProviderEndpoint.objects.exists()


def test_this_machine_is_refused_at_the_call_too(cast, office):
    """Also where a network was listed that it lies in, and under every name it may have."""
    list_hosts("0.0.0.0/1", "::/1", "10.0.0.0/8")
    with FakeOllama() as fake:
        for host in own_names():
            endpoint = endpoint_at(cast, f"http://{host}:{fake.url.rpartition(':')[2]}")
            assert NOT_LISTED in button_says(office, endpoint), host
            endpoint_id = endpoint.id
            with system_scope("test"):
                ProviderEndpoint.objects.filter(id=endpoint_id).delete()
        assert fake.requests == []


def test_a_listed_host_is_called_on_its_port(cast, office):
    with FakeOllama() as fake:
        port = fake.url.rpartition(":")[2]
        list_hosts("127.0.0.1:1")
        assert NOT_LISTED in button_says(office, endpoint_at(cast, fake.url))
        list_hosts(f"127.0.0.1:{port}")
        with system_scope("test"):
            endpoint = ProviderEndpoint.objects.get()
        assert "answered within" in button_says(office, endpoint)


def test_a_listed_name_must_lead_to_a_private_address(cast, office, monkeypatch):
    list_hosts("model.lan")
    led = {"to": "8.8.8.8"}
    real = socket.getaddrinfo

    def look_up(host, port, *arguments, **options):
        return real(led["to"] if host == "model.lan" else host, port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with FakeOllama() as fake:
        endpoint = endpoint_at(cast, f"http://model.lan:{fake.url.rpartition(':')[2]}")
        assert "leads outside the local network" in button_says(office, endpoint)
        led["to"] = "127.0.0.1"
        assert "answered within" in button_says(office, endpoint)


def test_the_systems_own_endpoints_may_be_on_this_machine(cast, drain):
    Organization.objects.filter(id=cast.organization.id).update(settings={"llm": "ollama/reader:1b"})
    cast.organization.refresh_from_db()
    with FakeOllama() as fake:
        endpoint = endpoint_at(cast, fake.url, organization=False)
        assert "answered within" in providers.provider_endpoint_test(cast.access(cast.super_admin), endpoint.id)
        with organization_scope(cast.organization.id):
            model = ai_models.language_model_for(cast.organization)
        assert model is not None and model.name == "ollama/reader:1b"


@contextmanager
def http_service(status: int) -> Iterator[int]:
    """Something on loopback that is no model server."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"error": "the secret of another program"}')

        def log_message(self, *_: object) -> None:
            """Silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@contextmanager
def speaking_service(greeting: bytes) -> Iterator[int]:
    """Takes a connection, says this and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                with line:
                    line.sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def provider_answers(cast, office, purpose):
    """What the test button says of: a closed port, what hangs up, what speaks another protocol, every HTTP status."""
    for service in [None, b"", b"220 mail\r\n", 200, 400, 401, 403, 404, 429, 500, 503, 302]:
        if service is None:
            manager = closed_port()
        else:
            manager = http_service(service) if isinstance(service, int) else speaking_service(service)
        with manager as port:
            endpoint = endpoint_at(cast, f"http://127.0.0.1:{port}", purpose=purpose)
            yield service, button_says(office, endpoint)
        with system_scope("test"):
            ProviderEndpoint.objects.all().delete()


@contextmanager
def closed_port() -> Iterator[int]:
    yield mail_servers.free_port()


@pytest.mark.parametrize("purpose", ["llm", "embedding"])
def test_every_failure_of_a_provider_reads_the_same(cast, office, caplog, purpose):
    list_hosts("127.0.0.1")
    found = dict(provider_answers(cast, office, purpose))
    assert len(set(found.values())) == 1, found
    assert "cannot be reached" in found[None] and "secret" not in found[404]
    with system_scope("test"):
        calls = AuditEntry.objects.filter(action="ai_called")
        assert {entry.details["outcome"] for entry in calls} == {"provider_unavailable"}
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "provider_key_refused" in said and "model_missing" in said, "the log tells the administrator"


def save_mail(cast, **changed):
    fields = {"host": "127.0.0.1", "port": 2525, "encryption": "none", "username": "", "password": None}
    fields |= {"sender_address": "post@town.example", "sender_name": ""}
    access = cast.access(cast.admin)
    with organization_scope(cast.organization.id):
        return mail_server.mail_server_set(access, MailServerSettings(**(fields | changed)))


def mail_refusal(cast):
    with pytest.raises(MailServerFailed) as failed:
        mail_server.mail_server_test(cast.access(cast.admin), "ada@town.example")
    return failed.value.code, failed.value.message


def test_a_private_mail_server_must_be_listed(cast):
    for host in ("127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1"):
        with pytest.raises(InvalidInput) as refused:
            save_mail(cast, host=host)
        assert NOT_LISTED in refused.value.message
    with mail_servers.smtp_server() as (inbox, port):
        for host in ("localhost", "127.1", "0x7f.1"):
            save_mail(cast, host=host, port=port)
            code, message = mail_refusal(cast)
            assert code == "mail_unreachable" and NOT_LISTED in message
        assert not inbox.envelopes
        list_hosts("127.0.0.0/8")
        save_mail(cast, host="127.0.0.1", port=port)
        mail_server.mail_server_test(cast.access(cast.admin), "ada@town.example")
        assert len(inbox.envelopes) == 1


def test_a_private_name_reads_like_an_unknown_one(cast, office, monkeypatch):
    """Which names the internal network knows cannot be asked for, by mail or by an AI provider."""
    list_hosts("10.9.9.9")  # with a network on the list, names are looked up
    real = socket.getaddrinfo

    def look_up(host, port, *arguments, **options):
        if host == "unknown.lan":
            raise socket.gaierror("unknown")
        return real("10.1.2.3" if host == "private.lan" else host, port, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    said = []
    for host in ("private.lan", "unknown.lan"):
        save_mail(cast, host=host)
        endpoint = endpoint_at(cast, f"http://{host}:11434")
        words = button_says(office, endpoint)
        with system_scope("test"):
            ProviderEndpoint.objects.filter(id=endpoint.id).delete()
        said.append([text.replace(host, "HOST") for text in (*mail_refusal(cast), words)])
    assert said[0] == said[1]


def test_a_mail_server_is_looked_up_once(cast, monkeypatch):
    """A name that leads elsewhere at the second look-up is not followed."""
    list_hosts("127.0.0.1")
    asked = []
    real = socket.getaddrinfo

    def look_up(host, port, *arguments, **options):
        if host == "mail.example.org":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "10.255.255.1"
        return real(host, port, *arguments, **options)

    with mail_servers.smtp_server() as (inbox, port):
        save_mail(cast, host="mail.example.org", port=port)
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        mail_server.mail_server_test(cast.access(cast.admin), "ada@town.example")
    assert len(asked) == 1 and len(inbox.envelopes) == 1


def test_every_failure_to_connect_for_mail_reads_the_same(cast, monkeypatch, tmp_path):
    list_hosts("127.0.0.1", "mail.lan")
    monkeypatch.setattr(mail_server, "STEP_SECONDS", 0.3)
    found = {}
    context = mail_servers.self_signed(tmp_path)
    services_behind = {
        "closed": (closed_port(), "none"),
        "hangs up": (speaking_service(b""), "none"),
        "another protocol": (speaking_service(b"SSH-2.0-OpenSSH_9.2\r\n"), "none"),
        "refuses": (speaking_service(b"554 no\r\n"), "none"),
        "http": (http_service(404), "none"),
        "no TLS": (speaking_service(b"220 mail\r\n"), "tls"),
        "silent": (silent_service(), "none"),
    }
    for name, (manager, encryption) in services_behind.items():
        with manager as port:
            save_mail(cast, port=port, encryption=encryption)
            code, message = mail_refusal(cast)
            found[name] = code, message.replace(str(port), "…")
    with mail_servers.smtp_server(ssl_context=context) as (_inbox, port):
        save_mail(cast, port=port, encryption="tls")
        code, message = mail_refusal(cast)
        found["certificate"] = code, message.replace(str(port), "…")
    assert len(set(found.values())) == 1, found
    assert found["closed"][0] == "mail_unreachable"


@contextmanager
def silent_service() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_super_admins_keep_the_list_in_admin_and_it_is_audited(cast):
    page = reverse("admin:accounts_systemsettings_change", args=[1])
    fields = {"auto_approval_threshold": "0.9", "local_hosts": "10.0.0.7:11434\nmail.lan"}
    browser = cast.browser(cast.super_admin)
    assert browser.post(page, fields).status_code == 302
    assert local_hosts_allowed().names("mail.lan", 25) and local_hosts_allowed().names("10.0.0.7", 11434)
    with system_scope("test"):
        details = AuditEntry.objects.filter(action="system_settings_changed").latest("number").details
    assert details["local_hosts"] == {"before": "", "after": "10.0.0.7:11434\nmail.lan"}
    refused = browser.post(page, fields | {"local_hosts": "0.0.0.0/0"})
    assert refused.status_code == 200 and "is not a host name" in refused.content.decode()
    assert cast.browser(cast.admin).post(page, fields | {"local_hosts": "127.0.0.1"}).status_code == 403
    with pytest.raises(InvalidInput):
        system.system_settings_change(CONSOLE, {"local_hosts": "http://x/"})


def test_the_installations_list_counts_too(settings):
    settings.LOCAL_PROVIDER_HOSTS = ["10.0.0.7"]
    list_hosts("10.0.0.8")
    assert all(local_hosts_allowed().names(host, 80) for host in ("10.0.0.7", "10.0.0.8"))


def test_an_upgrade_lists_the_hosts_that_are_in_use(cast):
    addresses = ["http://127.0.0.1:11434", "HTTPS://Model.LAN/v1", "http://[fd00::7]/x", "http://10.0.0.9:8000/v1?x"]
    with system_scope("test"):
        for number, address in enumerate([*addresses, "nonsense", ""]):
            row = endpoint_at(cast, address)
            ProviderEndpoint.objects.filter(id=row.id).update(model=f"m{number}")
        endpoint_at(cast, "http://172.16.0.1", organization=False)
        MailServer.objects.create(organization=cast.organization, host="Mail.lan", sender_address="a@b.example")
    list_hosts()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        for statement in import_module("accounts.migrations.0016_local_hosts").PRESENT_HOSTS:
            owner.execute(statement)
    assert system_settings().local_hosts.split() == [
        *("10.0.0.9:8000", "127.0.0.1:11434", "[fd00::7]:80", "mail.lan:587", "model.lan:443")
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity")
        assert cursor.fetchall() == [], "row-level security holds for the owner again"
    assert local_hosts.local_hosts_of(system_settings().local_hosts.split())
