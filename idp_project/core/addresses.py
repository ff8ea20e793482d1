"""The address that a request is served at: one that only lacks its trailing slash is served as if it had it."""

from __future__ import annotations

from django.urls import Resolver404, resolve


def served_path(path: str) -> str:
    """`path`, with a slash at its end where only that makes it the address of a view."""
    if path.endswith("/") or _is_served(path) or not _is_served(f"{path}/"):
        return path
    return f"{path}/"


def _is_served(path: str) -> bool:
    """False also for the admin's catch-all view: it takes every path, only to redirect it to the one with a slash."""
    try:
        return getattr(resolve(path).func, "should_append_slash", True)
    except Resolver404:
        return False
