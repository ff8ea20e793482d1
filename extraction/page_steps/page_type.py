"""Page type: which of the schemas the page fits, whether a document begins here, and by which identifiers it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from documents.domain.field_types.registry import field_type
from documents.domain.pipeline import PageStepName
from documents.domain.schema_spec import SchemaSpec
from extraction.context import PageContext
from extraction.local.document_kind import find_kinds
from extraction.local.document_type import first_page_score, score_types
from extraction.local.extractor import build_scene, index_labels, rank
from extraction.local.fingerprint import take_fingerprint
from extraction.local.page_substance import substance_of
from extraction.local.page_view import PageView, build_page_view
from extraction.local.several_on_page import documents_on
from extraction.page_steps.page_roles import role_of
from extraction.page_steps.regions import known_regions
from extraction.results import PageStepResult

_SURE_IDENTIFIER = 0.5
_CLOSE = 0.55  # of the score remains where two types fit equally well
_ONLY_CHOICE = 0.5  # a batch that names its schema has decided the type; the page may only confirm it


def classify_page_type(context: PageContext) -> PageStepResult:
    """Facts: schema_key (None: of no known type), type_score, scores, is_first_page (0..1), identifiers, fingerprint, kinds,
    substance, role (what it is if no page of a document), documents (how many small ones lie on it)."""
    assert context.page_text is not None
    view = build_page_view(context.page_text, context.words)
    substance = substance_of(view)
    codes = [str(code["text"]) for code in context.facts.get(PageStepName.LAYOUT, {}).get("barcodes") or ()]
    role = role_of(view, substance, context.image, codes)
    found = {"substance": substance.to_dict(), "role": role.value}
    if not context.page_text.words or role:
        return PageStepResult(facts=_facts(None, 0.0, {}, 0.35, {}) | found)
    schemas = list(context.schemas)
    types = score_types(view, schemas)
    key = types.best
    score = sureness(types.scores, key) if key else 0.0
    if len(schemas) == 1:
        key, score = schemas[0].key, max(score, _ONLY_CHOICE)
    schema = next((item for item in schemas if item.key == key), None)
    first = first_page_score(view, schema)
    identifiers = _identifiers(view, schema, context.page_number) if schema else {}
    facts = _facts(key, score, types.scores, first, identifiers)
    facts["fingerprint"] = take_fingerprint(view).to_dict()
    facts["kinds"] = [evidence.to_dict() for evidence in find_kinds(view, context.page_number, known_regions(context))]
    facts |= found | {"documents": documents_on(view)}
    return PageStepResult(facts=facts)


def sureness(scores: Mapping[str, float], key: str) -> float:
    """The type's score, less where another type comes close."""
    best = scores[key]
    second = max((value for name, value in scores.items() if name != key), default=0.0)
    return best * min(1.0, _CLOSE + (best - second) / best) if best else 0.0


def _facts(
    key: str | None, score: float, scores: dict[str, float], first: float, identifiers: dict[str, str]
) -> dict[str, Any]:
    return {
        "schema_key": key,
        "type_score": round(score, 4),
        "scores": scores,
        "is_first_page": round(first, 4),
        "identifiers": identifiers,
    }


def _identifiers(view: PageView, schema: SchemaSpec, page_number: int) -> dict[str, str]:
    """Values of identifier fields that their labels make sure of: they tell one document of a stack from the next."""
    index = index_labels(view, schema)
    found = {}
    for spec in schema.fields:
        if field_type(spec.type).tells_documents_apart:
            best = next(iter(rank(build_scene(view, spec, schema, index), page_number)), None)
            if best is not None and best.value and best.score >= _SURE_IDENTIFIER:
                found[spec.name] = best.value
    return found
