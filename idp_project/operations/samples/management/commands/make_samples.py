"""`manage.py make_samples`: writes a packet of sample documents with their true values."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track

from idp_project.core.errors import IdpError
from idp_project.operations.samples.kinds.registry import KINDS
from idp_project.operations.samples.packet import (
    ALL_KINDS,
    LABELS_FILE,
    MIXED,
    PACKETS,
    AnyRecipe,
    make_samples,
    plan_recipes,
    size_of,
    write_packet,
)


class Command(BaseCommand):
    help = "Make sample documents with made-up data and known true values. The same arguments give the same files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = ", ".join(ALL_KINDS)
        parser.add_argument("--out", type=Path, required=True, help="folder to write to; made if missing")
        parser.add_argument("--packet", choices=sorted(PACKETS), help="make this fixed packet; ignores the four below")
        parser.add_argument("--count", type=int, default=10)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--kinds", default=",".join(KINDS), help=f"of {kinds}; separated by commas")
        parser.add_argument("--simulate", choices=("digital", "scan", "photo", "poor", MIXED), default=MIXED)
        parser.add_argument("--processes", type=int, default=1, help="make this many at once")

    def handle(self, *args: Any, **options: Any) -> None:
        files = documents = pages = 0
        try:
            count, recipes = _recipes(options)
            made = write_packet(options["out"], make_samples(recipes, options["processes"]))
            for labels in _with_bar(made, count):
                more_documents, more_pages = size_of(labels)
                files, documents, pages = files + 1, documents + more_documents, pages + more_pages
        except IdpError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{files} files with {documents} documents on {pages} pages, and {LABELS_FILE}, in {options['out']}"
        )


def _with_bar(made: Iterable[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    console = Console(stderr=True)
    return iter(track(made, "making samples", total=count, console=console, disable=not sys.stderr.isatty()))


def _recipes(options: dict[str, Any]) -> tuple[int, Iterable[AnyRecipe]]:
    if options["packet"]:
        packet = PACKETS[options["packet"]]
        return len(packet), packet
    kinds = tuple(kind.strip() for kind in options["kinds"].split(",") if kind.strip())
    return options["count"], plan_recipes(options["count"], options["seed"], kinds, options["simulate"])
