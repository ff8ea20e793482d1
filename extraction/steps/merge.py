"""Merge: the candidates of a sub-document's pages become the value of each field, or the items of its list; its tables are
joined across pages.

Agreement of pages and engines raises a value; conflicting values stay as candidates behind the chosen one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from documents.domain.absence import Absence, AbsenceCode
from documents.domain.field_roles import SUM_ROLES, role_of
from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.sender_notation import as_sender_writes
from documents.domain.values import FieldCandidate, MergedField
from documents.domain.words import Words
from extraction.context import PageSummary, SubDocumentContext
from extraction.learning.memory import recall_fields
from extraction.local.page_breaks import PageEdges, candidates_over_breaks
from extraction.local.ranking import KEPT, kept_of
from extraction.results import MergeResult
from extraction.steps.adjusting import adjustments_beside
from extraction.steps.consistency import prefer_consistent
from extraction.steps.e_invoice.lead import with_leading
from extraction.steps.kind_signs import with_signs_of_kind
from extraction.steps.noting import with_notes
from extraction.steps.ownership import settle_owners, without_cells, without_the_best_of_nothing
from extraction.steps.rereading import notation_of_document, reread_fields, reread_rows
from extraction.steps.sender_evidence import fields_as_sent, notation_of_sender, rows_as_sent
from extraction.steps.table_join import join_rows

_AGREEMENT = 0.35  # of what is missing to certainty, for each further independent reading
_LABELLED = 0.5  # evidence of a label, from which a value says by itself what it is
_SAME_PLACE = 0.03  # of the page's width
_OTHER_PAGE = 0.88  # weight of a value that is not on the page where such fields stand
_ITEM_SHARE = 0.6  # of the best candidate's score: below it, a candidate is another reading and no item of the list
MOST_ITEMS = 200


def merge_candidates(context: SubDocumentContext) -> MergeResult:
    """One MergedField per field of the schema, in its order, of a list one per item; and all table rows. Both are empty for
    an unknown type."""
    if context.schema is None:
        return MergeResult((), ())
    schema = context.schema.printed
    pages = [page for page in context.pages if not page.failure and not page.is_blank]
    notation = notation_of_document(schema, pages)
    pages = _with_sentences_over_breaks(pages, schema, notation, context.words)
    rows = join_rows(schema, pages, context.words)
    found = [field for spec in schema.fields for field in _merge_field(spec, pages, context.words)]
    fields = reread_fields(found, schema, notation)
    fields = settle_owners(without_cells(fields, rows, schema, context.words), schema)
    sender = notation_of_sender(context, fields, rows, notation)
    if not sender.is_empty:
        fields = fields_as_sent(fields, schema, notation, sender)
        rows = rows_as_sent(rows, schema, notation, sender)
        notation = as_sender_writes(notation, sender)
    beside = adjustments_beside(pages, fields, rows, schema)
    fields = without_the_best_of_nothing(prefer_consistent(fields, schema, context.words, beside))
    fields = recall_fields(fields, context)
    rows = reread_rows(rows, fields, schema, notation)
    fields, rows = with_signs_of_kind(fields, rows, schema, context.kinds)
    beside = adjustments_beside(pages, fields, rows, schema)
    fields, rows = with_notes(fields, rows, schema, notation)
    return with_leading(context, MergeResult(tuple(_absent_ones(fields, context)), rows, sender, beside))


def _with_sentences_over_breaks(
    pages: Sequence[PageSummary], schema: SchemaSpec, notation: Notation, words: Words
) -> list[PageSummary]:
    """The pages with what their sentences say that go on over the end of a page."""
    edges = [(page.number, PageEdges.from_dict(page.edges) if page.edges else None) for page in pages]
    found = candidates_over_breaks(edges, schema, notation, words)
    return [
        replace(
            page, candidates=(*page.candidates, *(one for one in found if one.provenance.page_number == page.number))
        )
        for page in pages
    ]


def _absent_ones(fields: Sequence[MergedField], context: SubDocumentContext) -> list[MergedField]:
    """Optional fields without a candidate are absent, unless a page could not be read: the value may be on it."""
    assert context.schema
    if any(page.failure for page in context.pages):
        return list(fields)
    optional = {spec.name for spec in context.schema.fields if not spec.is_required}
    pages = {"pages": [context.first_page, context.last_page]}
    return [
        replace(field, absence=field.absence or _absence(field, pages))
        if not field.candidates and field.field in optional
        else field
        for field in fields
    ]


def _absence(field: MergedField, pages: dict[str, list[int]]) -> Absence:
    """The surer, the less speaks for the best of the refused candidates."""
    confidence = 1 - max((each.score for each in field.refused), default=0.0)
    return Absence(AbsenceCode.NO_CANDIDATE, pages, round(confidence, 4))


def _merge_field(spec: FieldSpec, pages: Sequence[PageSummary], words: Words) -> list[MergedField]:
    groups: dict[str, list[FieldCandidate]] = {}
    for page in pages:
        weight = _page_weight(spec, page, pages, words)
        for candidate in page.candidates:
            if candidate.field == spec.name:
                weighted = replace(candidate, score=candidate.score * weight)
                groups.setdefault(value_key(spec, candidate), []).append(weighted)
    merged = sorted((_join_group(group) for group in groups.values()), key=lambda item: -item.score)
    if spec.is_list:
        return _items(spec, merged)
    most = kept_of(spec)
    unplaced = [candidate for candidate in merged[most:] if not candidate.provenance.is_located]
    return [MergedField(spec.name, (*merged[:most], *unplaced[:1]))]  # a dispute must not fall under the table


def _items(spec: FieldSpec, merged: Sequence[FieldCandidate]) -> list[MergedField]:
    """The items of a list in order of printing, each with the readings that are no items as its rivals. One item without a
    candidate where nothing was found."""
    least = merged[0].score * _ITEM_SHARE if merged else 0.0
    chosen = [candidate for candidate in merged if candidate.score >= least][:MOST_ITEMS]
    rivals = tuple(candidate for candidate in merged if candidate.score < least)[: KEPT - 1]
    items = [(candidate, *rivals) for candidate in sorted(chosen, key=_printed_at)] or [()]
    return [MergedField(spec.name, candidates, item=number) for number, candidates in enumerate(items, start=1)]


def _printed_at(candidate: FieldCandidate) -> tuple[int, float, float]:
    """Page, then from top to bottom and from left to right; what has no place on its page comes last."""
    place = candidate.provenance
    box = place.polygon.bounding_box if place.polygon else None
    return (place.page_number, box.top, box.left) if box else (place.page_number, math.inf, math.inf)


def _page_weight(spec: FieldSpec, page: PageSummary, pages: Sequence[PageSummary], words: Words) -> float:
    """Totals stand on the last page, items of a list on any, everything else on the first."""
    if spec.is_list:
        return 1.0
    expected = pages[-1] if role_of(spec, words) in SUM_ROLES else pages[0]
    return 1.0 if page.number == expected.number else _OTHER_PAGE


def value_key(spec: FieldSpec, candidate: FieldCandidate) -> str:
    """Two candidates with the same key say the same."""
    text = candidate.value if candidate.value is not None else candidate.raw_text
    return field_type(spec.type).merge_key(text)


def _join_group(group: Sequence[FieldCandidate]) -> FieldCandidate:
    best = max(group, key=lambda item: (item.provenance.is_located, item.score))
    score = max(item.score for item in group)
    witnesses = _witnesses(group)
    for _ in range(min(3, len(witnesses) - 1)):
        score += (1 - score) * _AGREEMENT
    engines = {item.provenance.engine for item in group}
    evidence = dict(best.evidence)
    if len(witnesses) > 1:
        evidence["agreement"] = round(min(1.0, (len(witnesses) - 1) / 2 + (0.5 if len(engines) > 1 else 0.0)), 3)
    return replace(best, score=round(score, 4), evidence=evidence)


def _witnesses(group: Sequence[FieldCandidate]) -> list[FieldCandidate]:
    """The readings that confirm each other, the best first: one for each engine, and further pages where the value has a
    label in another column. What a header or a footer repeats on every page is one witness.
    """
    found: list[FieldCandidate] = []
    for item in sorted(group, key=lambda each: -each.score):
        same = [known for known in found if known.provenance.engine == item.provenance.engine]
        if not same or (
            item.evidence.get("label", 0.0) >= _LABELLED and not any(_is_repeated(item, known) for known in same)
        ):
            found.append(item)
    return found


def _is_repeated(one: FieldCandidate, other: FieldCandidate) -> bool:
    """On one page, or in the same column of two: a header repeats what it says, lower on a page with more above it."""
    if one.provenance.page_number == other.provenance.page_number:
        return True
    first, second = one.provenance.polygon, other.provenance.polygon
    if first is None or second is None:
        return True
    return abs(first.bounding_box.center[0] - second.bounding_box.center[0]) < _SAME_PLACE
