"""How entries of the audit trail read."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain.audit_kinds import AuditKind, kind_of
from accounts.domain.stored_words import STORED_WORDS, words_of

register = template.Library()

KINDS: dict[AuditKind, tuple[str, str, Any]] = {
    AuditKind.SEEN: ("idle", "eye-check", _("Seen")),
    AuditKind.CHANGED: ("run", "settings", _("Changed")),
    AuditKind.APPROVED: ("ok", "checks", _("Decided")),
    AuditKind.EXPORTED: ("warn", "download", _("Taken along")),
    AuditKind.SIGNED_IN: ("idle", "login", _("Signed in or out")),
    AuditKind.GRANTED: ("wait", "users", _("Rights")),
    AuditKind.REFUSED: ("bad", "ban", _("Refused")),
    AuditKind.AI_CALLED: ("run", "robot", _("AI called")),
}
_PAGES = {
    "batch": "documents:batch_detail",
    "document": "documents:document_detail",
    "record": "pdb_sync:record_detail",
    "team": "accounts:organization_team",
    "user": "accounts:organization_person",
}


@register.inclusion_tag("_pill.html")
def kind_pill(action: str) -> dict[str, Any]:
    """The kind of an action as pill."""
    tone, icon, label = KINDS[kind_of(action)]
    return {"tone": tone, "icon": icon, "label": label}


@register.filter
def words(name: str) -> str:
    """A stored name as words: `membership_set` is Membership set. Names that are not ours stay as they are."""
    return gettext(words_of(name)) if words_of(name) in STORED_WORDS else words_of(name)


@register.simple_tag
def object_url(entry: Any) -> str:
    """The page of the entry's object; empty where it has none. It may have been deleted meanwhile."""
    route = _PAGES.get(entry.object_kind)
    try:
        return reverse(route, args=[entry.object_id]) if route else ""
    except NoReverseMatch:
        return ""


@register.filter
def detail_lines(details: dict[str, Any]) -> list[tuple[str, str]]:
    """(name in words, value as text); a change reads `before → after`."""
    return [(words(name), _text(value)) for name, value in details.items() if value not in (None, "", [], {})]


def _text(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"before", "after"}:
        return f"{_text(value['before'])} → {_text(value['after'])}"
    if isinstance(value, dict):
        return ", ".join(f"{words(name)}: {_text(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_text(inner) for inner in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "–" if value in (None, "") else str(value)
