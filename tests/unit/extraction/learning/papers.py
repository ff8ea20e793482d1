"""Papers of two senders that print under words of their own, what people make of them, and what is read with that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.domain.learned import LearnedDocument
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField
from documents.domain.words import built_in_words
from extraction.context import SubDocumentContext
from extraction.learning.examples import Decided, DecidedPage, DecidedValue, learned_document
from extraction.local.extractor import extract_candidates, read_page
from extraction.local.page_view import build_page_view
from extraction.steps.merge import merge_candidates
from idp_project.core.page_text import PageText
from tests.unit.extraction.pages import page_of, summary

BILL = SchemaSpec(
    key="bill",
    name="Bill",
    version="1.0",
    locale="en_GB",
    fields=(
        FieldSpec("seller_name", FieldType.NAME, "Seller", is_required=True, id="00000000-0000-4000-8000-000000000001"),
        FieldSpec("vat_number", FieldType.VAT_NUMBER, "VAT No."),
        FieldSpec("number", FieldType.IDENTIFIER, "Invoice number", is_required=True),
        FieldSpec("invoice_date", FieldType.DATE, "Invoice date", is_required=True),
        FieldSpec("due_date", FieldType.DATE, "Due date"),
        FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True),
        FieldSpec("note", FieldType.TEXT, "Order text"),
    ),
)


def kestrel(number: str = "KM-40218", day: str = "03/04/2025", net: str = "400.00", gross: str = "432.60") -> PageText:
    """Its number and day stand under words that the type does not know, its total under "To be settled"."""
    return page_of(
        "Kestrel Marine Ltd     Quay Street 4     Penryn",
        "Chandlery and repairs since 1961",
        "VAT No. GB999999973",
        "Yard job        7741-B            Our sign       " + number,
        "Delivered       01/02/2025        Raised         " + day,
        "Berth           Northern pontoon",
        "Chain and shackles, galvanised                   " + net,
        "Total           " + net,
        "To be settled   " + gross,
    )


def harrow(number: str = "9100", day: str = "10/04/2025", total: str = "77.10") -> PageText:
    """Another sender, whose labels the type knows."""
    return page_of(
        "Harrow and Sons Glaziers     Mill Lane 9     Truro",
        "Panes cut to size",
        "Invoice number  " + number,
        "Invoice date    " + day,
        "Total           " + total,
    )


def read(*pages: PageText, memory: Sequence[LearnedDocument] = (), schema: SchemaSpec = BILL) -> dict[str, MergedField]:
    """The merged fields of a document of these pages, by name."""
    summaries = []
    for number, text in enumerate(pages, start=1):
        view = build_page_view(text)
        found = tuple(extract_candidates(view, schema, number))
        summaries.append(summary(number, candidates=found, head=head_of(text)))
    context = SubDocumentContext(1, len(pages), schema, tuple(summaries), 0.9, 0.9)
    texts = dict(enumerate(pages, start=1))
    asked = replace(context, ask_memory=lambda _: memory, read_text=texts.get)
    return {field.field: field for field in merge_candidates(asked if memory else context).fields}


def head_of(text: PageText) -> str:
    return " ".join(row.text for row in build_page_view(text).rows[:4])[:300]


def value_of(field: MergedField) -> str | None:
    return field.chosen.value if field.chosen else None


def taught(
    *pages: PageText,
    corrected: Mapping[str, str],
    memory: Sequence[LearnedDocument] = (),
    schema: SchemaSpec = BILL,
) -> LearnedDocument:
    """What a document teaches whose other values a person left as they were read; corrected ones are typed, without a place."""
    found = read(*pages, memory=memory, schema=schema)
    values = [_decided(name, found[name].chosen, corrected.get(name), found) for name in found]
    shown = {}
    for number, text in enumerate(pages, start=1):
        view = build_page_view(text)
        shown[number] = DecidedPage(view, read_page(view, schema, number), head_of(text))
    return learned_document(Decided(schema, built_in_words(), values, shown))


def _decided(
    name: str, chosen: FieldCandidate | None, typed: str | None, found: Mapping[str, MergedField]
) -> DecidedValue:
    if typed is not None:
        return DecidedValue(name, "", typed, typed, None, chosen)
    value, raw, place = (chosen.value or "", chosen.raw_text, chosen.provenance) if chosen else ("", "", None)
    return DecidedValue(name, "", value, raw, place, chosen)
