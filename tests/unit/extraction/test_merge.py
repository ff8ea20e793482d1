"""Candidates of several pages become one value per field; tables are joined."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from documents.domain.schema_spec import CheckKind, CheckSpec
from documents.domain.values import CandidateRow, FieldCandidate
from extraction.context import SubDocumentContext
from extraction.results import MergeResult
from extraction.steps.merge import merge_candidates
from idp_project.core.geometry import Polygon
from idp_project.core.reasons import legacy
from tests.unit.extraction.pages import INVOICE, RECEIPT, candidate, summary


def merged(*pages, schema=INVOICE) -> MergeResult:  # type: ignore[no-untyped-def]
    return merge_candidates(SubDocumentContext(1, len(pages), schema, pages, 0.9, 1.0))


def test_every_field_of_the_schema_is_there_in_order() -> None:
    result = merged(summary(1))
    assert [field.field for field in result.fields] == [spec.name for spec in INVOICE.fields]
    assert all(field.chosen is None for field in result.fields)


def test_agreeing_pages_raise_a_value_above_a_better_single_one() -> None:
    first = summary(1, candidates=(candidate("number", "A-1", 0.7), candidate("number", "B-2", 0.72)))
    second = summary(2, candidates=(lower(candidate("number", "A-1", 0.7, page=2)),))
    field = merged(first, second).fields[0]
    assert field.chosen and field.chosen.value == "A-1"
    assert field.chosen.score > 0.72 and field.chosen.evidence["agreement"] > 0
    assert [other.value for other in field.candidates] == ["A-1", "B-2"]


def lower(found: FieldCandidate) -> FieldCandidate:
    """The same in another place of its page."""
    place = Polygon(((0.1, 0.5), (0.2, 0.5), (0.2, 0.52), (0.1, 0.52)))
    return replace(found, provenance=replace(found.provenance, polygon=place))


def moved(found: FieldCandidate, right: float, down: float) -> FieldCandidate:
    assert found.provenance.polygon
    points = tuple((x + right, y + down) for x, y in found.provenance.polygon.points)
    return replace(found, provenance=replace(found.provenance, polygon=Polygon(points)))


@pytest.mark.parametrize(
    ("place", "label"),
    [
        (lambda found: found, 0.9),  # the same header on every page
        (lambda found: moved(found, 0.0, 0.2), 0.9),  # the same, on pages that begin with something else
        (lower, 0.0),  # elsewhere, but nothing there says what it is
    ],
)
def test_what_every_page_repeats_is_one_witness(
    place: Callable[[FieldCandidate], FieldCandidate], label: float
) -> None:
    pages = [summary(n, candidates=(candidate("number", "A-1", 0.3, page=n, label=label),)) for n in (1, 2, 3)]
    pages[1:] = [replace(page, candidates=tuple(map(place, page.candidates))) for page in pages[1:]]
    chosen = merged(*pages).fields[0].chosen
    assert chosen and chosen.score == 0.3 and "agreement" not in chosen.evidence


def test_two_engines_that_agree_count_as_two_readings() -> None:
    page = summary(1, candidates=(candidate("number", "A-1", 0.6), candidate("number", "A-1", 0.6, engine="model")))
    field = merged(page).fields[0]
    assert len(field.candidates) == 1 and field.candidates[0].evidence["agreement"] == 1.0


def test_amounts_that_differ_in_zeros_only_are_the_same() -> None:
    page = summary(1, candidates=(candidate("total", "120.00", 0.6), candidate("total", "120.0", 0.5)))
    assert len(merged(page).fields[5].candidates) == 1


def test_totals_are_expected_last_and_dates_first() -> None:
    first = summary(1, candidates=(candidate("total", "70.00", 0.8), candidate("date", "2024-01-01", 0.8)))
    last = summary(
        2, candidates=(candidate("total", "120.00", 0.8, page=2), candidate("date", "2024-02-02", 0.8, page=2))
    )
    values = {field.field: field.chosen.value for field in merged(first, last).fields if field.chosen}
    assert values == {"total": "120.00", "date": "2024-01-01"}


def test_failed_pages_give_nothing() -> None:
    assert (
        merged(summary(1, failure=legacy("unreadable"), candidates=(candidate("total", "1.00"),))).fields[5].chosen
        is None
    )


def test_candidates_that_add_up_are_preferred() -> None:
    schema = replace(INVOICE, checks=(CheckSpec(CheckKind.SUM_EQUALS, ("net", "tax", "total")),))
    page = summary(
        1,
        candidates=(
            candidate("net", "100.00", 0.9),
            candidate("tax", "20.00", 0.9),
            candidate("total", "150.00", 0.9),
            candidate("total", "120.00", 0.7),
        ),
    )
    total = merged(page, schema=schema).fields[5]
    assert total.chosen and total.chosen.value == "120.00" and total.chosen.evidence["arithmetic"] == 1.0
    assert total.candidates[1].value == "150.00"


def row(*cells: tuple[str, str]) -> CandidateRow:
    return CandidateRow("items", tuple(candidate(name, value) for name, value in cells))


def test_rows_join_without_repeated_headers_and_carried_sums() -> None:
    bolt = row(("description", "Bolt"), ("quantity", "2"), ("amount", "20.00"))
    nut = row(("description", "Nut"), ("quantity", "1"), ("amount", "1.00"))
    header = row(("description", "Description"), ("quantity", "Qty"), ("amount", "Amount"))
    carried = row(("description", "Carried forward"), ("amount", "20.00"))
    result = merged(
        summary(1, schema_key="receipt", rows=(bolt, carried)),
        summary(2, schema_key="receipt", rows=(header, nut)),
        schema=RECEIPT,
    )
    assert [(r.number, r.cells[0].chosen.value) for r in result.rows if r.cells[0].chosen] == [(1, "Bolt"), (2, "Nut")]


def joined(*pages: tuple[CandidateRow, ...]) -> list[dict[str, str | None]]:
    summaries = [summary(number, schema_key="receipt", rows=rows) for number, rows in enumerate(pages, start=1)]
    return [
        {cell.field: cell.chosen.value for cell in one.cells if cell.chosen}
        for one in merged(*summaries, schema=RECEIPT).rows
    ]


BOLT = row(("description", "Bolt"), ("quantity", "2"), ("amount", "20.00"))
NUT = row(("description", "Nut"), ("quantity", "1"), ("amount", "1.00"))


def test_bare_sum_at_the_edge_of_a_page_is_no_row() -> None:
    carried, other = row(("amount", "21.00")), row(("amount", "22.00"))
    assert len(joined((BOLT, NUT, carried), (carried, BOLT))) == 3
    assert len(joined((BOLT, NUT, other), (BOLT,))) == 4, "an amount that is no sum stays"


def test_a_row_that_a_page_break_has_split_is_one_row() -> None:
    name, numbers = row(("description", "Screw")), row(("quantity", "3"), ("amount", "6.00"))
    assert joined((BOLT, name), (numbers, NUT))[1] == {"description": "Screw", "quantity": "3", "amount": "6.00"}
    rest = row(("description", "made of brass"))
    whole = joined((BOLT,), (rest, NUT))
    assert [found["description"] for found in whole] == ["Bolt made of brass", "Nut"]
    assert [found["description"] for found in joined((rest, NUT))] == ["Nut"], "the rest of a row that is not here"


def test_an_unknown_type_has_no_fields() -> None:
    assert merged(summary(1), schema=None) == MergeResult((), ())
