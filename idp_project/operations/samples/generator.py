"""Makes one sample: a file as somebody would upload it, with its true values."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from idp_project.core.errors import InvalidInput
from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.kinds.base import Flaw, Kind, Size, Wish
from idp_project.operations.samples.kinds.registry import ALL_KINDS
from idp_project.operations.samples.scanning.handling import choose_handling
from idp_project.operations.samples.scanning.quality import choose_photo, choose_poor_scan, choose_scan
from idp_project.operations.samples.scanning.scanner import (
    encode_jpeg,
    encode_pdf,
    encode_png,
    photograph_pages,
    scan_pages,
)
from idp_project.operations.samples.world.locales import LOCALES


class Simulation(StrEnum):
    """How the document came to be a file."""

    DIGITAL = "digital"  # PDF with a text layer
    SCAN = "scan"  # pixels with ordinary faults; single sheets as JPEG or PNG, others as image-only PDF
    PHOTO = "photo"  # taken with a telephone; one page as JPEG, several as image-only PDF
    POOR = "poor"  # a bad copy that a person has to look at


@dataclass(frozen=True)
class Recipe:
    """Determines a sample completely. An empty `locale` leaves the choice to the seed."""

    kind: str
    seed: int
    simulate: Simulation = Simulation.DIGITAL
    locale: str = ""
    size: Size = Size.ANY
    flaw: Flaw = Flaw.NONE


@dataclass(frozen=True)
class Sample:
    """A file and its truth.

    `labels`: `sub_documents`, each with type, first_page, last_page, fields {name: value} and tables
    {name: [{column: value}]}, values normalised as FieldType says; besides the recipe, and `needs_review`: whether it
    was made so that a person has to look.
    """

    file_name: str
    content: bytes
    labels: dict[str, Any]


@dataclass(frozen=True)
class Composition:
    """A document on paper: `truth` is its entry of `sub_documents`, with pages counted from 1."""

    recipe: Recipe
    kind: Kind
    drawing: Drawing
    truth: dict[str, Any]

    def rng(self, purpose: str) -> random.Random:
        return _rng(self.recipe, purpose)


def make_sample(recipe: Recipe) -> Sample:
    """The same recipe gives the same sample. Raises InvalidInput for unknown kinds and locales, and for a flaw it lacks."""
    made = compose(recipe)
    content, extension = _to_file(made)
    labels = {
        "kind": made.kind.key,
        "seed": recipe.seed,
        "simulate": recipe.simulate.value,
        "locale": made.recipe.locale,
        "flaw": recipe.flaw.value,
        "needs_review": bool(recipe.flaw) or recipe.simulate is Simulation.POOR,
        "sub_documents": [made.truth],
    }
    return Sample(f"{_stem(recipe)}.{extension}", content, labels)


def compose(recipe: Recipe) -> Composition:
    """Data, drawing and true values, before it becomes a file. Raises as `make_sample`."""
    kind = _kind_named(recipe.kind)
    recipe = replace(recipe, locale=recipe.locale or _rng(recipe, "locale").choice(kind.locales))
    if recipe.locale not in (*kind.locales, *kind.asked_locales):
        raise InvalidInput(
            _("No %(kind)s can be made for the locale %(locale)s; choose of %(locales)s.")
            % {"kind": kind.key, "locale": recipe.locale, "locales": ", ".join((*kind.locales, *kind.asked_locales))}
        )
    if recipe.flaw and recipe.flaw not in kind.flaws:
        raise InvalidInput(
            _("A sample of the kind %(kind)s cannot have the flaw %(flaw)s.")
            % {"kind": kind.key, "flaw": recipe.flaw.value}
        )
    wish = Wish(LOCALES[recipe.locale], recipe.size, recipe.flaw)
    data = kind.make(_rng(recipe, "data"), wish)
    drawing = kind.draw(data, _rng(recipe, "drawing"))
    truth = kind.label(data)
    pages = {"first_page": 1, "last_page": drawing.page_count}
    return Composition(
        recipe, kind, drawing, {"type": kind.key, **pages, "fields": truth.fields, "tables": truth.tables}
    )


def _stem(recipe: Recipe) -> str:
    parts = (recipe.kind.replace("_", "-"), f"{recipe.seed:04d}", recipe.simulate.value, recipe.flaw.replace("_", "-"))
    return "-".join(part for part in parts if part)


def _kind_named(key: str) -> Kind:
    if key not in ALL_KINDS:
        raise InvalidInput(
            _("There is no kind of sample called %(name)s; choose of %(kinds)s.")
            % {"name": key, "kinds": ", ".join(ALL_KINDS)}
        )
    return ALL_KINDS[key]


def _rng(recipe: Recipe, purpose: str) -> random.Random:
    """A generator of its own for each purpose, so that a change to one leaves the others as they were."""
    return random.Random(f"{recipe.kind}:{recipe.seed}:{purpose}")


def _to_file(made: Composition) -> tuple[bytes, str]:
    if made.recipe.simulate is Simulation.DIGITAL:
        return made.drawing.content, "pdf"
    if made.recipe.simulate is Simulation.PHOTO:
        return _photographed(made)
    rng, is_poor = made.rng("scan"), made.recipe.simulate is Simulation.POOR
    quality = choose_poor_scan(rng) if is_poor else choose_scan(rng)
    handling = choose_handling(made.rng("handling"), made.kind.stamps)
    pages = scan_pages(made.drawing, quality, rng, has_bed=not made.kind.is_paged, handling=handling)
    if made.kind.is_paged:
        return encode_pdf(pages, quality), "pdf"
    if not is_poor and rng.random() < 0.3:
        return encode_png(pages[0], quality), "png"
    return encode_jpeg(pages[0], quality), "jpg"


def _photographed(made: Composition) -> tuple[bytes, str]:
    rng = made.rng("photo")
    quality = choose_photo(rng)
    handling = choose_handling(made.rng("handling"), made.kind.stamps)
    pages = photograph_pages(made.drawing, quality, rng, handling=handling)
    if len(pages) == 1:
        return encode_jpeg(pages[0], quality), "jpg"
    return encode_pdf(pages, quality), "pdf"
