"""Read text: the PDF's own text where it is trustworthy, and what stands in pictures beside it; else the OCR engine.

Either way a PageText of the upright page.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from documents.domain.duplicates import PageContent
from documents.domain.pipeline import PageStepName
from extraction.context import PageContext
from extraction.page_steps.pictures import words_in_pictures
from extraction.page_steps.render import read_layer
from extraction.page_steps.script_reading import settle_script
from extraction.page_steps.text_layer import page_text_of, stamps_of
from extraction.results import PageStepResult
from idp_project.core.page_text import PageText, TextSource


def read_page_text(context: PageContext) -> PageStepResult:
    """Facts: source, engine, words, characters, mean_confidence (None where the reader reports none), content; of pages that
    were read by OCR also those of `settle_script`; stamps that are written in the file, if any. The image where the page
    had to be turned again.
    """
    layer = _trusted_layer(context)
    text, settled = _read(context, layer), None
    classified = context.facts.get(PageStepName.CLASSIFY_PAGE, {})
    if text.source is not TextSource.TEXT_LAYER and not classified.get("is_blank"):
        settled = settle_script(context, text)
        text = settled.text
    facts: dict[str, Any] = {
        "source": text.source.value,
        "engine": text.engine,
        "engine_version": text.engine_version,
        "words": len(text.words),
        "characters": len(text.text),
        "mean_confidence": round(text.mean_confidence, 4) if text.mean_confidence is not None else None,
        "content": asdict(PageContent.of(text.text)),
    }
    facts |= settled.facts if settled else {}
    if layer and (stamps := stamps_of(layer, _turns(context))):
        facts["stamps"] = [stamp.to_dict() for stamp in stamps]
    return PageStepResult(facts=facts, page_text=text, image=settled.image if settled else None)


def _trusted_layer(context: PageContext) -> dict[str, Any] | None:
    if not context.facts.get(PageStepName.RENDER, {}).get("is_text_layer_trusted"):
        return None
    return context.text_layer if context.text_layer is not None else read_layer(context)[0]


def _turns(context: PageContext) -> int:
    return int(context.facts.get(PageStepName.CLASSIFY_PAGE, {}).get("quarter_turns", 0))


def _read(context: PageContext, layer: dict[str, Any] | None) -> PageText:
    if layer is not None:
        turns = _turns(context)
        return page_text_of(layer, turns, words_in_pictures(context, layer, turns))
    if context.facts.get(PageStepName.CLASSIFY_PAGE, {}).get("is_blank"):
        return PageText.empty(source=TextSource.OCR, engine=context.ocr.name, engine_version=context.ocr.version)
    assert context.image is not None
    return context.ocr.recognize(context.image)
