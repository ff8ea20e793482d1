"""`Access`: who asks and what they may do, resolved once per request, job or socket. A pure value, no database.

It is built by `accounts.selectors.access_resolve`; every door and every visibility predicate takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from accounts.domain.refusals import ORGANIZATION_NOT_CHOSEN
from accounts.domain.roles import ORGANIZATION_PERMISSIONS, USE_SCHEMA, Permission, Role
from idp_project.core.errors import Forbidden
from idp_project.core.regional import RegionalChoice

NO_ORGANIZATION = "no_organization"
"""Only super admins work in none: always in a fresh installation, until the first organisation is made."""
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Permissions are codenames of `Permission`. All ids belong to `organization_id`, the one scope of a request.

    `role` is the role in the active team, else the strongest one held; it is for display. Permissions decide.
    `team_ids` are the teams whose documents may be seen; `organization_permissions` hold on every team.
    """

    user_id: UUID | None
    organization_id: UUID | None
    role: Role | None = None
    team_ids: tuple[UUID, ...] = ()
    team_permissions: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    batch_permissions: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    document_permissions: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    schema_permissions: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    organization_permissions: frozenset[str] = frozenset()
    is_super: bool = False
    session_id: UUID | None = None
    display_name: str = ""
    active_team_id: UUID | None = None
    regional: tuple[RegionalChoice, ...] = ()
    """What the person has set, and the organisation: `regional_of(*access.regional, accepted=…)` is what holds."""

    @classmethod
    def for_system(cls, organization_id: UUID) -> Access:
        """For jobs: the whole of one organisation, nobody's name."""
        return cls(
            user_id=None,
            organization_id=organization_id,
            organization_permissions=frozenset(ORGANIZATION_PERMISSIONS),
            display_name="system",
        )

    @classmethod
    def for_command_line(cls) -> Access:
        """For management commands: anyone who may run them on the server may do everything, in every organisation."""
        permissions = frozenset(str(permission) for permission in Permission)
        return cls(
            user_id=None,
            organization_id=None,
            role=Role.SUPER_ADMIN,
            organization_permissions=permissions,
            is_super=True,
            display_name="command line",
        )

    def limited_to(self, permissions: Collection[str], display_name: str) -> Access:
        """For a machine that acts for this person: no permission beyond these, one organisation, no session."""
        kept = frozenset({*permissions, USE_SCHEMA})

        def cut(held: Mapping[UUID, frozenset[str]]) -> dict[UUID, frozenset[str]]:
            return {key: names & kept for key, names in held.items() if names & kept}

        return replace(
            self,
            team_ids=self.team_ids if Permission.VIEW_DOCUMENTS in kept else (),
            team_permissions=cut(self.team_permissions),
            batch_permissions=cut(self.batch_permissions),
            document_permissions=cut(self.document_permissions),
            schema_permissions=cut(self.schema_permissions),
            organization_permissions=self.organization_permissions & kept,
            is_super=False,
            session_id=None,
            display_name=display_name,
        )

    def within(self, organization_id: UUID) -> Access:
        """A super admin's access to another organisation: for Django admin, which shows the rows of all. Else Forbidden."""
        if not self.is_super:
            raise Forbidden
        return replace(self, organization_id=organization_id, team_ids=(), active_team_id=None)

    @property
    def required_organization_id(self) -> UUID:
        """The one organisation of this request. Raises Forbidden (`no_organization`) if none is chosen."""
        if self.organization_id is None:
            raise Forbidden(ORGANIZATION_NOT_CHOSEN(), code=NO_ORGANIZATION)
        return self.organization_id

    @property
    def required_user_id(self) -> UUID:
        """The person who asks. Raises Forbidden where the system itself does."""
        if self.user_id is None:
            raise Forbidden
        return self.user_id

    def can_everywhere(self, permission: str) -> bool:
        """On every team of the organisation, present and future: a predicate may then filter by organisation only."""
        return self.is_super or permission in self.organization_permissions

    @property
    def sees_all(self) -> bool:
        """Every document of the organisation is visible."""
        return self.can_everywhere(Permission.VIEW_DOCUMENTS)

    def can(
        self,
        permission: str,
        team_id: UUID | None = None,
        batch_id: UUID | None = None,
        schema_id: UUID | None = None,
        document_id: UUID | None = None,
    ) -> bool:
        """Whether the permission is held on the team, or on the batch, document or schema by an exceptional grant.

        Without any id: whether it is held anywhere (is there a reason to show the menu entry?).
        """
        if self.can_everywhere(permission):
            return True
        asked = (
            (self.team_permissions, team_id),
            (self.batch_permissions, batch_id),
            (self.document_permissions, document_id),
            (self.schema_permissions, schema_id),
        )
        if all(key is None for _, key in asked):
            return any(permission in held for mapping, _ in asked for held in mapping.values())
        return any(key is not None and permission in mapping.get(key, frozenset()) for mapping, key in asked)

    def team_ids_with(self, permission: str) -> list[UUID]:
        """Teams on which the permission is held, for `team_id = ANY(:team_ids)`; of a system access, none are named."""
        if self.can_everywhere(permission):
            return list(self.team_ids)
        return [team_id for team_id, held in self.team_permissions.items() if permission in held]

    def batch_ids_with(self, permission: str) -> list[UUID]:
        """Batches on which the permission is held by an exceptional grant, whatever their team."""
        return [batch_id for batch_id, held in self.batch_permissions.items() if permission in held]

    def document_ids_with(self, permission: str) -> list[UUID]:
        """Documents on which the permission is held by a share of the document itself."""
        return [document_id for document_id, held in self.document_permissions.items() if permission in held]


def access_of(request: Any) -> Access:
    """Who asks, in a view of a page or of the API; middleware and authentication let nobody else in."""
    access: Access = request.access
    return access


def opens_own_scopes(view: View) -> View:
    """For views that wait for a model or stream: the request runs in no transaction, the view opens tenancy scopes."""
    view.opens_own_scopes = True  # type: ignore[attr-defined]
    return view
