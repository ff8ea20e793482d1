"""Packets: folders of samples with one `labels.json`, made from a list of recipes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from idp_project.core.errors import InvalidInput
from idp_project.samples.generator import Recipe, Sample, Simulation, make_sample
from idp_project.samples.kinds.base import Flaw, Size
from idp_project.samples.kinds.registry import KINDS
from idp_project.samples.stacks import STACK, StackRecipe, make_stack, plan_stack

LABELS_FILE = "labels.json"
MIXTURE = (
    Simulation.DIGITAL,
    Simulation.SCAN,
    Simulation.SCAN,
    Simulation.DIGITAL,
    Simulation.PHOTO,
    Simulation.POOR,
)
MIXED = "mixed"
AnyRecipe = Recipe | StackRecipe

# The packet committed in samples/packet: every kind, both routes, both ways of reading, eight scanned pages, two stacks.
DEMO: tuple[AnyRecipe, ...] = (
    Recipe("invoice", 14, Simulation.DIGITAL, "en_GB", Size.SHORT),
    Recipe("invoice", 9, Simulation.DIGITAL, "en_IE", Size.LONG),
    Recipe("invoice", 22, Simulation.DIGITAL, "en_GB", Size.SHORT, Flaw.WRONG_TOTAL),
    Recipe("purchase_order", 7, Simulation.DIGITAL, "en_GB", Size.SHORT),
    Recipe("bank_statement", 22, Simulation.DIGITAL, "en_GB", Size.LONG),
    Recipe("receipt", 20, Simulation.DIGITAL, "en_GB"),
    Recipe("receipt", 21, Simulation.SCAN, "en_GB"),
    Recipe("receipt", 7, Simulation.PHOTO, "en_GB", Size.SHORT),
    Recipe("registration_form", 3, Simulation.SCAN, "en_GB"),
    StackRecipe(
        5,
        (
            Recipe("purchase_order", 5, locale="en_GB", size=Size.SHORT),
            Recipe("invoice", 12, locale="en_GB", size=Size.LONG),
            Recipe("bank_statement", 6, locale="en_GB", size=Size.SHORT),
        ),
        blanks_after=(2,),
        turned=((1, 2), (3, 2)),
    ),
    StackRecipe(
        6,
        (Recipe("purchase_order", 26, locale="en_GB", size=Size.SHORT),),
        Simulation.DIGITAL,
        annexes_after=(1,),
        needs_review=True,
    ),
)
PACKETS: dict[str, tuple[AnyRecipe, ...]] = {"demo": DEMO}


def plan_recipes(count: int, seed: int, kinds: tuple[str, ...], simulate: str) -> Iterator[AnyRecipe]:
    """`count` recipes with the seeds `seed`, `seed + 1`, …; kinds take turns, `mixed` goes through MIXTURE.

    The kind `stack` is a scanned stack of documents of the other kinds named, of all where it is the only one; with
    `simulate` digital it is joined from born-digital ones.
    """
    if count < 1 or not kinds:
        raise InvalidInput("Ask for at least one sample of at least one kind.")
    if unknown := [kind for kind in kinds if kind not in (*KINDS, STACK)]:
        raise InvalidInput(f"There is no kind of sample called {unknown[0]}; choose of {', '.join((*KINDS, STACK))}.")
    ways = MIXTURE if simulate == MIXED else (Simulation(simulate),)
    stacked = tuple(kind for kind in kinds if kind != STACK) or tuple(KINDS)
    return (
        _plan(kinds[number % len(kinds)], seed + number, ways[number // len(kinds) % len(ways)], stacked)
        for number in range(count)
    )


def _plan(kind: str, seed: int, simulate: Simulation, stacked: tuple[str, ...]) -> AnyRecipe:
    if kind != STACK:
        return Recipe(kind, seed, simulate)
    return plan_stack(seed, stacked, simulate if simulate is Simulation.DIGITAL else Simulation.SCAN)


def make(recipe: AnyRecipe) -> Sample:
    """The sample of a recipe of either sort."""
    return make_stack(recipe) if isinstance(recipe, StackRecipe) else make_sample(recipe)


def make_samples(recipes: Iterable[AnyRecipe], processes: int = 1) -> Iterator[Sample]:
    """One sample a recipe, in order, each made when it is asked for; with several processes a few ahead."""
    if processes < 2:
        yield from map(make, recipes)
        return
    recipes = iter(recipes)
    with get_context("spawn").Pool(processes) as pool:
        while ahead := list(islice(recipes, 8 * processes)):
            yield from pool.imap(make, ahead)


def write_packet(folder: Path, samples: Iterable[Sample]) -> Iterator[dict[str, Any]]:
    """Writes each file as it comes, and yields its labels; `labels.json` is complete at the end. Other files there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    with _labels_file(folder / LABELS_FILE) as labels:
        for number, sample in enumerate(samples):
            (folder / sample.file_name).write_bytes(sample.content)
            entry = json.dumps({sample.file_name: sample.labels}, indent=1, ensure_ascii=False)
            labels.write(("," if number else "{") + entry[1:-2])
            yield sample.labels


@contextmanager
def _labels_file(path: Path) -> Iterator[TextIO]:
    """The file takes its name when it is complete."""
    part = path.with_suffix(".json.part")
    with part.open("w", encoding="utf-8") as file:
        yield file
        file.write("\n}\n")
    part.replace(path)
