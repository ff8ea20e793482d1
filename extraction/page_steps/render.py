"""Render: the page's pixels, at reading resolution only where they will be read; and the PDF's own text, once."""

from __future__ import annotations

from typing import Any

from extraction.context import PageContext
from extraction.local.paper import Image
from extraction.page_steps.layer_agreement import disagrees, hide_unprinted, is_unprinted
from extraction.page_steps.text_layer import LayerVerdict, judge_text_layer, quarter_turns_of
from extraction.results import PageStepResult
from idp_project.core.errors import PermanentFailure
from idp_project.core.files.formats import PDF_TYPE
from idp_project.providers.ocr.base import OcrEngine


def render_page(context: PageContext) -> PageStepResult:
    """Image at `view_dpi` where the text layer will be trusted, else at `render_dpi`; facts say which and why."""
    layer, verdict = read_layer(context)
    dpi = context.view_dpi if verdict.is_trusted else context.render_dpi
    image = context.parser.render(context.path, context.page_number, dpi)
    if layer is not None and verdict.is_trusted:
        verdict = compare_with_image(layer, image, context.ocr)
        if not verdict.is_trusted and dpi != context.render_dpi:
            dpi = context.render_dpi
            image = context.parser.render(context.path, context.page_number, dpi)
    facts: dict[str, Any] = {
        "dpi": dpi,
        "width": int(image.shape[1]),
        "height": int(image.shape[0]),
        "is_text_layer_trusted": verdict.is_trusted,
        "text_layer_reason": verdict.reason,
    }
    if layer is not None:
        facts |= {name: layer.get(name) for name in ("char_count", "garbage_ratio", "invisible_ratio", "image_area")}
        facts["text_quarter_turns"] = quarter_turns_of(layer) if verdict.is_trusted else 0
    return PageStepResult(facts=facts, image=image, text_layer=layer)


def compare_with_image(layer: dict[str, Any], image: Image, engine: OcrEngine) -> LayerVerdict:
    """Whether what the layer says is what the page shows. Words that show nothing are marked as invisible in it."""
    if is_unprinted(hide_unprinted(layer, image)):
        return LayerVerdict(False, "characters_without_ink")
    if disagrees(layer, image, engine):
        return LayerVerdict(False, "other_characters_printed")
    return LayerVerdict(True, "visible_text")


def read_layer(context: PageContext) -> tuple[dict[str, Any] | None, LayerVerdict]:
    """The text layer and whether to trust it. A layer that cannot be read is no failure: the page is read from its image."""
    if context.content_type != PDF_TYPE:
        return None, LayerVerdict(False, "an image has no text layer")
    try:
        layer = context.parser.read_text_layer(context.path, context.page_number)
    except PermanentFailure as error:
        return None, LayerVerdict(False, f"text layer cannot be read ({error.code})")
    return layer, judge_text_layer(layer)
