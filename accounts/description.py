"""The roles as a page of documentation, read from accounts/domain/roles.py."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.domain.roles import MEMBERSHIP_ROLES, ROLE_PERMISSIONS, TEAM_ROLES, Permission, Role

MEANINGS: Mapping[Permission, str] = {
    Permission.VIEW_DOCUMENTS: "see batches, documents, pages, review tasks and production records",
    Permission.ASK_QUESTIONS: "ask the documents of the team, on the page and over the API",
    Permission.DOWNLOAD_DOCUMENTS: "take files as received, export production records",
    Permission.UPLOAD_DOCUMENTS: "submit batches into the team, try failed steps again",
    Permission.REVIEW_DOCUMENTS: "claim review tasks, correct values, approve, reject",
    Permission.SHARE_DOCUMENTS: "share a document or batch with one person of another team, until a day",
    Permission.MANAGE_BATCHES: "cancel batches; in Django admin also send dead deliveries again",
    Permission.MANAGE_SCHEMAS: "labels and thresholds of the team's schemas; in the whole organisation also of every team's",
    Permission.MANAGE_ORGANIZATION: "the organisation's pages: teams, people, roles up to one's own, e-mail, security, AI, "
    "audit; switch automatic approval of a type on",
    Permission.MANAGE_SYSTEM: "Django admin, with every organisation in it",
}


def roles_page() -> str:
    """Markdown: a table of roles and permissions, and where each role may be held."""
    return "\n".join(
        [
            "# Roles and permissions",
            "",
            "Generated from `accounts/domain/roles.py` by `manage.py describe_roles`; a test compares the two.",
            "",
            *_table(),
            "",
            "A role holds everything that the role to its left holds. Where it may be held:",
            "",
            *(f"- **{role.label}** (`{role.value}`): {_place(role)}" for role in Role),
            "",
        ]
    )


def _table() -> list[str]:
    head = f"| permission | lets a person | {' | '.join(role.label for role in Role)} |"
    rows = [f"| `{name.value}` | {MEANINGS[name]} | {' | '.join(_marks(name))} |" for name in Permission]
    return [head, "|---|---|" + ":-:|" * len(Role), *rows]


def _marks(permission: Permission) -> list[str]:
    return ["✓" if permission in ROLE_PERMISSIONS[role] else "" for role in Role]


def _place(role: Role) -> str:
    if role in TEAM_ROLES:
        return "in one team, or in the whole organisation (all of its teams, later ones too)."
    if role in MEMBERSHIP_ROLES:
        return "in the whole organisation."
    return "in no organisation; sees all of them."
