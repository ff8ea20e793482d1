"""Walks the audit chains and names the first bad entry of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import Organization
from accounts.services.audit.anchors import anchors_of, audit_anchors_read
from accounts.services.audit.trail import audit_verify
from accounts.services.keys.key_fingerprint import keys_check
from idp_project.core.errors import IdpError


class Command(BaseCommand):
    help = "Verifies the audit chain of every organisation and of the system; fails if any entry was altered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchors", type=Path, help="the file of anchors; default: AUDIT_ANCHOR_FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys_check()  # with other keys every entry would look changed
            anchors = audit_anchors_read(options["anchors"] or settings.AUDIT_ANCHOR_FILE)
        except IdpError as error:
            raise CommandError(error.message) from error
        chains = [("system", None), *Organization.objects.values_list("slug", "id")]
        faults = 0
        for name, organization_id in chains:
            fault = audit_verify(organization_id, anchors_of(anchors, organization_id))
            faults += fault is not None
            self.stdout.write(f"{name}: {f'entry {fault.number}: {fault.reason}' if fault else 'unaltered'}")
        if faults:
            raise CommandError(_("%(faults)d of %(all)d chains were altered.") % {"faults": faults, "all": len(chains)})
