"""Whatever happens to people, homes, roles and mail servers: no link of an account leaves by an organisation's server."""

from __future__ import annotations

import ast
import inspect
import re
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.models import Organization, User
from accounts.selectors.access import access_resolve
from accounts.services.mail import account_mail, mail_server
from accounts.services.mail.mail_server import MailServerSettings
from accounts.services.people import invitations
from accounts.services.people import people as people_services
from accounts.services.sign_in import api_keys, passwords, second_factor, sessions
from idp_project.core.errors import IdpError
from idp_project.core.tenancy import organization_scope
from tests import mail_servers
from tests.integration.accounts.conftest import CONSOLE, PASSWORD, World

ADDRESSES = ("ann@a.example", "Ben@b.example", "root@c.example")
LINK = re.compile(r"https?://\S+")
STEPS = st.tuples(
    st.sampled_from(
        [
            *("invite", "invite", "accept", "accept", "person", "forget", "reset", "send", "prove"),
            *("member", "home", "server", "no server", "test", "key", "factor", "super"),
        ]
    ),
    st.integers(0, 1),  # an organisation
    st.integers(0, 2),  # an address
    st.integers(0, 20),  # a person, a link
)


class Story:
    """Two organisations with an admin each, both with the hostile server at first."""

    def __init__(self, world: World, port: int) -> None:
        self.places, self.port, self.numbers = [world.organization, world.foreign], port, iter(range(10_000))
        self.admins = [self._admin(place) for place in self.places]
        for place in (0, 1):
            self.do("server", place, 0, 0)

    def _admin(self, place: Organization) -> User:
        user = people_services.user_create(
            CONSOLE, username=f"admin-{place.slug}", password=PASSWORD, home_organization_id=place.id
        )
        people_services.membership_set(CONSOLE, user_id=user.pk, organization_id=place.id, role=Role.ORG_ADMIN)
        return user

    def do(self, what: str, place: int, address: int, index: int) -> None:
        """One step; a refusal is an outcome like any other."""
        organization, access = self.places[place], access_resolve(self.admins[place], None)
        people = list(User.objects.order_by("date_joined", "username"))
        person = people[index % len(people)]
        tokens = [link.partition("#")[2] for message in mail.outbox for link in LINK.findall(message.body)]
        token = tokens[index % len(tokens)] if tokens else ""
        assert access
        with suppress(IdpError), transaction.atomic():
            getattr(self, "_" + what.replace(" ", "_"))(access, organization, ADDRESSES[address], person, token)

    def _invite(self, access: Access, place: Organization, address: str, *_: Any) -> None:
        invitations.invitation_create(access, organization_id=place.id, email=address, role=Role.VIEWER)

    def _accept(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        asker = sessions.sign_in(person).access if person.is_active else None
        invitations.invitation_accept(token, asker=asker, password="a quite different phrase")

    def _person(self, access: Access, place: Organization, address: str, *_: Any) -> None:
        name = f"p{next(self.numbers)}"
        people_services.person_create(access, username=name, password=PASSWORD, role=Role.VIEWER, email=address)

    def _forget(self, access: Access, place: Organization, address: str, *_: Any) -> None:
        User.objects.update(password_mail_at=None)
        passwords.password_reset_request(address)

    def _reset(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        passwords.password_reset_complete(token, "yet another long phrase")

    def _send(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        passwords.password_reset_send(access, person.pk)

    def _prove(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        passwords.address_proof_request(sessions.sign_in(person).access)

    def _member(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        people_services.membership_set(CONSOLE, user_id=person.pk, organization_id=place.id, role=Role.VIEWER)

    def _home(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        if person not in self.admins and not User.objects.stating(person.email).exclude(pk=person.pk).exists():
            User.objects.filter(pk=person.pk).update(home_organization=place)

    def _server(self, access: Access, place: Organization, *_: Any) -> None:
        server = MailServerSettings("127.0.0.1", self.port, "none", "", None, "post@rival.example", "Post")
        with organization_scope(place.id):
            mail_server.mail_server_set(access, server)

    def _no_server(self, access: Access, place: Organization, *_: Any) -> None:
        with organization_scope(place.id):
            mail_server.mail_server_remove(access)

    def _test(self, access: Access, place: Organization, address: str, *_: Any) -> None:
        mail_server.mail_server_test(access, address)

    def _key(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        api_keys.api_key_create(sessions.sign_in(person).access, name="n", scopes=["view_documents"], days=1)

    def _factor(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        second_factor.second_factor_reset(CONSOLE, person.pk)

    def _super(self, access: Access, place: Organization, address: str, person: User, token: str) -> None:
        if person not in self.admins:
            User.objects.filter(pk=person.pk).update(is_superuser=True)


def at_once(job: Any, *, organization_id: UUID, **ids: Any) -> None:
    """What a worker would do later."""
    module, _, name = job.value.rpartition(".")
    plain = {
        key: [str(item) for item in value] if isinstance(value, list) else str(value) for key, value in ids.items()
    }
    getattr(import_module(module), name)(organization_id=str(organization_id), **plain)


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [10, pytest.param(40, marks=pytest.mark.slow)])
def test_account_links_never_leave_by_an_organizations_server(world, settings, monkeypatch, examples):
    settings.MAIL_PORTS = []
    for module in ("sign_in.passwords", "mail.notices"):
        monkeypatch.setattr(f"accounts.services.{module}.enqueue", at_once)
    links = 0
    with mail_servers.smtp_server() as (inbox, port):

        def stories(steps: list[tuple[str, int, int, int]]) -> None:
            nonlocal links
            mail.outbox.clear()
            inbox.envelopes.clear()
            with transaction.atomic():
                story = Story(world, port)
                for step in steps:
                    story.do(*step)
                links += sum(len(LINK.findall(message.body)) for message in mail.outbox)
                transaction.set_rollback(True)
            for envelope in inbox.envelopes:
                text = envelope.content.decode(errors="replace")
                assert "Test message of" in text and not LINK.search(text) and "#" not in text

        run_stories(stories, examples)()
    assert links > examples / 2, "the stories have links in them"


def run_stories(test: Any, examples: int) -> Any:
    checks = list(HealthCheck)
    return settings(max_examples=examples, deadline=None, suppress_health_check=checks, derandomize=True)(
        given(st.lists(STEPS, min_size=6, max_size=14))(test)
    )


def test_what_sends_links_knows_no_organization():
    """A property of the structure: the module of account mails has no way to a server of an organisation."""
    assert set(inspect.signature(account_mail.account_mail_send).parameters) == {
        "to",
        "template",
        "context",
        "regional",
    }
    tree = ast.parse(inspect.getsource(account_mail))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in imported if name and ("mail_server" in name or name.endswith(("models", "selectors")))}


def test_mail_leaves_by_two_modules_alone():
    """By the system's server and by an organisation's; that one sends fixed words, and what work_mail has for it."""
    root = Path(django_settings.BASE_DIR)
    sending, by_organization = set(), set()
    for folder in ("accounts", "documents", "extraction", "review", "rag", "pdb_sync", "idp_project"):
        for path in (root / folder).rglob("*.py"):
            source = path.read_text()
            if "django.core.mail" in source and path.parts[-2] != "settings":
                sending.add(path.relative_to(root).as_posix())
            if re.search(r"\bmail_server_send\(", source):
                by_organization.add(path.relative_to(root).as_posix())
    bounded = "idp_project/core/bounded_mail.py"  # how all connect; it composes nothing
    services = "accounts/services/mail/"
    assert sending == {f"{services}{name}.py" for name in ("account_mail", "mail_server")} | {bounded}
    assert by_organization == {f"{services}mail_server.py", f"{services}work_mail.py"}
    door = (root / services / "mail_server.py").read_text()
    assert "PUBLIC_URL" not in door and "render_to_string" not in door


def test_mail_about_work_has_no_link_of_an_account():
    """Its templates link to the desk and to what people are told, and no service of accounts sends by it."""
    root = Path(django_settings.BASE_DIR)
    for path in (root / "accounts").rglob("*.py"):
        assert path.name == "work_mail.py" or "work_mail" not in path.read_text(), path
    texts = "".join(path.read_text() for path in (root / "templates/review/mail").glob("*.txt"))
    assert "link" in texts and "token" not in texts and "accounts:" not in texts
