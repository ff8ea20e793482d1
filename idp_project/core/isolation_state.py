"""How far the sandbox servers of this machine could shut themselves in, for health and admin."""

from __future__ import annotations

from django.conf import settings

from idp_project.core.isolation.mode import describe_server, isolation_of


def sandbox_sockets() -> dict[str, str]:
    """Name and socket of each server that this installation has; an empty socket means private servers."""
    office = {"office": settings.OFFICE_SOCKET} if settings.OFFICE_PROGRAM else {}
    rules = (
        {"rules": settings.RULES_SOCKET} if settings.RULES_SOCKET else {}
    )  # a private server is only used from the command line
    return {"sandbox": settings.SANDBOX_SOCKET} | office | rules


def sandbox_modes() -> dict[str, dict[str, object] | None]:
    """Mode and missing restrictions of each server, None where none answers."""
    found = {name: isolation_of(path) for name, path in sandbox_sockets().items()}
    return {name: {"mode": one.mode, "missing": one.missing} if one else None for name, one in found.items()}


def sandbox_words() -> list[str]:
    """One line per server, for people."""
    return [f"{name}: {describe_server(path)}" for name, path in sandbox_sockets().items()]
