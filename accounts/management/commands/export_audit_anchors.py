"""Appends to a file outside the database what every audit chain says of itself now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services.audit.anchors import audit_anchors_export
from idp_project.core.errors import IdpError


class Command(BaseCommand):
    help = "Appends an anchor for every audit chain that grew; verify_audit compares with them and finds a cut tail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, help="default: AUDIT_ANCHOR_FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"] or settings.AUDIT_ANCHOR_FILE
        try:
            count = audit_anchors_export(path)
        except IdpError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{count} anchors added to {path}.")
