"""The words of the editor of document types: types of fields, kinds, checks, locales and engines, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from babel.core import Locale
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from accounts.selectors.providers import engine_choices
from documents.domain.check_digits import check_digit_choices
from documents.domain.document_kinds import DocumentKind
from documents.domain.e_invoice.terms import TERM_NAMES
from documents.domain.e_invoice_fields import term_names
from documents.domain.field_types.base import CellKind
from documents.domain.field_types.registry import cell_kind, field_type
from documents.domain.identity_reasons import KIND_WORDS
from documents.domain.schema_spec import CheckKind, FieldSpec, FieldType
from documents.domain.words import languages
from idp_project.core.regional import language_name

_LOCALES = (
    *("en_US", "en_GB", "en_IE", "en_CA", "en_AU", "en_NZ", "en_IN", "en_ZA", "en_MY", "en_SG"),
    *(
        "de_DE",
        "de_AT",
        "de_CH",
        "de_LI",
        "de_LU",
        "fr_FR",
        "fr_BE",
        "fr_CH",
        "fr_LU",
        "nl_NL",
        "nl_BE",
        "it_IT",
        "it_CH",
    ),
    *(
        "es_ES",
        "es_MX",
        "pt_PT",
        "pt_BR",
        "pl_PL",
        "cs_CZ",
        "sk_SK",
        "hu_HU",
        "ro_RO",
        "bg_BG",
        "hr_HR",
        "sl_SI",
        "el_GR",
    ),
    *(
        "da_DK",
        "sv_SE",
        "nb_NO",
        "fi_FI",
        "et_EE",
        "lv_LV",
        "lt_LT",
        "tr_TR",
        "uk_UA",
        "ru_RU",
        "he_IL",
        "ar_AE",
        "hi_IN",
    ),
)


@dataclass(frozen=True)
class _CheckWords:
    """`slots` label the fields that a check names; `columns` are the slots that name columns of its table."""

    label: str
    help: str
    slots: Sequence[str]
    columns: Sequence[int] = ()
    is_open: bool = False
    wants: str = "number"


_CHECKS = {
    CheckKind.SUM_EQUALS: _CheckWords(
        gettext_noop("Amounts add up"),
        gettext_noop("The amounts add up to the total; one that is not printed counts as nothing."),
        (gettext_noop("Amount"), gettext_noop("Total")),
        is_open=True,
    ),
    CheckKind.NET_OR_GROSS: _CheckWords(
        gettext_noop("Amounts add up, with or without tax"),
        gettext_noop("Where prices include the tax, it is not added once more."),
        (gettext_noop("Amount"), gettext_noop("Tax"), gettext_noop("Total")),
        is_open=True,
    ),
    CheckKind.COLUMN_SUM_EQUALS: _CheckWords(
        gettext_noop("A column adds up"),
        gettext_noop("The column of a table adds up to an amount."),
        (gettext_noop("Column"), gettext_noop("Amount")),
        columns=(0,),
    ),
    CheckKind.PRODUCT_EQUALS: _CheckWords(
        gettext_noop("Each row multiplies"),
        gettext_noop("In each row of a table, the first column times the second is the third."),
        (gettext_noop("First column"), gettext_noop("Second column"), gettext_noop("Product")),
        columns=(0, 1, 2),
    ),
    CheckKind.BALANCE_EQUALS: _CheckWords(
        gettext_noop("Balances agree"),
        gettext_noop("The opening balance, with what came in and without what went out, is the closing balance."),
        (
            gettext_noop("Opening balance"),
            gettext_noop("Came in"),
            gettext_noop("Went out"),
            gettext_noop("Closing balance"),
        ),
    ),
    CheckKind.DATE_ORDER: _CheckWords(
        gettext_noop("Dates are in order"),
        gettext_noop("The first date is not after the second."),
        (gettext_noop("First date"), gettext_noop("Second date")),
        wants="date",
    ),
    CheckKind.EXPRESSION: _CheckWords(
        gettext_noop("Written as an expression"),
        gettext_noop("Anything that has to be true of the values, for example net + tax == total."),
        (),
    ),
}


_FUNCTIONS = (  # how each is used, and what it says
    ("near(a, b, 0.02)", gettext_noop("The two numbers differ by at most that much; without a third, by 0.01.")),
    ("or_zero(a)", gettext_noop("The number, 0 where it is missing.")),
    ("present(a, b)", gettext_noop("Whether all of them are there.")),
    ("sum(items.amount)", gettext_noop("The column added up.")),
    ("count(items)", gettext_noop("The number of rows.")),
    ("each(items, amount > 0)", gettext_noop("Whether it is true of each row; columns stand alone in it.")),
    ("some(items, amount > 0)", gettext_noop("Whether it is true of one row at least.")),
    ("abs(a), round(a, 2)", gettext_noop("The number without its sign; rounded.")),
    ("min(a, b), max(a, b)", gettext_noop("The smallest, the largest.")),
    ("days(a, b)", gettext_noop("Days from the first date to the second.")),
    ("day('2025-03-31')", gettext_noop("That day.")),
    ("length(a)", gettext_noop("The number of characters of a text.")),
    ("a in ('EUR', 'CHF')", gettext_noop("Whether it is one of them.")),
    ("a if b else c", gettext_noop("The first where b is true, else the last.")),
    ("sum_equals(a, b, total, 0.02)", gettext_noop("What “Amounts add up” checks; the others likewise.")),
)


def type_vocabulary(organization_id: UUID, lists: Mapping[str, tuple[str, tuple[str, ...]]]) -> dict[str, Any]:
    """All of it, as the editor reads it; the engines are those that the organisation may use, `lists` name and columns of its
    master data by key."""
    engines = engine_choices(organization_id)
    return {
        "types": editor_types(),
        "kinds": [
            {"value": kind.value, "label": _sentence(KIND_WORDS[kind])}
            for kind in DocumentKind
            if kind is not DocumentKind.UNKNOWN
        ],
        "checks": [_check(kind, words) for kind, words in _CHECKS.items()],
        "functions": [{"use": use, "help": _(help_)} for use, help_ in _FUNCTIONS],
        "check_digits": [{"value": name, "label": _(label)} for name, label in check_digit_choices()],
        "locales": sorted((_locale(code) for code in _LOCALES), key=lambda one: one["label"].casefold()),
        "terms": [{"value": term, "label": f"{term} {_term_name(term)}".strip()} for term in term_names()],
        "lists": [{"value": key, "label": name, "columns": list(columns)} for key, (name, columns) in lists.items()],
        "languages": sorted(
            ({"value": code, "label": language_name(code)} for code in languages()),
            key=lambda one: one["label"].casefold(),
        ),
        "engines": {
            name: [{"value": one.value, "label": one.label} for one in engines[name]] for name in ("ocr", "llm")
        },
    }


def _term_name(term: str) -> str:
    names = TERM_NAMES.get(term)
    return (names.de if (get_language() or "en").startswith("de") else names.en) if names else ""


def editor_types() -> list[dict[str, Any]]:
    """The types of fields as the editor offers them, from their classes."""
    return [_type(kind) for kind in FieldType]


def check_label(kind: CheckKind) -> str:
    """What a check is called, in the reader's language."""
    return _(_CHECKS[kind].label)


def _sentence(words: str) -> str:
    shown = _(words)
    return shown[:1].upper() + shown[1:]


def _type(kind: FieldType) -> dict[str, Any]:
    rules, cell = field_type(kind), cell_kind(FieldSpec("", kind, ""))
    return {
        "value": kind.value,
        "label": _(rules.label),
        "hint": _(rules.hint),
        "has_check_digits": rules.takes_check_digits,
        "has_choices": rules.has_choices,
        "is_number": cell.is_numeric,
        "is_date": cell is CellKind.DATE,
    }


def _check(kind: CheckKind, words: _CheckWords) -> dict[str, Any]:
    return {
        "value": kind.value,
        "label": _(words.label),
        "help": _(words.help),
        "slots": [_(slot) for slot in words.slots],
        "columns": list(words.columns),
        "is_open": words.is_open,
        "wants": words.wants,
        "needs_table": bool(words.columns),
        "has_tolerance": kind not in (CheckKind.DATE_ORDER, CheckKind.EXPRESSION),
    }


def _locale(code: str) -> dict[str, str]:
    shown = Locale.parse(code).get_display_name(Locale.parse((get_language() or "en").partition("-")[0]))
    return {"value": code, "label": f"{shown} ({code})"}
