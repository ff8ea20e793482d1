"""Logins of analysts that wait for the publisher."""

from __future__ import annotations

from documents.models import AnalystLogin, AnalystLoginStatus

_AT_ONCE = 100


def analyst_logins_due() -> list[AnalystLogin]:
    """What is to be made or closed, the oldest request first. In a system scope."""
    waiting = (AnalystLoginStatus.MAKING, AnalystLoginStatus.CLOSING)
    return list(AnalystLogin.objects.filter(status__in=waiting).order_by("asked_at")[:_AT_ONCE])
