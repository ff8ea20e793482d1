"""Regions of a page that are no text, as the page viewer and programs take them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from documents.domain.regions import LABELS, Region, RegionKind, stored_regions
from documents.models import Document, Page
from idp_project.core.translation import gettext_noop as _

_MARKED, _EMPTY = _("Tick box, marked"), _("Tick box, empty")


def document_regions(document: Document) -> list[dict[str, Any]]:
    """The regions of all its pages with the numbers of these, as they are stored."""
    of_layout, of_fields = (Q(**{f"facts__{step}__has_key": "regions"}) for step in ("layout", "extract_fields"))
    pages = document.pages.filter(of_layout | of_fields).order_by("number")
    rows = pages.values_list("number", "facts__layout__regions", "facts__extract_fields__regions")
    return [
        {"page": number, "is_marked": None, "text": ""} | region
        for number, *found in rows
        for regions in found
        for region in regions or ()
    ]


def region_views(page: Page) -> list[dict[str, Any]]:
    """Kind, label, place and score of each, in the order in which they were found."""
    return [
        region.to_dict() | {"label": _label(region), "polygon": region.box.to_polygon().to_list()}
        for region in stored_regions(page.facts)
    ]


def _label(region: Region) -> str:
    if region.kind is RegionKind.TICK_BOX:
        return gettext(_MARKED if region.is_marked else _EMPTY)
    return gettext(LABELS[region.kind])
