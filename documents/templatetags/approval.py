"""Who and what the sentences about automatic approval name."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.domain.auto_approval import AutoApprovalReason
from documents.selectors.auto_approval import AutoApprovalNote

register = template.Library()


@register.filter
def type_names(note: AutoApprovalNote) -> SafeString:
    """The types of a sentence, as links where the reader may open them: "Invoice, Receipt and Contract"."""
    return _listed([_type_name(named.schema, is_linked=named.is_linked) for named in note.types])


@register.filter
def who_may_change(note: AutoApprovalNote) -> str:
    """Who can change what a sentence says: "you", or the role, with names where the reader may see them."""
    if note.may_change:
        return _("you")
    if note.reason is AutoApprovalReason.SYSTEM_OFF:
        return _("a super admin")
    administrator = _("an administrator of the organisation")
    if note.administrators:
        role = ngettext(
            "administrator of the organisation", "administrators of the organisation", len(note.administrators)
        )
        administrator = f"{_(' or ').join(note.administrators)} ({role})"
    if note.reason is AutoApprovalReason.TYPE_OFF:
        return administrator
    return _("a manager of the type or %(administrator)s") % {"administrator": administrator}


def _type_name(schema: object, *, is_linked: bool) -> SafeString:
    if not is_linked:
        return format_html("{}", schema)
    return format_html('<a href="{}">{}</a>', reverse("documents:schema_detail", args=[schema.pk]), schema)  # type: ignore[attr-defined]


def _listed(names: Sequence[SafeString]) -> SafeString:
    if len(names) < 2:
        return names[0] if names else SafeString()
    first = names[0]
    for name in names[1:-1]:
        first = format_html("{}, {}", first, name)
    return format_html(_("{} and {}"), first, names[-1])
