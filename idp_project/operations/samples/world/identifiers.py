"""Identifiers with right check digits that belong to nobody on purpose: bank codes and prefixes are not in use."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product
from string import ascii_uppercase, digits

import stdnum.de.vat
import stdnum.gb.vat
import stdnum.ie.vat
from stdnum import iban

IBAN_COUNTRIES = ("GB", "IE", "DE")
# British bank codes are letters, German ones have eight digits and never begin with 9.
_BANK_CODES = {"GB": ("XMPL", 14), "IE": ("XMPL", 14), "DE": ("990", 15)}


def random_digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(digits) for _ in range(count))


def make_iban(rng: random.Random, country: str) -> str:
    """An IBAN of one of `IBAN_COUNTRIES`, without spaces (ISO 13616 check digits)."""
    bank, count = _BANK_CODES[country]
    account = bank + random_digits(rng, count)
    return country + iban.calc_check_digits(f"{country}00{account}") + account


def make_bic(rng: random.Random, country: str) -> str:
    return f"XMPL{country}{rng.choice('23')}{rng.choice(ascii_uppercase)}"


def make_vat_number(rng: random.Random, country: str) -> str:
    """A VAT number with its country prefix and no spaces, valid by its check digits."""
    if country == "GB":
        return "GB" + _complete("9" + random_digits(rng, 6), digits, 2, stdnum.gb.vat.is_valid)
    if country == "IE":
        return "IE" + _complete("9" + random_digits(rng, 6), ascii_uppercase, 1, stdnum.ie.vat.is_valid)
    return "DE" + _complete("9" + random_digits(rng, 7), digits, 1, stdnum.de.vat.is_valid)


def _complete(stem: str, alphabet: str, count: int, is_valid: Callable[[str], bool]) -> str:
    for tail in product(alphabet, repeat=count):
        candidate = stem + "".join(tail)
        if is_valid(candidate):
            return candidate
    raise ValueError(f"No check digits complete {stem}.")


def grouped(identifier: str, size: int = 4) -> str:
    """Prints an identifier for people: groups of `size` characters."""
    return " ".join(identifier[start : start + size] for start in range(0, len(identifier), size))


def spaced_vat_number(number: str) -> str:
    """Prints a VAT number: the country, then groups of three."""
    return f"{number[:2]} {grouped(number[2:], 3)}"
