"""Making the demonstration organisation; may run again."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.access import Access
from accounts.domain.roles import Permission, Role
from accounts.models import Organization, Team, User
from accounts.services import membership_set, organization_create, team_create, user_create
from documents.domain.auto_approval import AutoApproval
from documents.domain.schema_spec import SchemaSpec
from documents.models import SchemaVersion
from documents.services import schema_publish
from idp_project.core.tenancy import organization_scope
from idp_project.demo.logins import DemoLogin, make_logins, read_logins, write_logins

SLUG = "demo"
TEAM = "Accounts payable"
OTHER_TEAM = "Registry"
LOGINS_PATH = Path(settings.DATA_DIR) / "demo_logins.json"
_SCHEMAS = Path(__file__).with_name("schemas")
_LOADER = Access(
    user_id=None,
    organization_id=None,
    organization_permissions=frozenset(Permission),
    is_super=True,
    display_name="demonstration",
)


def load() -> Organization:
    """The demo organisation with two teams, a person a role and the schemas; what is there already stays.

    In a demonstration the new schemas are approved automatically, so that both routes occur.
    """
    organization = Organization.objects.filter(slug=SLUG).first()
    if organization is None:
        with transaction.atomic():
            organization = _create()
    auto_approval = AutoApproval.DEMONSTRATION if settings.IS_DEMONSTRATION else AutoApproval.OFF
    with organization_scope(organization.id):
        for spec in shipped_schemas():
            if not SchemaVersion.objects.filter(schema__key=spec.key, number=spec.version).exists():
                schema_publish(organization_id=organization.id, spec=spec, auto_approval=auto_approval)
    return organization


def shipped_schemas() -> list[SchemaSpec]:
    """The schemas that come with the demonstration, by key."""
    return [SchemaSpec.from_dict(json.loads(path.read_text())) for path in sorted(_SCHEMAS.glob("*.json"))]


def _create() -> Organization:
    organization = organization_create(_LOADER, name="Demo Office", slug=SLUG)
    team = team_create(_LOADER, organization_id=organization.id, name=TEAM)
    team_create(_LOADER, organization_id=organization.id, name=OTHER_TEAM)
    logins = read_logins(LOGINS_PATH) or make_logins()
    for login in logins:
        _create_person(login, organization, team)
    write_logins(LOGINS_PATH, logins)
    return organization


def _create_person(login: DemoLogin, organization: Organization, team: Team) -> None:
    role = Role(login.role)
    user: User = user_create(
        _LOADER,
        username=login.username,
        password=login.password,
        display_name=login.display_name,
        is_super_admin=role is Role.SUPER_ADMIN,
    )
    if role is not Role.SUPER_ADMIN:
        membership_set(
            _LOADER,
            user_id=user.pk,
            organization_id=organization.id,
            role=role,
            team_id=None if role is Role.ORG_ADMIN else team.id,
        )
