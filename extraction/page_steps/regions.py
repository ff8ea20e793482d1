"""Regions of the page that are no text. Handwriting and stamps on every page that was scanned; tick boxes and signatures only
where the schema of the page asks for them, since only they need a page with a trusted text layer drawn in more detail.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from documents.domain.pipeline import PageStepName
from documents.domain.regions import Region, stored_regions
from documents.domain.schema_spec import SchemaSpec
from extraction.context import PageContext
from extraction.local.page_view import PageView, build_page_view
from extraction.local.paper import Image
from extraction.local.regions.asked import AskedRegions, asks_for_regions, find_asked
from extraction.local.regions.handwriting import find_handwriting
from extraction.local.regions.ink import COARSE, page_ink
from extraction.local.regions.stamps import find_stamps
from idp_project.core.errors import PermanentFailure

_DRAWN_AT = 200  # dots per inch, for a page that was rendered for people only


def regions_of_page(context: PageContext) -> list[Region]:
    """Stamps and handwriting; of a page whose text layer is trusted the stamps that are written in it, of a blank one none."""
    if is_digital(context):
        return [Region.from_dict(stamp) for stamp in context.facts.get(PageStepName.READ_TEXT, {}).get("stamps", ())]
    if context.image is None or context.page_text is None:
        return []
    if context.facts.get(PageStepName.CLASSIFY_PAGE, {}).get("is_blank"):
        return []
    page = page_ink(context.image, context.page_text, COARSE)
    stamps = find_stamps(page, context.page_text, context.words)
    return [*stamps, *find_handwriting(page, build_page_view(context.page_text, context.words), stamps)]


def regions_asked(context: PageContext, schema: SchemaSpec, view: PageView) -> AskedRegions:
    """What the fields of the schema are read from; without a picture where none of them needs one."""
    if not asks_for_regions(schema):
        return AskedRegions()
    image = _detailed(context)
    page = page_ink(image, context.page_text) if image is not None else None
    stamps = (
        find_stamps(page, view.page_text, context.words) if page and is_digital(context) else known_regions(context)
    )
    return find_asked(view, schema, page, stamps)


def known_regions(context: PageContext) -> list[Region]:
    """What earlier steps have found on the page."""
    return stored_regions({PageStepName.LAYOUT: context.facts.get(PageStepName.LAYOUT, {})})


def is_digital(context: PageContext) -> bool:
    return bool(context.facts.get(PageStepName.RENDER, {}).get("is_text_layer_trusted"))


def _detailed(context: PageContext) -> Image | None:
    """The page's picture; a page that was rendered for people only is drawn again."""
    if not is_digital(context) or int(context.facts[PageStepName.RENDER].get("dpi", _DRAWN_AT)) >= _DRAWN_AT:
        return context.image
    try:
        image: Any = context.parser.render(context.path, context.page_number, _DRAWN_AT)
    except PermanentFailure:  # it was drawn before: what there is has to do
        return context.image
    turns = int(context.facts.get(PageStepName.CLASSIFY_PAGE, {}).get("quarter_turns", 0))
    return np.ascontiguousarray(np.rot90(image, k=-turns)) if turns else image
