"""What a kind of sample document is. A new kind is one module with a `KIND`, entered in `kinds.registry`."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.world.locales import SampleLocale

CENT = Decimal("0.01")
_FIRST_DAY = date(2025, 1, 2)
_DAYS = 500


class Flaw(StrEnum):
    """What is wrong with a document on purpose. The labels always say what is printed."""

    NONE = ""
    WRONG_TOTAL = "wrong_total"


class Size(StrEnum):
    """How much a document has to say: on one page, or over two to three where its kind has pages."""

    ANY = ""
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True)
class Wish:
    """What is asked of a kind."""

    locale: SampleLocale
    size: Size = Size.ANY
    flaw: Flaw = Flaw.NONE


@dataclass(frozen=True)
class Labels:
    """The true values of one sub-document, normalised as FieldType says; a list has several, a field that is not printed
    is absent."""

    fields: Mapping[str, str | list[str]]
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A document type: `key` is its schema's, `make` invents the data, `draw` puts it on paper, `label` states it.

    `asked_locales` are made only where they are asked for by name: one more choice would change every sample of a seed.
    `draw` gets a random generator of its own, so that a new typographic variant changes no labels. `stamps` are what an
    office may put on a scanned one, `flaws` what can be wrong with it on purpose.
    """

    key: str
    locales: tuple[str, ...]
    make: Callable[[random.Random, Wish], Any]
    draw: Callable[[Any, random.Random], Drawing]
    label: Callable[[Any], Labels]
    is_paged: bool  # scans of it are PDF files; single sheets are images
    stamps: tuple[str, ...] = ()
    asked_locales: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = (Flaw.WRONG_TOTAL,)


def to_cents(value: Decimal) -> Decimal:
    """Rounded to two decimals, halves up, as tills do."""
    return value.quantize(CENT, ROUND_HALF_UP)


def amount_label(value: Decimal) -> str:
    return f"{value:.2f}"


def number_label(value: Decimal) -> str:
    """Formats a number without trailing zeros: 2, 1.5."""
    return format(value.normalize(), "f")


def random_day(rng: random.Random) -> date:
    return _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))


def misprinted(total: Decimal) -> Decimal:
    """A total that does not add up, as a slip of the hand makes it: one digit too many in the tens."""
    return total + (Decimal(100) if total >= 1000 else Decimal(10))
