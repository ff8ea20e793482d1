"""Extract fields: the built-in engine for the page's type; where a language model is configured, as a second reading."""

from __future__ import annotations

from typing import Any

from documents.domain.schema_spec import SchemaSpec
from extraction.context import PageContext
from extraction.local.extractor import ENGINE, ENGINE_VERSION, extract_candidates
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.results import PageStepResult


def extract_page_fields(context: PageContext) -> PageStepResult:
    """Candidates and rows of the page for its likely schema; none for a page without words or of no known type."""
    schema = schema_of_page(context)
    if schema is None or context.page_text is None or not context.page_text.words:
        return PageStepResult(
            facts={"schema_key": schema.key if schema else None, "candidates": 0, "rows": 0, "engines": []}
        )
    view = build_page_view(context.page_text)
    candidates = extract_candidates(view, schema, context.page_number)
    rows = extract_rows(view, schema, context.page_number)
    facts: dict[str, Any] = {
        "schema_key": schema.key,
        "candidates": len(candidates),
        "rows": len(rows),
        "engines": [f"{ENGINE} {ENGINE_VERSION}"],
    }
    return PageStepResult(facts=facts, candidates=tuple(candidates), rows=tuple(rows))


def schema_of_page(context: PageContext) -> SchemaSpec | None:
    """The schema that page_type found; the only one where there is no choice."""
    if len(context.schemas) == 1:
        return context.schemas[0]
    key = context.facts.get("page_type", {}).get("schema_key")
    return next((schema for schema in context.schemas if schema.key == key), None)
