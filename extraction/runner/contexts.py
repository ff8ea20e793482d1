"""Loading what steps may know: the sandbox, limits, page summaries; engines are in `engines`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import SystemSettings
from documents.domain.schema_spec import SchemaSpec
from documents.domain.values import CandidateRow, FieldCandidate
from documents.models import Page
from extraction.context import FileParser, Limits, PageSummary
from extraction.runner.prefetch import InspectingParser, PrefetchingParser
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.office.client import OfficeConverter
from idp_project.core.isolation.rules.client import RuleServer
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope

_sandbox = lru_cache(maxsize=1)(Sandbox)
_office = lru_cache(maxsize=1)(OfficeConverter)
_rules = lru_cache(maxsize=1)(RuleServer)


def parser() -> Sandbox:
    """The sandbox of this machine, with the limits of the settings."""
    return _sandbox(settings.SANDBOX_SOCKET, _sandbox_limits())


def converter() -> OfficeConverter:
    """What makes PDFs of office documents on this machine, with the limits of the settings."""
    return _office(settings.OFFICE_SOCKET, _sandbox_limits())


def rules() -> RuleServer:
    """What judges electronic invoices on this machine, with the limits of the settings."""
    return _rules(settings.RULES_SOCKET, _sandbox_limits())


def _sandbox_limits() -> SandboxLimits:
    return SandboxLimits(
        memory_bytes=settings.SANDBOX_MEMORY_BYTES,
        cpu_seconds=settings.SANDBOX_CPU_SECONDS,
        wall_seconds=settings.SANDBOX_WALL_SECONDS,
        max_bytes=settings.MAX_FILE_BYTES,
        max_pages=settings.MAX_PAGES,
        max_page_pixels=settings.MAX_PAGE_PIXELS,
        max_attachments=settings.MAX_ATTACHMENTS,
    )


def file_parser() -> FileParser:
    """For the steps of one document that one worker does."""
    return InspectingParser(parser(), settings.RENDER_DPI)


def page_parser(path: str, page_numbers: list[int], fallback: FileParser, *, has_text: bool) -> FileParser:
    """Reads ahead where the pages' own text is likely to be used; scans are read page by page at full resolution by the
    document's own."""
    return PrefetchingParser(parser(), path, page_numbers, settings.VIEW_DPI) if has_text else fallback


def limits() -> Limits:
    return Limits(settings.MAX_FILE_BYTES, settings.MAX_PAGES, settings.MAX_PAGE_PIXELS)


def input_hash(**parts: Any) -> str:
    """Of what a step's result depends on: engine, versions, upstream outputs."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def with_threshold(schema: SchemaSpec, system: SystemSettings) -> SchemaSpec:
    """With the system's threshold where the schema has none."""
    return schema if schema.threshold is not None else replace(schema, threshold=system.auto_approval_threshold)


def page_summary(page: Page) -> PageSummary:
    """What the document's steps know of a page; a failed page is empty and says why. The page's text is not looked at."""
    extraction = page.extraction or {}
    return PageSummary.of(
        page.number,
        page.facts,
        is_blank=page.is_blank,
        failure=page.error,
        candidates=(FieldCandidate.from_dict(item) for item in extraction.get("candidates", ())),
        rows=(CandidateRow.from_dict(item) for item in extraction.get("rows", ())),
    )


def page_text_of(organization_id: UUID, document_id: UUID, number: int) -> PageText | None:
    """What was read of a page; None where it has no text."""
    with organization_scope(organization_id):
        text = Page.objects.filter(document_id=document_id, number=number).values_list("text", flat=True).first()
    return PageText.from_dict(text) if text else None
