"""The fixed cast: two organisations and one person per role. Everybody is made when first looked at."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.models import Organization, Team, User
from accounts.selectors.access import access_current, access_resolve
from accounts.services.people import people, teams
from accounts.services.sign_in import sessions
from accounts.tokens import ACCESS, access_token, cookie_name
from documents.domain.library import library_type
from documents.models import Schema, SchemaVersion
from documents.services.schemas.drafts import schema_draft_open, schema_draft_publish, schema_draft_save
from documents.services.schemas.schemas import schema_publish
from idp_project.core.tenancy import organization_scope
from tests.factories.evidence import open_gates

PASSWORD = "correct horse battery"
CONSOLE = Access.for_command_line()


class Cast:
    """`organization` with the teams `team` and `other_team`; `foreign` is another organisation.

    Owner (operator), teammate (operator), reviewer (manager) and viewer are in `team`, the outsider in `other_team`.
    """

    def __init__(self) -> None:
        self._mark = uuid4().hex[:8]

    @cached_property
    def organization(self) -> Organization:
        return self._organization("Town hall")

    @cached_property
    def foreign(self) -> Organization:
        return self._organization("Harbour")

    @cached_property
    def team(self) -> Team:
        return teams.team_create(CONSOLE, organization_id=self.organization.id, name="Post")

    @cached_property
    def other_team(self) -> Team:
        return teams.team_create(CONSOLE, organization_id=self.organization.id, name="Taxes")

    @cached_property
    def foreign_team(self) -> Team:
        return teams.team_create(CONSOLE, organization_id=self.foreign.id, name="Quay")

    @cached_property
    def owner(self) -> User:
        return self._person("owner", Role.OPERATOR, self.team)

    @cached_property
    def teammate(self) -> User:
        return self._person("teammate", Role.OPERATOR, self.team)

    @cached_property
    def colleague(self) -> User:
        """A further operator of the team."""
        return self._person("colleague", Role.OPERATOR, self.team)

    @cached_property
    def reviewer(self) -> User:
        return self._person("reviewer", Role.MANAGER, self.team)

    @cached_property
    def viewer(self) -> User:
        return self._person("viewer", Role.VIEWER, self.team)

    @cached_property
    def outsider(self) -> User:
        return self._person("outsider", Role.MANAGER, self.other_team)

    @cached_property
    def admin(self) -> User:
        return self._person("admin", Role.ORG_ADMIN, None)

    @cached_property
    def foreign_admin(self) -> User:
        return self._person("foreign_admin", Role.ORG_ADMIN, None, self.foreign)

    @cached_property
    def guest(self) -> User:
        """A viewer of the team whose account is at home in the other organisation."""
        user = self._proven("guest", Role.VIEWER, self.foreign_team)
        self._join(user, Role.VIEWER, self.team)
        return user

    @cached_property
    def both(self) -> User:
        """An operator of the team, and a manager at home in the other organisation."""
        user = self._proven("both", Role.MANAGER, self.foreign_team)
        self._join(user, Role.OPERATOR, self.team)
        return user

    @cached_property
    def super_admin(self) -> User:
        return self._create("super_admin", is_super_admin=True)

    def access(self, user: User) -> Access:
        """As of now, in the person's first organisation."""
        access = access_resolve(user, None)
        assert access is not None
        return access

    def session_access(self, user: User) -> Access:
        """With a session of its own, as tickets and image tokens need."""
        access = access_current(sessions.sign_in(user).session.pk)
        assert access is not None
        return access

    def browser(self, user: User | None) -> Client:
        """Signed in with a session of its own; a stranger's browser for None."""
        client = Client()
        if user is not None:
            client.cookies[cookie_name(ACCESS)] = str(access_token(sessions.sign_in(user)))
        return client

    def publish(
        self, *keys: str, threshold: float = 0.5, engine: dict[str, str] | None = None, is_automatic: bool = True
    ) -> dict[str, Schema]:
        """The demonstration's schemas of those keys, published in `organization`, with open gates and without a blind sample.

        The threshold is low, so that failed checks choose the route and not how sure the extractor is at present.
        """
        with organization_scope(self.organization.id):
            found = {key: self._publish(key, threshold, engine or {}) for key in keys}
            Schema.objects.filter(id__in=[one.id for one in found.values()]).update(
                blind_percent=0, blind_percent_earned=0
            )
            return {key: open_gates(schema) for key, schema in found.items()} if is_automatic else found

    def change_type(self, user: User, schema: Schema, **changes: Any) -> SchemaVersion:
        """The person edits the type and publishes it: `threshold=0.4`, `fields={"total": {"label": "Sum"}}`. Inside its scope."""
        access = self.access(user)
        draft = schema_draft_open(access, schema.pk)
        definition = draft.definition
        for field in definition["fields"]:
            field |= changes.get("fields", {}).get(field["name"], {})
        definition |= {name: value for name, value in changes.items() if name != "fields"}
        draft = schema_draft_save(access, schema.pk, definition=definition, revision=draft.revision)
        return schema_draft_publish(access, schema.pk, revision=draft.revision)

    def _publish(self, key: str, threshold: float, engine: dict[str, str]) -> Schema:
        spec = library_type(key).spec("en")
        spec = replace(spec, threshold=threshold, engine=engine)
        return schema_publish(organization_id=self.organization.id, spec=spec).schema

    def _organization(self, name: str) -> Organization:
        slug = f"{name.lower().replace(' ', '-')}-{self._mark}"
        return people.organization_create(CONSOLE, name=name, slug=slug)

    def _person(self, name: str, role: Role, team: Team | None, organization: Organization | None = None) -> User:
        home = organization or self.organization
        user = self._create(name, home=home)
        place = {"organization_id": home.id, "team_id": team.id if team else None}
        people.membership_set(CONSOLE, user_id=user.id, role=role, **place)
        return user

    def _proven(self, name: str, role: Role, team: Team) -> User:
        """At home in the other organisation, with an address as if a mailed link had proven it."""
        user = self._person(name, role, team, self.foreign)
        user.email, user.email_proven_at = f"{user.username}@example.org", timezone.now()
        user.save(update_fields=["email", "email_proven_at"])
        return user

    def _join(self, user: User, role: Role, team: Team) -> None:
        place = {"organization_id": self.organization.id, "team_id": team.id}
        people.membership_set(CONSOLE, user_id=user.id, role=role, **place)

    def _create(self, name: str, *, home: Organization | None = None, is_super_admin: bool = False) -> User:
        return people.user_create(
            CONSOLE,
            username=f"{name}-{self._mark}",
            password=PASSWORD,
            is_super_admin=is_super_admin,
            home_organization_id=home.id if home else None,
        )
