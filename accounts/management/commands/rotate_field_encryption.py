"""Encrypts stored secrets again, after SECRET_KEY or FIELD_ENCRYPTION_SALTS got a new first value."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.services.keys.encryption import field_encryption_rotate
from accounts.services.keys.key_fingerprint import keys_forget_earlier


class Command(BaseCommand):
    """Ends with an error, and says where, if a value is under a key that is no longer given."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        results = field_encryption_rotate()
        for result in results:
            self.stdout.write(f"{result.column}: {result.rotated} encrypted again, {result.unreadable} unreadable")
        if any(result.unreadable for result in results):
            raise CommandError(
                _(
                    "Some values are under a key that is not given. Put it back in SECRET_KEY_FALLBACKS or "
                    "FIELD_ENCRYPTION_SALTS and run this again, or enter these values again."
                )
            )
        keys_forget_earlier()
        self.stdout.write("Every value is under the newest key: older keys can go.")
