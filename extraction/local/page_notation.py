"""How a document writes numbers and dates, from the texts that were read on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from documents.domain.currencies import shared_signs_on, writes_dollars
from documents.domain.dates import date_order, shown_date_order
from documents.domain.notation import Notation
from documents.domain.numbers import decimal_mark, groups_by_space, negative_marks, shows_space_groups, side_marks_in
from documents.domain.schema_spec import CheckKind, SchemaSpec


def notation_of(texts: Sequence[str], locale: str, *, is_account: bool = False) -> Notation:
    """`is_account`: on documents with balances, what is owed to the bank is negative, else what is owed to the customer."""
    found = _shown(tuple(texts), locale)
    return replace(found, negative_marks=negative_marks(is_account=is_account))


def is_account(schema: SchemaSpec) -> bool:
    """Whether its documents have a balance before and a balance after."""
    return any(check.kind is CheckKind.BALANCE_EQUALS for check in schema.checks)


@lru_cache(maxsize=16)
def _shown(texts: tuple[str, ...], locale: str) -> Notation:
    shown = shown_date_order(texts, locale) or _american_order(texts)
    return Notation(
        locale,
        decimal=decimal_mark(texts),
        groups_by_space=groups_by_space(locale) or shows_space_groups(texts),
        date_order="" if date_order(locale) == "YMD" else shown,
        is_order_sure=bool(shown),
        is_order_doubtful=_hints_at_other_order(texts, locale),
        side_marks=side_marks_in(texts),
        currencies=shared_signs_on(texts, locale),
    )


_FOREIGN_DOLLAR = re.compile(r"[A-Z]{1,3}\$")
_AMERICAN_ADDRESS = r", [A-Z]{2} \d{5}(?:-\d{4})?\b"  # "Port Ellery, ME 04099"
_AMERICAN = re.compile(rf"\bUSD\b|{_AMERICAN_ADDRESS}")  # the code of the money, or an address
_AMERICAN_PHONE = re.compile(r"\(\d{3}\) ?\d{3}-\d{4}\b")
_OTHER_COUNTRY = re.compile(
    r"\b(?:CAD|AUD|NZD|GBP|EUR|MXN)\b|[€£]|\+(?!1\b)\d|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b"
)


def _american_order(texts: Sequence[str]) -> str:
    """Month first, where address, telephone and money are all written as in the United States and nothing as elsewhere: one of
    the three alone may be the other party's.
    """
    page = "\n".join(texts)
    is_dollar = "$" in page and not _FOREIGN_DOLLAR.search(page)
    signs = is_dollar, re.search(_AMERICAN_ADDRESS, page), _AMERICAN_PHONE.search(page)
    return "MDY" if all(signs) and not _OTHER_COUNTRY.search(page) else ""


def _hints_at_other_order(texts: Sequence[str], locale: str) -> bool:
    """Dollars, or addresses of the United States, where the locale writes the day first and has no dollars."""
    if date_order(locale) != "DMY" or writes_dollars(locale):
        return False
    page = "\n".join(texts)
    return ("$" in page and not _FOREIGN_DOLLAR.search(page)) or bool(_AMERICAN.search(page))
