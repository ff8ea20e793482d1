"""Roles and limits as pages of documentation, read from accounts/domain/roles.py and idp_project/core/rate_limits.py."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.domain.roles import MEMBERSHIP_ROLES, ROLE_PERMISSIONS, TEAM_ROLES, Permission, Role
from idp_project.core.rate_limits import BOUNDS, RATE_LIMITS, Scope, setting_of

MEANINGS: Mapping[Permission, str] = {
    Permission.VIEW_DOCUMENTS: "see batches, documents, pages, review tasks and production records",
    Permission.ASK_QUESTIONS: "ask the documents of the team, on the page and over the API",
    Permission.DOWNLOAD_DOCUMENTS: "take files as received, export production records",
    Permission.UPLOAD_DOCUMENTS: "submit batches into the team, try failed steps again",
    Permission.REVIEW_DOCUMENTS: "claim review tasks, correct values, approve, reject",
    Permission.SHARE_DOCUMENTS: "share a document or batch with one person of another team, until a day",
    Permission.MANAGE_BATCHES: "cancel batches; in Django admin also send dead deliveries again",
    Permission.MANAGE_SCHEMAS: "labels, thresholds and automatic approval of the team's schemas; in the "
    "whole organisation also of every team's",
    Permission.MANAGE_ORGANIZATION: "the organisation's pages: teams, people, roles up to one's own, e-mail, security, AI, "
    "audit",
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


def limits_page() -> str:
    """Markdown: a table of rates by group and scope, and a table of bounds."""
    return "\n".join(
        [
            "# Limits of requests",
            "",
            "Generated from `idp_project/core/rate_limits.py` by `manage.py describe_limits`; a test compares the two.",
            "",
            "Over a limit the answer is 429 with `Retry-After`, on pages, over the API and for scripts. Each can be set by an",
            "environment variable made of group and column: `LIMIT_SIGN_IN_ADDRESS=120/minute`, `LIMIT_FILES_PERSON=500/hour`.",
            "The window moves: what was counted an hour ago no longer counts in a limit per hour. An IPv6 /64 is one address;",
            "behind a proxy the address is the one that it passes on. “Account” is the name as typed, “device” a browser or",
            "address known to it.",
            "",
            *_rates_table(),
            "",
            "## At once, or for how long",
            "",
            "| variable | default | counts |",
            "|---|---|---|",
            *(f"| `{setting_of(bound.name)}` | {bound.most} | {bound.counts} |" for bound in BOUNDS),
            "",
        ]
    )


def _rates_table() -> list[str]:
    rows = [f"| group | {' | '.join(Scope)} | counts |", "|---|" + "---|" * (len(Scope) + 1)]
    for group in dict.fromkeys(limit.group for limit in RATE_LIMITS):
        limits = {limit.scope: limit for limit in RATE_LIMITS if limit.group == group}
        rates = (limits[scope].rate if scope in limits else "–" for scope in Scope)
        counts = dict.fromkeys(limit.counts for limit in limits.values() if limit.counts != "the same")
        rows.append(f"| `{group}` | {' | '.join(rates)} | {'; '.join(counts)} |")
    return rows
