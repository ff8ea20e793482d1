"""Walks the audit chains and names the first bad entry of each."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from accounts.services import audit_verify


class Command(BaseCommand):
    help = "Verifies the audit chain of every organisation and of the system; fails if any entry was altered."

    def handle(self, *args: Any, **options: Any) -> None:
        chains = [("system", None), *Organization.objects.values_list("slug", "id")]
        faults = 0
        for name, organization_id in chains:
            fault = audit_verify(organization_id)
            faults += fault is not None
            self.stdout.write(f"{name}: {f'entry {fault.number}: {fault.reason}' if fault else 'unaltered'}")
        if faults:
            raise CommandError(f"{faults} of {len(chains)} chains were altered.")
