"""Making the demonstration organisation; may run again."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.domain.roles import Permission, Role
from accounts.models import Organization, Team, User
from accounts.services.people.people import membership_set, organization_create, user_create
from accounts.services.people.teams import team_create
from documents.domain.auto_approval import AutoApproval
from documents.domain.library import library_type
from documents.domain.schema_spec import SchemaSpec
from documents.models import SchemaVersion
from documents.services.schemas.schemas import schema_publish
from idp_project.core.errors import Conflict
from idp_project.core.installation import InstallationKind, kind_of
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo.kind import LOGINS_NAME, SLUG, other_organization
from idp_project.operations.demo.logins import DemoLogin, make_logins, read_logins, write_logins

TEAM = "Accounts payable"
OTHER_TEAM = "Registry"
LOGINS_PATH = Path(settings.DATA_DIR) / LOGINS_NAME
_TYPES = ("bank_statement", "invoice", "purchase_order", "receipt", "registration_form")
_LOADER = Access(
    user_id=None,
    organization_id=None,
    organization_permissions=frozenset(Permission),
    is_super=True,
    display_name="demonstration",
)


def load() -> Organization:
    """The demo organisation with two teams, one person per role and the schemas; what is there already stays.

    The new schemas are approved automatically, so that both routes occur. Conflict in a folder that is no demonstration,
    and beside any other organisation.
    """
    check_demonstration()
    organization = Organization.objects.filter(slug=SLUG).first()
    if organization is None:
        with transaction.atomic():
            organization = _create()
    with organization_scope(organization.id):
        for spec in shipped_schemas():
            known = Q(number=spec.version) | Q(schema__is_retired=True)  # a retired schema gets no further version
            if not SchemaVersion.objects.filter(known, schema__key=spec.key).exists():
                schema_publish(organization_id=organization.id, spec=spec, auto_approval=AutoApproval.DEMONSTRATION)
    return organization


def check_demonstration() -> None:
    """Conflict unless this data folder holds a demonstration and the database no organisation of anybody else."""
    data = Path(settings.DATA_DIR)
    if kind_of(data) is not InstallationKind.DEMONSTRATION:
        raise Conflict(
            _(
                "%(folder)s holds no demonstration, so nothing of one is loaded there. `make run` with a folder of its own "
                "(IDP_DATA_DIR) shows the demonstration."
            )
            % {"folder": data}
        )
    if name := other_organization():
        raise Conflict(
            _("The database holds the organisation “%(name)s”: the demonstration is loaded only into one of its own.")
            % {"name": name}
        )


def is_shared() -> bool:
    """Whether somebody has made another organisation beside the demonstration's."""
    return bool(other_organization()) and Organization.objects.filter(slug=SLUG).exists()


def shipped_schemas() -> list[SchemaSpec]:
    """The types of the library that the demonstration has, by key."""
    return [library_type(key).spec("en") for key in _TYPES]


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
        home_organization_id=None if role is Role.SUPER_ADMIN else organization.id,
    )
    if role is not Role.SUPER_ADMIN:
        membership_set(
            _LOADER,
            user_id=user.pk,
            organization_id=organization.id,
            role=role,
            team_id=None if role is Role.ORG_ADMIN else team.id,
        )
