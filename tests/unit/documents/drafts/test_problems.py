"""What keeps a draft from being published, place by place."""

from dataclasses import replace

import pytest

from documents.domain.document_kinds import DocumentKind, KindRule
from documents.domain.drafts.problems import problems_of
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec, TableSpec

NUMBER = FieldSpec("number", FieldType.IDENTIFIER, "Number")
NET = FieldSpec("net", FieldType.AMOUNT, "Net")
TAX = FieldSpec("tax", FieldType.AMOUNT, "Tax")
TOTAL = FieldSpec("total", FieldType.AMOUNT, "Total")
DAY = FieldSpec("day", FieldType.DATE, "Day")
ITEMS = TableSpec(
    "items", "Items", (FieldSpec("text", FieldType.TEXT, "Text"), FieldSpec("amount", FieldType.AMOUNT, "Amount"))
)
GOOD = SchemaSpec("note", "Note", "", (NUMBER, NET, TAX, TOTAL, DAY), (ITEMS,), locale="en_GB")


def found(spec: SchemaSpec, **more: object) -> dict[str, str]:
    return {problem.path: problem.reason.code for problem in problems_of(spec, **more)}


def with_field(**changes: object) -> SchemaSpec:
    return replace(GOOD, fields=(replace(NUMBER, **changes), *GOOD.fields[1:]))


def test_a_complete_draft_has_none():
    assert found(GOOD) == {}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, {"fields/0/name": "field_name_form"}),
        ({"name": "Nr"}, {"fields/0/name": "field_name_form"}),
        ({"name": "1st"}, {"fields/0/name": "field_name_form"}),
        ({"name": "_kind"}, {"fields/0/name": "field_name_form"}),
        ({"name": "n" * 61}, {"fields/0/name": "field_name_form"}),
        ({"name": "net"}, {"fields/1/name": "field_name_twice"}),
        ({"name": "items"}, {"tables/0/name": "field_name_twice"}),
        ({"name": "row_number"}, {"fields/0/name": "field_name_reserved"}),
        ({"label": "  "}, {"fields/0/label": "label_missing"}),
        ({"label": "x" * 121}, {"fields/0/label": "name_too_long"}),
        ({"aliases": ("a",) * 101}, {"fields/0/aliases": "too_many_entries"}),
        ({"aliases": ("a" * 121,)}, {"fields/0/aliases": "entry_too_long"}),
        ({"pattern": "(("}, {"fields/0/pattern": "pattern_wrong"}),
        ({"pattern": "a" * 201}, {"fields/0/pattern": "pattern_wrong"}),
        ({"pattern": "(a|aa)+"}, {"fields/0/pattern": "pattern_slow"}),
        ({"choices": ("a", "b")}, {"fields/0/choices": "choices_unused"}),
        ({"type": FieldType.CHOICE}, {"fields/0/choices": "choices_missing"}),
        ({"type": FieldType.CHOICE, "choices": ("Yes", "yes")}, {"fields/0/choices": "choices_twice"}),
        ({"type": FieldType.DATE, "examples": ("tomorrow",)}, {"fields/0/examples": "example_unreadable"}),
        ({"pattern": r"A\d+", "examples": ("B7",)}, {"fields/0/examples": "example_against_pattern"}),
    ],
)
def test_problems_of_a_field(changes, problem):
    assert found(with_field(**changes)) == problem


def test_columns_have_the_same_problems():
    columns = (FieldSpec("net", FieldType.AMOUNT, ""), FieldSpec("net", FieldType.AMOUNT, "Net", pattern="(("))
    assert found(replace(GOOD, tables=(TableSpec("items", "Items", columns), TableSpec("more", "", ())))) == {
        "tables/0/columns/1/name": "field_name_twice",
        "tables/0/columns/0/label": "label_missing",
        "tables/0/columns/1/pattern": "pattern_wrong",
        "tables/1/label": "label_missing",
        "tables/1/columns": "table_without_columns",
    }


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": " "}, {"name": "name_missing"}),
        ({"fields": (), "tables": ()}, {"fields": "nothing_to_read"}),
        (
            {"fields": tuple(FieldSpec(f"f{n}", FieldType.TEXT, "F") for n in range(201))},
            {"fields": "too_many_entries"},
        ),
        ({"keywords": ("w" * 121,)}, {"keywords": "entry_too_long"}),
        ({"locale": "xx_YY"}, {"locale": "locale_unknown"}),
        ({"locale": "de"}, {"locale": "locale_unknown"}),
        ({"kinds": (KindRule(DocumentKind.INVOICE),) * 2}, {"kinds/1": "kind_twice"}),
        ({"kinds": (KindRule(DocumentKind.INVOICE, ("gross",)),)}, {"kinds/0/negative": "check_names_nobody"}),
    ],
)
def test_problems_of_the_whole(changes, problem):
    assert found(replace(GOOD, **changes)) == problem


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        (CheckSpec(CheckKind.SUM_EQUALS, ("net", "tax", "total")), {}),
        (CheckSpec(CheckKind.SUM_EQUALS, ("total",)), {"checks/0/fields": "check_needs_fields"}),
        (CheckSpec(CheckKind.SUM_EQUALS, ("net", "gross")), {"checks/0/fields": "check_names_nobody"}),
        (CheckSpec(CheckKind.SUM_EQUALS, ("net", "number")), {"checks/0/fields": "check_needs_numbers"}),
        (CheckSpec(CheckKind.SUM_EQUALS, ("net", "total"), tolerance=-1), {"checks/0/tolerance": "tolerance_negative"}),
        (CheckSpec(CheckKind.DATE_ORDER, ("day", "day")), {}),
        (CheckSpec(CheckKind.DATE_ORDER, ("day", "net")), {"checks/0/fields": "check_needs_dates"}),
        (CheckSpec(CheckKind.DATE_ORDER, ("day", "day", "day")), {"checks/0/fields": "check_number_of_fields"}),
        (CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("amount", "total"), "items"), {}),
        (
            CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("text", "total"), "items"),
            {"checks/0/fields": "check_needs_numbers"},
        ),
        (CheckSpec(CheckKind.COLUMN_SUM_EQUALS, ("amount", "total"), "rows"), {"checks/0/table": "check_needs_table"}),
        (
            CheckSpec(CheckKind.PRODUCT_EQUALS, ("amount", "amount", "total"), "items"),
            {"checks/0/fields": "check_names_nobody"},
        ),
        (CheckSpec(CheckKind.BALANCE_EQUALS, ("net", "tax", "total")), {"checks/0/fields": "check_number_of_fields"}),
        (CheckSpec(CheckKind.NET_OR_GROSS, ("net", "total")), {"checks/0/fields": "check_needs_fields"}),
    ],
)
def test_problems_of_checks(check, problem):
    assert found(replace(GOOD, checks=(check,))) == problem


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("near(net + or_zero(tax), total)", None),
        ("each(items, amount > 0) and sum(items.amount) == net", None),
        ("number in ('A', 'B') or days(day, day('2025-01-01')) > 3", None),
        ("total > 100 and sum_equals(net, tax, total)", None),
        ("min(net, tax) < max(day, day)", "rule_wrong_kinds"),
        ("", "rule_missing"),
        ("net +", "rule_not_understood"),
        ("open('x')", "rule_not_offered"),
        ("gross > 0", "rule_unknown_name"),
        ("items.price > 0", "rule_unknown_name"),
        ("amount > 0", "rule_unknown_name"),
        ("net > day", "rule_wrong_kinds"),
        ("number == 5", "rule_wrong_kinds"),
        ("sum(items.text) > 0", "rule_wrong_kinds"),
        ("net in 5", "rule_wrong_kinds"),
        ("net + tax", "rule_no_answer"),
        ("each(net, amount > 0)", "rule_not_a_table"),
        (" + ".join(["net"] * 150) + " > 0", "rule_too_long"),
        ("total > 0 and sum_equals(net + tax, total)", "rule_names_only"),
        ("total > 0 and sum_equals(net, gross)", "check_names_nobody"),
        ("sum_equals(_, total)", "check_field_open"),
    ],
)
def test_problems_of_expressions(rule, code):
    place = "checks/0/fields" if code == "check_field_open" else "checks/0/rule"
    assert found(replace(GOOD, checks=(CheckSpec.of(rule),))) == ({place: code} if code else {})


def test_a_message_of_a_check_has_a_limit():
    check = CheckSpec.of("net > 0", {"de": "x" * 301})
    assert found(replace(GOOD, checks=(check,))) == {"checks/0/message": "entry_too_long"}


def test_engines_that_are_not_set_up_are_named():
    spec = replace(GOOD, engine={"ocr": "rapidocr", "llm": "openai/gpt"})
    assert found(spec, engines={"ocr": {"rapidocr"}, "llm": {""}}) == {"engine/llm": "engine_unknown"}
    assert found(spec) == {}
