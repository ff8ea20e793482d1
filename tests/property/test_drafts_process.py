"""Any draft that could be published processes any document that was read, without an internal error."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.domain.auto_approval import HELD_OPEN
from documents.domain.document_kinds import DocumentKind
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.refusals import NOTHING_TO_READ
from documents.domain.drafts.shape import spec_from
from documents.domain.listed import ListColumn, prepared
from documents.domain.schema_spec import CheckKind, FieldSpec, FieldType, SchemaSpec
from documents.domain.sender_notation import SenderNotation
from documents.domain.statuses import Route
from documents.domain.words import built_in_words
from extraction.context import PageSummary
from extraction.domain.usable import usable_of
from extraction.runner.trial import stored_pages
from extraction.runner.trial.stored_pages import StoredDocument, StoredPage, run_types
from idp_project.core.page_text import PageText
from tests.unit.extraction.pages import page_of

PAGES: dict[str, list[PageText | None]] = {
    "an invoice": [
        page_of(
            "Acme Ltd   INVOICE",
            "Invoice number:   RE-2024-17   Date:   4 March 2024",
            "Description   Qty   Price   Amount",
            "Bolts   3   1.50   4.50",
            "Nuts   2   2.00   4.00",
            "Net total   8.50   VAT 20%   1.70",
            "Total   10.20   GB82 WEST 1234 5698 7654 32",
        ),
        page_of("Page 2 of 2", "Period   01/02/2024 - 29/02/2024", "[x] Yes   [ ] No", "Signed by:   /s/ Jane Doe"),
    ],
    "prose": [
        page_of(
            "This Agreement is made by Acme Ltd and Foo GmbH.", "It shall be governed by the laws of Bavaria", "and"
        ),
        page_of(
            "ends two years after its signature. Term:   2 years",
            "Ünïcode – Straße 5, 80333 München",
            "株式会社   ¥1,000",
        ),
    ],
    "nothing": [None, page_of("")],
    "noise": [page_of("# : . - 0", "1.234,50   1,234.50   -5   (7.00)", "a@b.example   +49 89 1234567", "x" * 60)],
}
ANY = st.characters(exclude_characters="\0", exclude_categories=["Cs"])  # what the API takes
LABELS = st.one_of(
    st.sampled_from(
        ["Total", "Date", "Invoice number", "IBAN", "Qty", "Amount", "Description", "Period", "Yes", "#", "Law"]
    ),
    st.text(ANY, max_size=14),
)
NAMES = st.one_of(
    st.sampled_from(
        ["total", "date", "seller_name", "buyer_address", "net_total", "tax", "period_from", "law", "term", "party"]
    ),
    st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    st.text(ANY, max_size=4),
)
PATTERNS = st.sampled_from(["", "", "", r"[A-Z]{2}-\d+", r"\d+", "(", r".*", r"\w+ \w+", "(?i)re-.*"])
TEXTS = st.lists(LABELS, max_size=3)
KINDS = [kind.value for kind in FieldType]
TRANSLATIONS = st.dictionaries(
    st.sampled_from(["en", "de", "fr"]),
    st.fixed_dictionaries({}, optional={"label": st.one_of(LABELS, st.just("x" * 200)), "aliases": TEXTS}),
    max_size=2,
)


def field(*, is_column: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    more = {} if is_column else {"is_list": st.booleans()}
    return st.fixed_dictionaries(
        {"name": NAMES, "type": st.sampled_from(KINDS), "label": LABELS},
        optional={
            "aliases": TEXTS,
            "pattern": PATTERNS,
            "choices": st.lists(st.sampled_from(["Yes", "No", "Bolts", "GB", ""]), max_size=3),
            "examples": st.lists(st.sampled_from(["10.20", "4 March 2024", "x"]), max_size=2),
            "is_required": st.booleans(),
            "threshold": st.one_of(st.none(), st.floats(0, 1)),
            "listed_in": st.sampled_from(["", "known", "gone"]),
            "listed_column": st.sampled_from(["", "name"]),
            "translations": TRANSLATIONS,
            **more,
        },
    )


OLD_CHECKS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([kind.value for kind in CheckKind if kind is not CheckKind.EXPRESSION]),
        "fields": st.lists(NAMES, min_size=1, max_size=4),
    },
    optional={"table": NAMES, "tolerance": st.floats(0, 10)},
)
RULES = st.fixed_dictionaries(
    {
        "rule": st.one_of(
            st.sampled_from(
                [
                    "near(net_total + or_zero(tax), total)",
                    "total > 0 and not present(tax)",
                    "total / tax > 1",
                    "date < day('x')",
                ]
            ),
            st.builds("{} {} {}".format, NAMES, st.sampled_from(["==", "<", "+", "in"]), NAMES),
            st.builds("each({}, {} > 0)".format, NAMES, NAMES),
            st.builds("sum_equals({}, {}) or count({}) < 3".format, NAMES, NAMES, NAMES),
            st.text(ANY, max_size=20),
        )
    },
    optional={"message": st.fixed_dictionaries({}, optional={"en": st.text(ANY, max_size=9), "de": LABELS})},
)
DEFINITIONS = st.fixed_dictionaries(
    {"name": LABELS, "fields": st.lists(field(), max_size=7)},
    optional={
        "tables": st.lists(
            st.fixed_dictionaries(
                {"name": NAMES, "label": LABELS, "columns": st.lists(field(is_column=True), max_size=5)},
                optional={"is_required": st.booleans(), "translations": TRANSLATIONS},
            ),
            max_size=2,
        ),
        "checks": st.lists(st.one_of(OLD_CHECKS, RULES), max_size=3),
        "keywords": TEXTS,
        "locale": st.sampled_from(["en_US", "en_GB", "de_DE", "fr_CH", "pl_PL", "ja_JP", "en_IN", "xx"]),
        "threshold": st.one_of(st.none(), st.floats(0, 1)),
        "kinds": st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from([kind.value for kind in DocumentKind])},
                optional={"negative": st.lists(NAMES, max_size=2)},
            ),
            max_size=2,
        ),
    },
)


@pytest.fixture(autouse=True, scope="module")
def without_senders():
    """No database: nobody's earlier documents are known, and one list of master data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_pages, "sender_notation_of", lambda *_: SenderNotation())
        patch.setattr(stored_pages, "entries_of", lambda *_: column_of)
        yield


def column_of(spec: FieldSpec) -> ListColumn | None:
    entries = ["Acme Ltd", "10.20", "4 March 2024", "", "株式会社"]
    return prepared("Known", entries, spec.type, "en_GB") if spec.listed_in == "known" else None


def document_of(name: str) -> StoredDocument:
    texts = PAGES[name]
    pages = [
        StoredPage(
            number, text, {}, is_blank=text is None, failure=None, image_name="", stored=PageSummary.of(number, {})
        )
        for number, text in enumerate(texts, start=1)
    ]
    return StoredDocument(uuid4(), 1, len(pages), tuple(pages), built_in_words())


def accepted(definition: dict[str, Any]) -> SchemaSpec:
    """The part of the definition that has no problems."""
    return usable_of(spec_from(definition, key="any", version="")).spec


def check_processes(definition: dict[str, Any], name: str) -> None:
    spec = accepted(definition)
    left = [problem.reason.code for problem in problems_of(spec)]
    assert left in ([], [NOTHING_TO_READ().code])
    (result,) = run_types(document_of(name), [(spec, HELD_OPEN)])
    assert {merged.field for merged in result.confidence.fields} <= {each.name for each in spec.fields}
    assert result.confidence.route in Route
    for merged in result.confidence.fields:
        assert merged.confidence is None or 0 <= merged.confidence <= 1


def mended(definition: dict[str, Any]) -> dict[str, Any]:
    """With names that can be published, so that most of it is kept."""
    number = iter(range(1000))

    def named(one: dict[str, Any]) -> dict[str, Any]:
        name = "".join(mark for mark in one["name"].lower() if mark.isascii() and (mark.isalnum() or mark == "_"))
        start = name if name[:1].isalpha() else f"f_{name}"
        return one | {"name": f"{start}_{next(number)}", "label": one["label"].strip() or "Total"}

    tables = [
        named(table) | {"columns": [named(column) for column in table["columns"]]}
        for table in definition.get("tables", ())
    ]
    return definition | {"fields": [named(one) for one in definition["fields"]], "tables": tables, "name": "Any"}


@given(DEFINITIONS, st.sampled_from(sorted(PAGES)), st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_accepted_draft_processes_any_document(definition: dict[str, Any], name: str, is_mended: bool) -> None:
    check_processes(mended(definition) if is_mended else definition, name)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@given(DEFINITIONS, st.sampled_from(sorted(PAGES)), st.booleans())
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_accepted_drafts_process_any_document(definition: dict[str, Any], name: str, is_mended: bool) -> None:
    check_processes(mended(definition) if is_mended else definition, name)
