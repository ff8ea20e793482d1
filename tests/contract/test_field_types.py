"""Each field type keeps the contract, and none is forgotten."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from typing import ClassVar

import pytest

from documents.domain import field_types
from documents.domain.field_types.amount import AmountRules
from documents.domain.field_types.base import FieldTypeRules
from documents.domain.field_types.number import NumberRules
from documents.domain.field_types.registry import field_type, registered
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from extraction.local.candidates import find_values
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from tests.contract.field_type import LABEL, FieldTypeContract
from tests.unit.extraction.pages import page_of


class TestText(FieldTypeContract):
    type = FieldType.TEXT
    readable = (("  Green   tea ", "Green tea"), ("line\nline", "line line"))
    unreadable = ()
    page = (f"{LABEL}: Green tea",)
    on_page = "Green tea"
    is_found_by_shape = False
    accepted = ("Green tea",)
    refused = ()
    equal = (("Green tea", "green-TEA"),)
    different = (("Green tea", "Black tea"),)


class TestClause(FieldTypeContract):
    type = FieldType.CLAUSE
    readable = ((" two (2)  years ", "2 years"), ("Delaware", "Delaware"), ("unbefristet", "indefinite"))
    unreadable = ()
    page = (f"{LABEL}: eighteen (18) months",)
    on_page = "18 months"
    is_found_by_shape = False
    accepted = ("2 years", "Delaware")
    refused = ()
    equal = (("New York", "NEW YORK"),)
    different = (("2 years", "3 years"),)


class TestName(FieldTypeContract):
    type = FieldType.NAME
    readable = ((" Acme  Tools Ltd ", "Acme Tools Ltd"),)
    unreadable = ()
    page = (f"{LABEL}        Acme Tools Ltd",)
    on_page = "Acme Tools Ltd"
    is_found_by_shape = True
    accepted = ("Acme Tools Ltd",)
    refused = ()
    equal = (("Acme Tools Ltd", "ACME TOOLS LTD."),)
    different = (("Acme Tools Ltd", "Acme Paper Ltd"),)


class TestAddress(FieldTypeContract):
    type = FieldType.ADDRESS
    readable = (("12 High Street,\nLondon N1 7AA", "12 High Street, London N1 7AA"),)
    unreadable = (" , ;",)
    page = ("12 High Street", "London N1 7AA")
    on_page = "12 High Street, London N1 7AA"
    is_found_by_shape = True
    accepted = ("12 High Street, London N1 7AA",)
    refused = ()
    equal = (("12 High Street, London", "12 HIGH STREET London"),)
    different = (("12 High Street", "13 High Street"),)


class TestIdentifier(FieldTypeContract):
    type = FieldType.IDENTIFIER
    readable = ((" #INV-7. ", "INV-7"), ("2024/17", "2024/17"))
    unreadable = ("#.",)
    page = (f"{LABEL}: INV-2024-17",)
    on_page = "INV-2024-17"
    is_found_by_shape = True
    accepted = ("INV-7",)
    refused = ()
    equal = (("INV-7", "inv 7"),)
    different = (("INV-7", "INV-1"),)


class TestDate(FieldTypeContract):
    type = FieldType.DATE
    readable = (("12/03/2018", "2018-03-12"), ("4 Jan 2017", "2017-01-04"), ("31.12.2024", "2024-12-31"))
    unreadable = ("31/02/2018", "soon")
    page = (f"{LABEL}: 14 March 2024",)
    on_page = "2024-03-14"
    is_found_by_shape = True
    accepted = ("2024-03-14",)
    refused = ("1024-03-14",)
    equal = (("2024-03-14", "2024-03-14"),)
    different = (("2024-03-14", "2024-03-15"),)


class TestAmount(FieldTypeContract):
    type = FieldType.AMOUNT
    readable = (("£1,234.50", "1234.50"), ("(5.00)", "-5.00"), ("12.50-", "-12.50"))
    unreadable = ("free", "1 of 2")
    page = (f"{LABEL}        1,234.50",)
    on_page = "1234.50"
    is_found_by_shape = True
    accepted = ("1234.50",)
    refused = ()
    equal = (("5", "5.00"), ("5.0", "5.00"))
    different = (("5", "50"), ("5.00", "-5.00"))


class TestNumber(FieldTypeContract):
    type = FieldType.NUMBER
    readable = (("1,200", "1200"), ("2.5", "2.5"))
    unreadable = ("several",)
    page = (f"{LABEL}: 12",)
    on_page = "12"
    is_found_by_shape = True
    accepted = ("12",)
    refused = ()
    equal = (("12", "12.0"),)
    different = (("12", "120"),)


class TestPercentage(FieldTypeContract):
    type = FieldType.PERCENTAGE
    readable = (
        ("12,5 %", "12.5"),
        ("12.50%", "12.5"),
        ("12.5 percent", "12.5"),
        ("19 Prozent", "19"),
        ("4,125 % p.a.", "4.125"),
        ("(19 %)", "19"),
        ("− 3 %", "-3"),
        ("%18", "18"),
        ("2 ‰", "0.2"),
        ("100", "100"),
        ("0.125", "0.125"),
    )
    unreadable = ("several", "12 boxes", "2-3 %", "%")
    page = (f"{LABEL}        12,5 %",)
    on_page = "12.5"
    is_found_by_shape = True
    accepted = ("0", "12.5", "100", "-3")
    refused = ("125",)
    equal = (("12.5", "12.50"), ("0", "-0"))
    different = (("12.5", "125"), ("3", "-3"))

    @pytest.mark.parametrize(
        ("row", "found"),
        [
            ("VAT 19 % 3.80", ["19"]),
            ("zzgl. 7% MwSt, 2 Prozent Skonto", ["7", "2"]),
            ("1.000.000 Stück", []),
            ("Rabatt -5%", ["-5"]),
            ("2-3 %", []),
            ("KDV %18", ["18"]),
            ("https://host/a%20b", []),
        ],
    )
    def test_signs_and_words_are_found(self, row: str, found: list[str]) -> None:
        view = build_page_view(page_of(row))
        assert [each.value for each in find_values(view, self.spec, "de_DE")] == found

    @pytest.mark.parametrize("row", ["VAT %: 19", "VAT (%)        19,00", "VAT %        19"])
    def test_label_may_hold_the_sign(self, row: str) -> None:
        spec = replace(self.spec, label="VAT")
        found = extract_candidates(build_page_view(page_of(row)), replace(self.schema, fields=(spec,)), 1)
        assert [candidate.value for candidate in found] == ["19"]

    def test_pattern_replaces_the_usual_limits(self) -> None:
        assert not list(self.rules.check(replace(self.spec, pattern=r"\d+ %"), "thing", "125", self.locale))


class TestCurrency(FieldTypeContract):
    type = FieldType.CURRENCY
    readable = (("€", "EUR"), ("gbp", "GBP"), ("RM", "MYR"), ("zł", "PLN"))
    unreadable = ("money",)
    page = ("Total   EUR 12.50",)
    on_page = "EUR"
    is_found_by_shape = True
    accepted = ("EUR",)
    refused = ()
    equal = (("EUR", "EUR"),)
    different = (("EUR", "USD"),)


class TestIban(FieldTypeContract):
    type = FieldType.IBAN
    readable = (("de89 3704 0044 0532 0130 00", "DE89370400440532013000"),)
    unreadable = ("12345",)
    page = ("IBAN: GB82 WEST 1234 5698 7654 32",)
    on_page = "GB82WEST12345698765432"
    is_found_by_shape = True
    accepted = ("DE89370400440532013000",)
    refused = ("DE88370400440532013000",)
    equal = (("DE89370400440532013000", "DE89370400440532013000"),)
    different = (("DE89370400440532013000", "DE88370400440532013000"),)


class TestVatNumber(FieldTypeContract):
    type = FieldType.VAT_NUMBER
    readable = (("DE 136 695 976", "DE136695976"),)
    unreadable = ("none",)
    page = (f"{LABEL}: DE 136 695 976",)
    on_page = "DE136695976"
    is_found_by_shape = True
    accepted = ("DE136695976", "US12345678")
    refused = ("DE136695978",)
    equal = (("DE136695976", "DE136695976"),)
    different = (("DE136695976", "DE136695977"),)


class TestEmail(FieldTypeContract):
    type = FieldType.EMAIL
    readable = (("Office@Example.ORG", "office@example.org"), ("a @ b.example", "a@b.example"))
    unreadable = ("example.org",)
    page = ("Mail: office@example.org",)
    on_page = "office@example.org"
    is_found_by_shape = True
    accepted = ("office@example.org",)
    refused = ()
    equal = (("office@example.org", "office@example.org"),)
    different = (("office@example.org", "sales@example.org"),)


class TestPhone(FieldTypeContract):
    type = FieldType.PHONE
    readable = (("020 7946 0018", "+442079460018"),)
    unreadable = ("none", "12")
    page = ("Phone +44 20 7946 0018",)
    on_page = "+442079460018"
    is_found_by_shape = True
    accepted = ("+442079460018",)
    refused = ()
    equal = (("+442079460018", "+442079460018"),)
    different = (("+442079460018", "+442079460019"),)


class TestChoice(FieldTypeContract):
    type = FieldType.CHOICE
    choices: ClassVar[tuple[str, ...]] = ("Approved", "Rejected")
    readable = (("Aproved", "Approved"), ("REJECTED", "Rejected"))
    unreadable = ("Pending",)
    page = (f"{LABEL}: Approved",)
    on_page = "Approved"
    is_found_by_shape = False
    accepted = ("Approved",)
    refused = ()
    equal = (("Approved", "approved"),)
    different = (("Approved", "Rejected"),)


class TestTickBox(FieldTypeContract):
    type = FieldType.TICK_BOX
    readable = (("☒", "yes"), ("[x]", "yes"), ("☐", "no"), ("( )", "no"), ("Ja", "yes"), ("NO", "no"), ("✓", "yes"))
    unreadable = ("maybe", "x y")
    page = (f"☒ {LABEL}",)
    on_page = "yes"
    is_found_by_shape = True
    accepted = ("yes", "no")
    refused = ()
    equal = (("yes", "☒"), ("no", "nein"))
    different = (("yes", "no"),)

    @pytest.mark.parametrize(
        ("rows", "value"),
        [
            ((f"☐ Other thing   ☒ {LABEL}   ☐ Third thing",), "yes"),
            ((f"{LABEL} ☐    Other thing ☒",), "no"),
            ((f"[ ] {LABEL}", "[x] Other thing"), "no"),
            ((f"{LABEL}?        ☐ Yes   ☒ No",), "no"),
            ((f"{LABEL}?        ☒ Ja   ☐ Nein",), "yes"),
            (
                (
                    "                           Yes     No",
                    f"{LABEL}               ☐       ☒",
                    "Other thing                ☒       ☐",
                ),
                "no",
            ),
        ],
    )  # fmt: skip
    def test_box_belongs_to_its_words(self, rows: tuple[str, ...], value: str) -> None:
        best, *_ = extract_candidates(build_page_view(page_of(*rows)), self.schema, 1)
        assert best.value == value

    def test_two_answers_are_no_answer(self) -> None:
        best, *_ = extract_candidates(build_page_view(page_of(f"{LABEL}?        ☒ Yes   ☒ No")), self.schema, 1)
        assert best.value is None and best.evidence["reading"] < 0.6


class TestSignature(FieldTypeContract):
    type = FieldType.SIGNATURE
    readable = (("/s/ Jane Doe", "present"), ("Digitally signed by Jane Doe", "present"), ("Absent", "absent"))
    unreadable = ("Jane Doe",)
    page = (f"{LABEL}: /s/ Jane Doe",)
    on_page = "present"
    is_found_by_shape = True
    accepted = ("present", "absent")
    refused = ()
    equal = (("present", "/s/ Jane Doe"),)
    different = (("present", "absent"),)


def test_choice_is_read_from_its_boxes() -> None:
    spec = FieldSpec("status", FieldType.CHOICE, "Status", choices=("Single", "Married", "Widowed"))
    schema = SchemaSpec("form", "Form", "1.0", (spec,), locale="en_GB")
    for row, value in (
        ("Status:    ☐ Single   ☒ Married   ☐ Widowed", "Married"),
        ("Status:    ☒ Single   ☒ Married", None),
    ):
        best, *_ = extract_candidates(build_page_view(page_of(row)), schema, 1)
        assert best.value == value


@pytest.mark.parametrize("kind", list(FieldType))
def test_type_has_module_and_contract(kind: FieldType) -> None:
    assert field_type(kind).type is kind
    assert type(field_type(kind)).__module__ == f"documents.domain.field_types.{kind.value}"
    assert [suite for suite in FieldTypeContract.__subclasses__() if suite.type is kind]


def test_modules_without_a_type_are_shared_parts() -> None:
    modules = {module.name for module in pkgutil.iter_modules(field_types.__path__)}
    shared = {"base", "registry", "roles", "matching", "after_label", "codes"}
    assert modules - shared == {kind.value for kind in FieldType}


def test_labels_are_unique() -> None:
    assert len({field_type(kind).label for kind in FieldType}) == len(FieldType)


class TestRegistry:
    kinds = tuple(type(field_type(kind)) for kind in FieldType)

    def test_type_without_module_is_refused(self) -> None:
        with pytest.raises(TypeError, match=r"no module in field_types for: amount"):
            registered(tuple(kind for kind in self.kinds if kind is not AmountRules))

    def test_type_with_two_modules_is_refused(self) -> None:
        with pytest.raises(TypeError, match="amount has two modules"):
            registered((*self.kinds, AmountRules))

    @pytest.mark.parametrize("left_out", sorted(FieldTypeRules.__annotations__))
    def test_incomplete_rules_are_refused(self, left_out: str) -> None:
        said = {name: getattr(NumberRules, name) for name in FieldTypeRules.__annotations__ if name != left_out}
        methods = {name: getattr(NumberRules, name) for name in FieldTypeRules.__abstractmethods__}
        incomplete = type("Incomplete", (FieldTypeRules,), said | methods)
        with pytest.raises(TypeError, match=rf"Incomplete does not say: {left_out}$"):
            registered((incomplete,))

    @pytest.mark.parametrize("method", sorted(FieldTypeRules.__abstractmethods__))
    def test_rules_without_a_method_are_refused(self, method: str) -> None:
        said = {name: getattr(NumberRules, name) for name in FieldTypeRules.__annotations__}
        methods = {name: getattr(NumberRules, name) for name in FieldTypeRules.__abstractmethods__ if name != method}
        incomplete = type("Incomplete", (FieldTypeRules,), said | methods)
        with pytest.raises(TypeError, match=method):
            registered((incomplete,))
