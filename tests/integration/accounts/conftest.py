"""The people of these tests, and browsers that have signed in."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.models import Organization, Team, User
from accounts.services.people import people
from accounts.services.people import teams as teams_services

PASSWORD = "correct horse battery"
CONSOLE = Access.for_command_line()


@dataclass(frozen=True)
class World:
    """Two organisations; `organization` has the teams `team` and `other_team`."""

    organization: Organization
    team: Team
    other_team: Team
    foreign: Organization
    foreign_team: Team


@pytest.fixture
def world(db: None) -> World:
    cache.clear()
    organization = people.organization_create(CONSOLE, name="Town hall", slug="town-hall")
    foreign = people.organization_create(CONSOLE, name="Harbour", slug="harbour")
    teams = [
        teams_services.team_create(CONSOLE, organization_id=organization.id, name=name) for name in ("Post", "Taxes")
    ]
    foreign_team = teams_services.team_create(CONSOLE, organization_id=foreign.id, name="Quay")
    return World(organization, teams[0], teams[1], foreign, foreign_team)


@pytest.fixture
def person(world: World) -> Callable[..., User]:
    """person("ada", Role.OPERATOR) is an operator of the team; of the whole organisation with team=None."""

    def make(
        name: str, role: Role | None, team: Team | str | None = "post", organization: Organization | None = None
    ) -> User:
        is_super = role == Role.SUPER_ADMIN
        home = None if is_super else (organization or world.organization).id
        user = people.user_create(
            CONSOLE, username=name, password=PASSWORD, is_super_admin=is_super, home_organization_id=home
        )
        if role and not is_super:
            chosen = world.team if team == "post" else team
            people.membership_set(
                CONSOLE,
                user_id=user.id,
                organization_id=(organization or world.organization).id,
                team_id=chosen.id if chosen and role != Role.ORG_ADMIN else None,
                role=role,
            )
        return user

    return make


def prove(user: User, email: str = "") -> User:
    """As a mailed link would have done."""
    user.email, user.email_proven_at = email or f"{user.username}@example.org", timezone.now()
    user.save(update_fields=["email", "email_proven_at"])
    return user


@pytest.fixture
def operator(person: Callable[..., User]) -> User:
    return person("ada", Role.OPERATOR)


@pytest.fixture
def super_admin(person: Callable[..., User]) -> User:
    return person("root", Role.SUPER_ADMIN)


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str):
    """Through the form, as a browser would."""
    return client.post("/login/", {"username": username, "password": password}, **extra)


@pytest.fixture
def tab(operator: User) -> Client:
    """The operator's tab."""
    client = Client()
    assert sign_in(client, "ada").status_code == 302
    return client
