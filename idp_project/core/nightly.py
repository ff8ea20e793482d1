"""When last night began: what is done once a night is due where nothing of it has been done since."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def last_night() -> datetime:
    """The latest moment at which it was NIGHTLY_HOUR o'clock; a night that was slept through is made up for."""
    now = timezone.localtime()
    tonight = now.replace(hour=settings.NIGHTLY_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)
