"""Links to birth certificates, and how their places are written."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from documents.domain.checks.present_values import cell_name, item_name
from documents.templatetags.screens import NO_BREAK
from idp_project.core.geometry import BoundingBox, Polygon

register = template.Library()


@register.simple_tag
def certificate_url(sub_document_id: Any, name: str, table: str = "", row: int = 0, item: int = 0) -> str:
    """The address of a value's certificate."""
    path = cell_name(table, row, name) if table else item_name(name, item)
    return reverse("documents:certificate", args=[sub_document_id, path])


@register.filter
def edges(box: BoundingBox | None) -> str:
    """Left, top, right and bottom in per cent of the page; a dash if nothing is known."""
    if box is None:
        return "–"
    return ", ".join(f"{100 * edge:.1f}" for edge in (box.left, box.top, box.right, box.bottom)) + NO_BREAK + "%"


@register.filter
def rectangle(polygon: list[float] | None) -> str:
    """The same of the box around a flat polygon."""
    return edges(Polygon.from_list(polygon).bounding_box if polygon else None)
