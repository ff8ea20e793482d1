"""What a sample says is on its pages, adds up, and is labelled as its schema names it."""

import functools
import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pypdfium2
import pytest
import stdnum.iban
from stdnum import get_cc_module

from documents.domain.library import library_type, library_types
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.errors import InvalidInput
from idp_project.operations.samples import generate
from idp_project.operations.samples.generator import Sample
from idp_project.operations.samples.kinds.registry import ALL_KINDS, KINDS
from idp_project.operations.samples.world.identifiers import IBAN_COUNTRIES, make_iban, make_vat_number
from idp_project.operations.samples.world.locales import LOCALES

CASES = [
    (kind.key, seed, locale)
    for kind in ALL_KINDS.values()
    for locale in (*kind.locales, *kind.asked_locales)
    for seed in range(3)
]
make = functools.cache(generate)  # several tests look at the same sample


def load_schema(key: str) -> SchemaSpec:
    return library_type(key).spec("en")


def pages_of(sample: Sample) -> Iterator[pypdfium2.PdfTextPage]:
    document = pypdfium2.PdfDocument(sample.content)
    for page in document:
        yield page.get_textpage()
    document.close()


def text_of(sample: Sample) -> str:
    return "\n".join(page.get_text_bounded() for page in pages_of(sample))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(("kind", "seed", "locale"), CASES)
def test_every_label_is_printed(kind: str, seed: int, locale: str) -> None:
    sample = make(kind, seed, locale=locale)
    [truth] = sample.labels["sub_documents"]
    text = squeezed(text_of(sample))
    spec = library_type(kind).spec(locale[:2]).printed
    for name, value in truth["fields"].items():
        match spec.field_named(name).type:
            case "amount":
                assert squeezed(LOCALES[locale].amount(abs(Decimal(value)))) in text, name
            case "name" if isinstance(value, list):
                assert all(squeezed(each) in text for each in value)
            case "clause" if value[0].isdigit():
                assert squeezed(value.split()[0]) in text, name
            case "date":
                assert value[2:4] in text and str(int(value[8:])) in text, name
            case "currency":
                assert value in text or LOCALES[locale].currency_mark in text
            case "address":
                assert all(squeezed(line) in text for line in value.split(", ")), name
            case "phone":
                assert value[-6:] in re.sub(r"\D", "", text), name
            case _:
                assert squeezed(value) in text, name
    for table in spec.tables:
        for row in truth["tables"][table.name]:
            amounts = [row[column.name] for column in table.columns if column.type == "amount" and column.name in row]
            assert amounts or kind == "delivery_note"
            assert all(squeezed(LOCALES[locale].amount(abs(Decimal(amount)))) in text for amount in amounts)
            assert all(word in text for word in row["description"].split())


@pytest.mark.parametrize(("kind", "seed", "locale"), CASES)
def test_the_values_pass_the_checks_of_their_schema(kind: str, seed: int, locale: str) -> None:
    [truth] = make(kind, seed, locale=locale).labels["sub_documents"]
    spec, fields = load_schema(kind), truth["fields"]
    assert len(spec.checks) >= 2 or kind in {"contract", "delivery_note", "letter"}
    for check in spec.checks:
        rows = truth["tables"].get(check.table, [])
        match check.kind:
            case "sum_equals":
                *addends, total = (Decimal(fields[name]) for name in check.fields)
                assert sum(addends) == total
            case "column_sum_equals":
                column = [Decimal(row[check.fields[0]]) for row in rows if check.fields[0] in row]
                assert sum(column) == Decimal(fields[check.fields[1]])
            case "balance_equals":
                opening, came_in, went_out, closing = (Decimal(fields[name]) for name in check.fields)
                assert (
                    opening + came_in - went_out == closing == Decimal(truth["tables"]["transactions"][-1]["balance"])
                )
            case "product_equals":
                for row in rows:
                    quantity, price, amount = (Decimal(row[name]) for name in check.fields)
                    assert abs(quantity * price - abs(amount)) <= Decimal("0.005")
            case "date_order":
                assert fields[check.fields[0]] <= fields[check.fields[1]]


@pytest.mark.parametrize(("kind", "seed", "locale"), CASES)
def test_labels_speak_the_words_of_the_schema(kind: str, seed: int, locale: str) -> None:
    [truth] = make(kind, seed, locale=locale).labels["sub_documents"]
    spec = load_schema(kind).printed
    assert truth["type"] == spec.key
    assert set(truth["fields"]) <= {field.name for field in spec.fields}
    assert {field.name for field in spec.fields if field.is_required} <= set(truth["fields"])
    for table in spec.tables:
        columns = {column.name for column in table.columns}
        assert truth["tables"][table.name]
        assert all(set(row) <= columns for row in truth["tables"][table.name])
        assert columns == {name for row in truth["tables"][table.name] for name in row}
    for field in spec.fields:
        if field.pattern and field.name in truth["fields"]:
            assert re.fullmatch(field.pattern, truth["fields"][field.name])


@pytest.mark.parametrize(("kind", "seed", "locale"), CASES)
def test_nothing_runs_over_the_edge_of_the_paper(kind: str, seed: int, locale: str) -> None:
    sample = make(kind, seed, locale=locale)
    document = pypdfium2.PdfDocument(sample.content)
    for page in document:
        text = page.get_textpage()
        assert text.count_chars() > 50
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            assert left >= 5 and right <= page.get_width() - 5
            assert bottom >= 5 and top <= page.get_height() - 5
    document.close()


@pytest.mark.parametrize("country", IBAN_COUNTRIES)
def test_identifiers_have_right_check_digits(country: str) -> None:
    rng = random.Random(country)
    for _ in range(200):
        assert stdnum.iban.is_valid(make_iban(rng, country))
        vat_number = make_vat_number(rng, country)
        assert vat_number[:2] == country and get_cc_module(country, "vat").is_valid(vat_number)


def test_long_invoices_carry_their_sum_over() -> None:
    sample = generate("invoice", 9, locale="en_IE", size="long")
    [truth] = sample.labels["sub_documents"]
    pages = [page.get_text_bounded() for page in pages_of(sample)]
    assert len(pages) == truth["last_page"] == 3
    heading = re.search(r".*Qty.*", pages[0])
    assert heading and all(heading.group() in page for page in pages)
    carried = [re.search(r"arried forward\s+([\d.,]+)", page) for page in pages[:-1]]
    brought = [re.search(r"rought forward\s+([\d.,]+)", page) for page in pages[1:]]
    assert [match and match.group(1) for match in carried] == [match and match.group(1) for match in brought]
    amounts = [Decimal(row["amount"]) for row in truth["tables"]["line_items"]]
    first = carried[0]
    assert first and Decimal(first.group(1).replace(",", "")) in {sum(amounts[:count]) for count in range(1, 30)}


@pytest.mark.parametrize("kind", [kind.key for kind in ALL_KINDS.values() if kind.flaws])
def test_wrong_total_is_labelled_as_printed_and_fails_the_check(kind: str) -> None:
    right = generate(kind, 3, locale="en_GB")
    wrong = generate(kind, 3, locale="en_GB", flaw="wrong_total")
    check = next(
        check for check in load_schema(kind).checks if check.kind in {"sum_equals", "net_or_gross", "balance_equals"}
    )
    fields, true_fields = (sample.labels["sub_documents"][0]["fields"] for sample in (wrong, right))
    total, true_total = (Decimal(values[check.fields[-1]]) for values in (fields, true_fields))
    assert abs(total - true_total) >= 10 > check.tolerance
    assert LOCALES["en_GB"].amount(abs(total)) in text_of(wrong)
    assert wrong.labels["needs_review"] and not right.labels["needs_review"]
    others = {name: value for name, value in fields.items() if name != check.fields[-1]}
    assert others.items() <= true_fields.items()


def test_a_kind_without_sums_cannot_have_a_wrong_total() -> None:
    with pytest.raises(InvalidInput, match="registration_form"):
        generate("registration_form", 3, flaw="wrong_total")


@pytest.mark.parametrize("kind", [key for key in ALL_KINDS if key not in {"receipt", "contract"}])
def test_a_kind_has_several_layouts(kind: str) -> None:
    """Where the first fragments of text stand is a fair sign of the layout."""
    places = set()
    for seed in range(6):
        document = pypdfium2.PdfDocument(make(kind, seed, locale="en_GB", size="short").content)
        text = document[0].get_textpage()
        count = min(12, text.count_rects())
        places.add(tuple(round(side) for index in range(count) for side in text.get_rect(index)[:2]))
        document.close()
    assert len(places) >= 4


def test_every_type_of_the_library_can_be_made_in_both_languages() -> None:
    assert set(ALL_KINDS) == {each.key for each in library_types()}
    for kind in ALL_KINDS.values():
        assert {locale[:2] for locale in (*kind.locales, *kind.asked_locales)} == {"en", "de"}


def test_a_locale_that_is_made_on_request_only_is_never_chosen() -> None:
    for kind in ALL_KINDS.values():
        if kind.asked_locales:
            chosen = {generate(kind.key, seed).labels["locale"] for seed in range(12)}
            assert chosen <= set(kind.locales)
    assert [key for key, kind in KINDS.items() if kind.asked_locales] == ["bank_statement", "registration_form"]


def test_unknown_kinds_and_locales_are_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="laundry_list"):
        generate("laundry_list", 1)
    with pytest.raises(InvalidInput, match="fr_FR"):
        generate("invoice", 1, locale="fr_FR")
