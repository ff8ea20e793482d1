"""`manage.py make_samples`: writes a packet of sample documents with their true values."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from idp_project.core.errors import IdpError
from idp_project.samples.generator import Recipe
from idp_project.samples.kinds.registry import KINDS
from idp_project.samples.packet import LABELS_FILE, MIXED, PACKETS, make_samples, plan_recipes, write_packet


class Command(BaseCommand):
    help = "Make sample documents with made-up data and known true values. The same arguments give the same files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="folder to write to; made if missing")
        parser.add_argument("--packet", choices=sorted(PACKETS), help="make this fixed packet; ignores all below")
        parser.add_argument("--count", type=int, default=10)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--kinds", default=",".join(KINDS), help=f"of {', '.join(KINDS)}; separated by commas")
        parser.add_argument("--simulate", choices=("digital", "scan", "poor", MIXED), default=MIXED)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            labels = write_packet(options["out"], make_samples(_recipes(options)))
        except IdpError as error:
            raise CommandError(error.message) from error
        pages = sum(entry["sub_documents"][-1]["last_page"] for entry in labels.values())
        self.stdout.write(f"{len(labels)} files, {pages} pages and {LABELS_FILE} in {options['out']}")


def _recipes(options: dict[str, Any]) -> tuple[Recipe, ...]:
    if options["packet"]:
        return PACKETS[options["packet"]]
    kinds = tuple(kind.strip() for kind in options["kinds"].split(",") if kind.strip())
    return plan_recipes(options["count"], options["seed"], kinds, options["simulate"])
