"""Small pictures of how right and how honest the machine is; every number in them stands in words beside them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from documents.domain.measured import Judged, reliability
from documents.selectors.measured import FieldQuality

register = template.Library()
_BAR, _SIDE, _EDGE = 120, 220, 30


@register.filter
def in_per_cent(value: float | None) -> str:
    """0..1 rounded to whole per cent; a dash for None."""
    return "–" if value is None else _("%(percent)s %%") % {"percent": number_format(round(value * 100))}


@register.inclusion_tag("documents/_interval_chart.html")
def interval_chart(one: FieldQuality) -> dict[str, Any]:
    """The share of right values as a dot on its 95 % interval, 0 at the left and 1 at the right."""
    low, high = one.interval
    chart = {
        "width": _BAR,
        "low": round(_BAR * low, 1),
        "high": round(_BAR * high, 1),
        "dot": round(_BAR * one.share, 1),
    }
    return {"chart": chart}


@register.inclusion_tag("documents/_reliability_chart.html")
def reliability_chart(judged: Sequence[Judged]) -> dict[str, Any]:
    """What was right among values of similar confidence: on the dashed line the confidence is honest."""
    bins = reliability(judged)
    room = _SIDE - 2 * _EDGE
    points = [
        {"x": round(_EDGE + room * one.confidence, 1), "y": round(_SIDE - _EDGE - room * one.right, 1), "n": one.n}
        for one in bins
    ]
    told = "; ".join(
        _("of %(n)s values with a confidence of about %(sure)s, %(right)s are right")
        % {"n": one.n, "sure": in_per_cent(one.confidence), "right": in_per_cent(one.right)}
        for one in bins
    )
    return {
        "chart": {
            "side": _SIDE,
            "edge": _EDGE,
            "far": _SIDE - _EDGE,
            "middle": _SIDE // 2,
            "points": points,
            "title": told,
        }
    }
