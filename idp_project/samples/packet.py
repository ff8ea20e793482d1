"""Packets: folders of samples with one `labels.json`, made from a list of recipes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from idp_project.core.errors import InvalidInput
from idp_project.samples.generator import Recipe, Sample, Simulation, make_sample
from idp_project.samples.kinds.base import Flaw, Size

LABELS_FILE = "labels.json"
MIXTURE = (Simulation.DIGITAL, Simulation.SCAN, Simulation.SCAN, Simulation.DIGITAL, Simulation.SCAN, Simulation.POOR)
MIXED = "mixed"

# The packet committed in samples/packet: both routes, both ways of reading, several pages, six of them scanned.
DEMO: tuple[Recipe, ...] = (
    Recipe("invoice", 14, Simulation.DIGITAL, "en_GB", Size.SHORT),
    Recipe("invoice", 9, Simulation.DIGITAL, "en_IE", Size.LONG),
    Recipe("receipt", 20, Simulation.DIGITAL, "en_GB"),
    Recipe("receipt", 21, Simulation.SCAN, "en_GB"),
    Recipe("receipt", 4, Simulation.SCAN, "en_US"),
    Recipe("receipt", 13, Simulation.SCAN, "en_MY"),
    Recipe("invoice", 3, Simulation.SCAN, "en_GB", Size.LONG),
    Recipe("receipt", 13, Simulation.POOR, "en_GB"),
    Recipe("invoice", 22, Simulation.DIGITAL, "en_GB", Size.SHORT, Flaw.WRONG_TOTAL),
)
PACKETS: dict[str, tuple[Recipe, ...]] = {"demo": DEMO}


def plan_recipes(count: int, seed: int, kinds: tuple[str, ...], simulate: str) -> tuple[Recipe, ...]:
    """`count` recipes with the seeds `seed`, `seed + 1`, …; kinds take turns, `mixed` goes through MIXTURE."""
    if count < 1 or not kinds:
        raise InvalidInput("Ask for at least one sample of at least one kind.")
    ways = MIXTURE if simulate == MIXED else (Simulation(simulate),)
    return tuple(
        Recipe(kinds[number % len(kinds)], seed + number, ways[number // len(kinds) % len(ways)])
        for number in range(count)
    )


def make_samples(recipes: Iterable[Recipe]) -> Iterator[Sample]:
    """One sample a recipe, in order, each made when it is asked for."""
    return map(make_sample, recipes)


def write_packet(folder: Path, samples: Iterable[Sample]) -> dict[str, Any]:
    """Writes the files and their `labels.json`; returns the labels by file name. Other files there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    labels: dict[str, Any] = {}
    for sample in samples:
        (folder / sample.file_name).write_bytes(sample.content)
        labels[sample.file_name] = sample.labels
    text = json.dumps(labels, indent=1, ensure_ascii=False)
    (folder / LABELS_FILE).write_text(text + "\n", encoding="utf-8")
    return labels
