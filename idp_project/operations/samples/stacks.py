"""Stacks: several documents in one file, as somebody puts them on a scanner: sheets upside down, blank sheets between."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
import pikepdf
from django.utils.translation import gettext as _

from idp_project.core.errors import InvalidInput
from idp_project.operations.samples.drawing.annex_paper import draw_annex
from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.generator import Composition, Recipe, Sample, Simulation, compose
from idp_project.operations.samples.kinds.base import Size
from idp_project.operations.samples.scanning.handling import Handling, choose_handling
from idp_project.operations.samples.scanning.quality import choose_feeder_scan
from idp_project.operations.samples.scanning.scanner import Pixels, encode_pdf, scan_blank, scan_pages

STACK = "stack"
_ISSUERS = {"invoice": "seller_name", "purchase_order": "buyer_name", "bank_statement": "bank_name"}
_DAY = date(2026, 1, 5)
_A4_POINTS = (595.28, 841.89)


@dataclass(frozen=True)
class StackRecipe:
    """What lies in the stack, from the top; all of the sample follows from it.

    `blanks_after`: the parts, counted from 1, behind which a blank sheet lies; `annexes_after`: those with a loose sheet of
    small print at their end, which belongs to them and does not say so. `turned`: page of the stack and quarter
    turns clockwise; besides, every page is turned with the probability `turn_share`.
    """

    seed: int
    parts: tuple[Recipe, ...]
    simulate: Simulation = Simulation.SCAN
    blanks_after: tuple[int, ...] = ()
    annexes_after: tuple[int, ...] = ()
    turned: tuple[tuple[int, int], ...] = ()
    turn_share: float = 0.0
    needs_review: bool = False


@dataclass(frozen=True)
class _Item:
    """What lies in the stack as one unit: a document, an annex of the document before it, or (None) a blank sheet."""

    drawing: Drawing | None
    part: Composition | None = None

    @property
    def page_count(self) -> int:
        return self.drawing.page_count if self.drawing else 1


def plan_stack(seed: int, kinds: Sequence[str], simulate: Simulation) -> StackRecipe:
    """Two to five documents, mostly of one page; a blank sheet behind one in four, one page in six turned."""
    rng = random.Random(f"{STACK}:{seed}:plan")
    parts = tuple(
        Recipe(
            rng.choice(kinds), rng.randrange(10**6), size=rng.choice((Size.SHORT, Size.SHORT, Size.SHORT, Size.LONG))
        )
        for _ in range(rng.randint(2, 5))
    )
    blanks = tuple(number for number in range(1, len(parts)) if rng.random() < 0.25)
    return StackRecipe(seed, parts, simulate, blanks, turn_share=1 / 6)


def make_stack(recipe: StackRecipe) -> Sample:
    """The same recipe gives the same sample. Raises InvalidInput for what cannot be made.

    Its labels have a sub-document a part, with its pages in the stack; `blank_pages`; and `turned_pages`
    {page: degrees clockwise}.
    """
    if recipe.simulate not in (Simulation.SCAN, Simulation.DIGITAL):
        raise InvalidInput(_("Stacks are scanned, or joined from born-digital files."))
    items = list(_items(recipe))
    turns = _turns(recipe, sum(item.page_count for item in items))
    content = _scanned(recipe, items, turns) if recipe.simulate is Simulation.SCAN else _joined(items, turns)
    starts = list(accumulate((item.page_count for item in items), initial=1))
    labels = {
        "kind": STACK,
        "seed": recipe.seed,
        "simulate": recipe.simulate.value,
        "locale": "",
        "flaw": "",
        "needs_review": recipe.needs_review,
        "blank_pages": [page for page, item in zip(starts, items, strict=False) if item.drawing is None],
        "turned_pages": {str(page): 90 * turn for page, turn in enumerate(turns, start=1) if turn},
        "sub_documents": _truths(items, starts),
    }
    return Sample(f"{STACK}-{recipe.seed:04d}-{recipe.simulate.value}.pdf", content, labels)


def _items(recipe: StackRecipe) -> Iterator[_Item]:
    rng = _rng(recipe, "annexes")
    for position, part in enumerate(map(compose, recipe.parts), start=1):
        yield _Item(part.drawing, part)
        if position in recipe.annexes_after:
            yield _Item(draw_annex(rng, _DAY, part.truth["fields"].get(_ISSUERS.get(part.kind.key, ""), "")))
        if position in recipe.blanks_after:
            yield _Item(None)


def _turns(recipe: StackRecipe, count: int) -> list[int]:
    """Quarter turns of each page."""
    rng, fixed = _rng(recipe, "turns"), dict(recipe.turned)
    by_chance = [rng.choice((1, 2, 3)) if rng.random() < recipe.turn_share else 0 for _ in range(count)]
    return [fixed.get(page, turn) for page, turn in enumerate(by_chance, start=1)]


def _rng(recipe: StackRecipe, purpose: str) -> random.Random:
    return random.Random(f"{STACK}:{recipe.seed}:{purpose}")


def _truths(items: Sequence[_Item], starts: Sequence[int]) -> list[dict[str, Any]]:
    truths: list[dict[str, Any]] = []
    for item, start in zip(items, starts, strict=False):
        last = start + item.page_count - 1
        if item.part is not None:
            truths.append({**item.part.truth, "first_page": start, "last_page": last})
        elif item.drawing is not None:
            truths[-1]["last_page"] = last
    return truths


def _scanned(recipe: StackRecipe, items: Sequence[_Item], turns: Sequence[int]) -> bytes:
    """All by one scanner with a feeder, on one day."""
    rng = _rng(recipe, "scan")
    quality = choose_feeder_scan(rng)
    pixels: list[Pixels] = []
    for item in items:
        if item.drawing is None:
            pixels.append(scan_blank(quality, rng))
            continue
        handling = choose_handling(item.part.rng("handling"), item.part.kind.stamps) if item.part else Handling()
        has_bed = item.part is not None and not item.part.kind.is_paged
        pixels += scan_pages(item.drawing, quality, rng, has_bed=has_bed, handling=handling)
    turned = [np.rot90(page, -turn) for page, turn in zip(pixels, turns, strict=True)]
    return encode_pdf([np.ascontiguousarray(page) for page in turned], quality)


def _joined(items: Sequence[_Item], turns: Sequence[int]) -> bytes:
    """The pages as they are, with their text; turned ones by the page's own rotation."""
    with pikepdf.new() as stack:
        for item in items:
            if item.drawing is None:
                stack.add_blank_page(page_size=_A4_POINTS)
                continue
            with pikepdf.open(io.BytesIO(item.drawing.content)) as source:
                stack.pages.extend(source.pages)
        for page, turn in zip(stack.pages, turns, strict=True):
            if turn:
                page.rotate(90 * turn, relative=True)
        out = io.BytesIO()
        stack.save(out, deterministic_id=True)
    return out.getvalue()
