"""Who and what the sentences about automatic approval name."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.domain.auto_approval import AutoApprovalReason
from documents.domain.earned.strata import Stratum
from documents.selectors.auto_approval import AutoApprovalNote
from documents.selectors.earning import Earning

register = template.Library()
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 560, 160, 44, 552, 8, 140  # of the chart, and of what is drawn in it


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
    return _("a manager of the type or %(administrator)s") % {"administrator": administrator}


@register.filter
def stratum_name(stratum: Stratum) -> str:
    """What people call a stratum."""
    names = {
        Stratum.KNOWN_SENDER: _("Known senders (documents of this type have been approved)"),
        Stratum.E_INVOICE_AGREES: _("Electronic invoices that agree with their pages"),
        Stratum.E_INVOICE_ALONE: _("Electronic invoices without pages (XML alone)"),
    }
    return names.get(stratum, _("All other senders"))


@register.filter
def share(value: float | None) -> str:
    """0..1 as a percentage with one decimal; a dash for None."""
    if value is None:
        return "–"
    return _("%(percent)s %%") % {"percent": number_format(ceil(round(value * 1000, 6)) / 10, 1)}


@register.filter
def per_cent(target: int) -> str:
    """Thousandths of documents as a percentage: "95 %", "99.9 %"."""
    return _("%(percent)s %%") % {"percent": number_format(target / 10, 1 if target % 10 else 0)}


@register.inclusion_tag("documents/_bound_chart.html")
def bound_chart(earning: Earning) -> dict[str, Any]:
    """The bound after each examined document, as a small picture; its axes are in documents and in shares of wrong ones."""
    last = max(earning.history[-1].n, earning.stages[0].n)
    top_share = min(1.0, max(2.5 * earning.limit, earning.history[-1].bound * 1.2))

    def across(n: int) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * n / last, 1)

    def down(bound: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * min(1.0, bound / top_share), 1)

    limit = share(earning.limit)
    chart = {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "top": _TOP,
        "bottom": _BOTTOM,
        "stages": [{"n": look.n, "x": across(look.n)} for look in earning.stages if look.n <= last],
        "limit_y": down(earning.limit),
        "limit_text": limit,
        "points": " ".join(f"{across(point.n)},{down(point.bound)}" for point in earning.history),
        "title": _("After %(n)s examined documents at most %(bound)s are wrong; the target allows %(limit)s.")
        % {"n": earning.history[-1].n, "bound": share(earning.history[-1].bound), "limit": limit},
    }
    return {"chart": chart}


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
