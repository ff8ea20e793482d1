"""The five roles and what each may do: the one table that grants, checks and documentation read.

A role holds everything that the role below it holds. Nothing here knows users, teams or the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from accounts.domain.stored_words import words_of


class Permission(StrEnum):
    """Codenames that guardian grants on teams, batches, schemas and organisations."""

    VIEW_DOCUMENTS = "view_documents"
    ASK_QUESTIONS = "ask_questions"
    DOWNLOAD_DOCUMENTS = "download_documents"
    UPLOAD_DOCUMENTS = "upload_documents"
    REVIEW_DOCUMENTS = "review_documents"
    SHARE_DOCUMENTS = "share_documents"
    MANAGE_BATCHES = "manage_batches"
    MANAGE_SCHEMAS = "manage_schemas"
    MANAGE_ORGANIZATION = "manage_organization"
    MANAGE_SYSTEM = "manage_system"


class Role(StrEnum):
    """From the least to the most powerful."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    MANAGER = "manager"
    ORG_ADMIN = "org_admin"
    SUPER_ADMIN = "super_admin"

    @property
    def rank(self) -> int:
        """0 for viewer, 4 for super_admin."""
        return list(Role).index(self)

    @property
    def label(self) -> str:
        """What people read: "Org admin"."""
        return words_of(self.value)


ADDED_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.VIEW_DOCUMENTS, Permission.ASK_QUESTIONS, Permission.DOWNLOAD_DOCUMENTS}),
    Role.OPERATOR: frozenset({Permission.UPLOAD_DOCUMENTS, Permission.REVIEW_DOCUMENTS}),
    Role.MANAGER: frozenset({Permission.SHARE_DOCUMENTS, Permission.MANAGE_BATCHES, Permission.MANAGE_SCHEMAS}),
    Role.ORG_ADMIN: frozenset({Permission.MANAGE_ORGANIZATION}),
    Role.SUPER_ADMIN: frozenset({Permission.MANAGE_SYSTEM}),
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    role: frozenset().union(*(ADDED_PERMISSIONS[below] for below in Role if below.rank <= role.rank)) for role in Role
}

TEAM_ROLES = (Role.VIEWER, Role.OPERATOR, Role.MANAGER)
"""Roles a membership of one team may carry; each may also be held for the whole organisation."""
MEMBERSHIP_ROLES = (*TEAM_ROLES, Role.ORG_ADMIN)
"""super_admin belongs to no organisation and is therefore no membership."""

TEAM_PERMISSIONS = ROLE_PERMISSIONS[Role.MANAGER]
SHARED_PERMISSIONS = frozenset({Permission.VIEW_DOCUMENTS, Permission.DOWNLOAD_DOCUMENTS, Permission.REVIEW_DOCUMENTS})
"""What can be given on a single document or batch, as an exception from the roles."""
USE_SCHEMA = "use_schema"
"""What a grant on a single schema gives at least: to see it and to submit documents for it."""
ORGANIZATION_PERMISSIONS = ROLE_PERMISSIONS[Role.ORG_ADMIN]


def permission_choices(permissions: frozenset[Permission]) -> tuple[tuple[str, str], ...]:
    """For a model's `Meta.permissions`, in the order of the enum: (("view_documents", "Can view documents"), …)."""
    return tuple((name.value, f"Can {name.value.replace('_', ' ')}") for name in Permission if name in permissions)
