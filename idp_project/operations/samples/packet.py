"""Packets: folders of samples with one `labels.json`, made from a list of recipes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from idp_project.core.errors import InvalidInput
from idp_project.operations.samples.e_invoices import E_INVOICE, Deviation, EInvoiceRecipe, make_e_invoice
from idp_project.operations.samples.generator import Recipe, Sample, Simulation, make_sample
from idp_project.operations.samples.kinds import registry
from idp_project.operations.samples.kinds.base import Flaw, Size
from idp_project.operations.samples.kinds.registry import KINDS
from idp_project.operations.samples.messages import MESSAGE, MessageRecipe, make_message, plan_message
from idp_project.operations.samples.stacks import STACK, StackRecipe, make_stack, plan_stack

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
ALL_KINDS = (*registry.ALL_KINDS, STACK, MESSAGE, E_INVOICE)
AnyRecipe = Recipe | StackRecipe | MessageRecipe | EInvoiceRecipe

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
    EInvoiceRecipe(1, "en_GB"),
    EInvoiceRecipe(7, "en_GB", Deviation.IBAN),
    EInvoiceRecipe(10, "en_GB", is_xml_only=True),
)
PACKETS: dict[str, tuple[AnyRecipe, ...]] = {"demo": DEMO}


def plan_recipes(count: int, seed: int, kinds: tuple[str, ...], simulate: str) -> Iterator[AnyRecipe]:
    """`count` recipes with the seeds `seed`, `seed + 1`, …; kinds take turns, `mixed` goes through MIXTURE.

    The kind `stack` is a scanned stack of documents of the other kinds named, of all kinds if none is named; with `simulate`
    digital it is joined from born-digital ones. The kind `message` is an e-mail with two of them attached.
    """
    if count < 1 or not kinds:
        raise InvalidInput(_("Ask for at least one sample of at least one kind."))
    if unknown := [kind for kind in kinds if kind not in ALL_KINDS]:
        raise InvalidInput(
            _("There is no kind of sample called %(name)s; choose of %(kinds)s.")
            % {"name": unknown[0], "kinds": ", ".join(ALL_KINDS)}
        )
    ways = MIXTURE if simulate == MIXED else (Simulation(simulate),)
    inside = tuple(kind for kind in kinds if kind in registry.ALL_KINDS) or tuple(KINDS)
    return (
        _plan(kinds[number % len(kinds)], seed + number, ways[number // len(kinds) % len(ways)], inside)
        for number in range(count)
    )


def _plan(kind: str, seed: int, simulate: Simulation, inside: tuple[str, ...]) -> AnyRecipe:
    if kind == STACK:
        return plan_stack(seed, inside, simulate if simulate is Simulation.DIGITAL else Simulation.SCAN)
    if kind == MESSAGE:
        return plan_message(seed, inside, simulate)
    if kind == E_INVOICE:
        return EInvoiceRecipe(seed)
    return Recipe(kind, seed, simulate)


def make(recipe: AnyRecipe) -> Sample:
    """The sample of a recipe of any sort."""
    if isinstance(recipe, StackRecipe):
        return make_stack(recipe)
    if isinstance(recipe, EInvoiceRecipe):
        return make_e_invoice(recipe)
    return make_message(recipe) if isinstance(recipe, MessageRecipe) else make_sample(recipe)


def size_of(labels: dict[str, Any]) -> tuple[int, int]:
    """Documents and pages of a sample, those attached to a message included."""
    parts = labels["sub_documents"]
    sizes = [size_of(attached) for attached in labels.get("attachments", {}).values()]
    documents, pages = len(parts), parts[-1]["last_page"] if parts else 0
    return documents + sum(size[0] for size in sizes), pages + sum(size[1] for size in sizes)


def make_samples(recipes: Iterable[AnyRecipe], processes: int = 1) -> Iterator[Sample]:
    """Yields one sample per recipe, in order, each made when it is asked for; with several processes a few ahead."""
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
