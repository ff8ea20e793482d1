"""Loading what steps may know: engines, limits, page summaries. The engines are built once a process."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from django.conf import settings

from documents.domain.values import CandidateRow, FieldCandidate
from documents.models import Page
from extraction.context import FileParser, Limits, PageSummary
from idp_project.core.sandbox.client import Sandbox
from idp_project.providers import registry
from idp_project.providers.ocr.base import OcrEngine


@cache
def parser() -> FileParser:
    """The sandbox of this machine."""
    return Sandbox(settings.SANDBOX_SOCKET or None)


@cache
def ocr_engine(name: str) -> OcrEngine:
    """The OCR engine of that name, loaded once a process; workers load it before they fork."""
    return registry.ocr_engine(name)


def limits() -> Limits:
    return Limits(settings.MAX_FILE_BYTES, settings.MAX_PAGES, settings.MAX_PAGE_PIXELS)


def input_hash(**parts: Any) -> str:
    """Of what a step's result depends on: engine, versions, upstream outputs."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def page_summary(page: Page) -> PageSummary:
    """What the document's steps know of a page; a failed page is empty and says why."""
    extraction = page.extraction or {}
    page_type = page.facts.get("page_type", {})
    text = page.text or {}
    return PageSummary(
        number=page.number,
        schema_key=page_type.get("schema_key"),
        type_score=float(page_type.get("type_score") or 0.0),
        is_first_page=float(page_type.get("is_first_page") or 0.0),
        is_blank=page.is_blank,
        failure=page.error_message,
        candidates=tuple(FieldCandidate.from_dict(item) for item in extraction.get("candidates", ())),
        rows=tuple(CandidateRow.from_dict(item) for item in extraction.get("rows", ())),
        text_confidence=page.facts.get("read_text", {}).get("mean_confidence"),
        text_source=text.get("source", ""),
        identifiers=dict(page_type.get("identifiers") or {}),
    )
