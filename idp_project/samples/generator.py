"""Makes one sample: a file as somebody would upload it, with its true values."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from idp_project.core.errors import InvalidInput
from idp_project.samples.drawing.paper import Drawing
from idp_project.samples.kinds.base import Flaw, Kind, Size, Wish
from idp_project.samples.kinds.registry import KINDS
from idp_project.samples.scanning.quality import choose_poor_scan, choose_scan
from idp_project.samples.scanning.scanner import encode_jpeg, encode_pdf, encode_png, scan_pages
from idp_project.samples.world.locales import LOCALES


class Simulation(StrEnum):
    """How the document came to be a file."""

    DIGITAL = "digital"  # PDF with a text layer
    SCAN = "scan"  # pixels with ordinary faults; single sheets as JPEG or PNG, others as image-only PDF
    POOR = "poor"  # a bad copy that a person has to look at


@dataclass(frozen=True)
class Recipe:
    """What to make: all of a sample follows from it. An empty `locale` leaves the choice to the seed."""

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


def make_sample(recipe: Recipe) -> Sample:
    """The same recipe gives the same sample. Raises InvalidInput for unknown kinds and locales."""
    kind = _kind_named(recipe.kind)
    recipe = replace(recipe, locale=recipe.locale or _rng(recipe, "locale").choice(kind.locales))
    if recipe.locale not in kind.locales:
        raise InvalidInput(f"No {kind.key} can be made for the locale {recipe.locale}; choose of {kind.locales}.")
    if recipe.flaw and recipe.flaw not in kind.flaws:
        raise InvalidInput(f"A {kind.key} has no {recipe.flaw.value.replace('_', ' ')}.")
    wish = Wish(LOCALES[recipe.locale], recipe.size, recipe.flaw)
    data = kind.make(_rng(recipe, "data"), wish)
    drawing = kind.draw(data, _rng(recipe, "drawing"))
    content, extension = _to_file(kind, drawing, recipe)
    truth = kind.label(data)
    labels = {
        "kind": kind.key,
        "seed": recipe.seed,
        "simulate": recipe.simulate.value,
        "locale": recipe.locale,
        "flaw": recipe.flaw.value,
        "needs_review": bool(recipe.flaw) or recipe.simulate is Simulation.POOR,
        "sub_documents": [
            {
                "type": kind.key,
                "first_page": 1,
                "last_page": drawing.page_count,
                "fields": truth.fields,
                "tables": truth.tables,
            }
        ],
    }
    return Sample(f"{_stem(recipe)}.{extension}", content, labels)


def _stem(recipe: Recipe) -> str:
    parts = (recipe.kind, f"{recipe.seed:04d}", recipe.simulate.value, recipe.flaw.value.replace("_", "-"))
    return "-".join(part for part in parts if part)


def _kind_named(key: str) -> Kind:
    if key not in KINDS:
        raise InvalidInput(f"There is no kind of sample called {key}; choose of {', '.join(KINDS)}.")
    return KINDS[key]


def _rng(recipe: Recipe, purpose: str) -> random.Random:
    """A generator of its own for each purpose, so that a change to one leaves the others as they were."""
    return random.Random(f"{recipe.kind}:{recipe.seed}:{purpose}")


def _to_file(kind: Kind, drawing: Drawing, recipe: Recipe) -> tuple[bytes, str]:
    if recipe.simulate is Simulation.DIGITAL:
        return drawing.content, "pdf"
    rng = _rng(recipe, "scan")
    quality = choose_poor_scan(rng) if recipe.simulate is Simulation.POOR else choose_scan(rng)
    pages = scan_pages(drawing, quality, rng, has_bed=not kind.is_paged)
    if kind.is_paged:
        return encode_pdf(pages, quality), "pdf"
    if recipe.simulate is Simulation.SCAN and rng.random() < 0.3:
        return encode_png(pages[0], quality), "png"
    return encode_jpeg(pages[0], quality), "jpg"
