"""Extract fields: the built-in engine for the page's type; where a language model is configured, as a second reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from documents.domain.page_reading import PageReading
from documents.domain.pipeline import PageStepName
from documents.domain.schema_spec import SchemaSpec
from extraction.context import PageContext
from extraction.local.adjustments import find_adjustments
from extraction.local.extractor import rank_page, read_page
from extraction.local.page_breaks import edges_of
from extraction.local.page_view import build_page_view
from extraction.local.ranking import ENGINE, ENGINE_VERSION
from extraction.local.regions.touched import candidates_touched, reading_touched, rows_touched
from extraction.local.tables import extract_rows
from extraction.page_steps.regions import known_regions, regions_asked
from extraction.results import PageStepResult
from idp_project.core.errors import IdpError, PermanentFailure
from idp_project.providers.llm.base import LanguageModel

_HEAD_ROWS = 4  # of a letterhead
_LONGEST_HEAD = 300  # characters


def extract_page_fields(context: PageContext) -> PageStepResult:
    """Candidates and rows of the page for its likely schema; none for a page without words or of no known type.

    A model that refuses for good (context too long, malformed answer) leaves the built-in reading and a fact; an outage
    raises, so that the step is tried again.
    """
    schema, text = schema_of_page(context), context.page_text
    facts: dict[str, Any] = {"schema_key": schema.key if schema else None, "candidates": 0, "rows": 0, "engines": []}
    if schema is None or text is None or not text.text:
        return PageStepResult(facts=facts, reading=PageReading())
    schema = schema.printed
    view = build_page_view(text, context.words)
    asked = regions_asked(context, schema, view)
    regions = [*known_regions(context), *asked.regions()]
    reading = reading_touched(read_page(view, schema, context.page_number, asked), schema, regions)
    candidates = rank_page(reading, schema)
    rows = rows_touched(extract_rows(view, schema, context.page_number), regions)
    facts["engines"] = [f"{ENGINE} {ENGINE_VERSION}"]
    llm = model_of(context, schema)
    if llm is not None:
        from extraction.page_steps.model_reading import agree_rows, read_with_model  # brings an HTTP client along

        try:
            read, read_rows = read_with_model(llm, schema, text, context.page_number)
        except PermanentFailure as error:
            facts["model_error"] = error.code
        else:
            read = candidates_touched(read, regions)
            candidates, rows = [*candidates, *read], agree_rows(rows, rows_touched(read_rows, regions))
            reading = replace(reading, answers=tuple(read))
            facts["engines"].append(f"{llm.name} {llm.version}")
    facts |= {"candidates": len(candidates), "rows": len(rows)}
    if asked.regions():
        facts["regions"] = [region.to_dict() for region in asked.regions()]
    facts["head"] = " ".join(row.text for row in view.rows[:_HEAD_ROWS])[:_LONGEST_HEAD]
    if adjustments := find_adjustments(view, schema):
        facts["adjustments"] = [replace(each, page=context.page_number).to_dict() for each in adjustments]
    if edges := edges_of(view, schema):
        facts["edges"] = edges.to_dict()
    return PageStepResult(facts=facts, candidates=tuple(candidates), rows=tuple(rows), reading=reading)


def model_of(context: PageContext, schema: SchemaSpec) -> LanguageModel | None:
    """The schema's own, else the one of everything. Raises what stands against the schema's own."""
    found = context.llms.get(schema.key, context.llm)
    if isinstance(found, IdpError):
        raise found
    return found


def schema_of_page(context: PageContext) -> SchemaSpec | None:
    """The schema that page_type found; the only one where there is no choice."""
    if len(context.schemas) == 1:
        return context.schemas[0]
    key = context.facts.get(PageStepName.PAGE_TYPE, {}).get("schema_key")
    return next((schema for schema in context.schemas if schema.key == key), None)
