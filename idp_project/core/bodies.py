"""How large a request's body may be: of a plain form little, of a view that takes files as much as it says."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.http import parse_header_parameters

from idp_project.core.addresses import served_path
from idp_project.core.errors import InvalidInput
from idp_project.core.refusals import UNSUPPORTED_CHARSET

_CHARSETS = frozenset({"utf-8", "ascii"})
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(limit: str) -> Callable[[View], View]:
    """Marks a view whose body may be as large as the setting of that name says; see `most_bytes_of`."""

    def mark(view: View) -> View:
        view.body_limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def most_bytes_of(path: str) -> int:
    """The largest body that the view at that address takes; the slash at its end may be missing."""
    try:
        limit = getattr(resolve(served_path(path)).func, "body_limit", "DATA_UPLOAD_MAX_MEMORY_SIZE")
    except Resolver404:
        limit = "DATA_UPLOAD_MAX_MEMORY_SIZE"
    return int(getattr(settings, limit))


def check_charset(content_type: str) -> None:
    """InvalidInput for another codec than UTF-8: Django reads address and form by whatever codec the sender names, at
    once, and some codecs make no text."""
    try:
        named = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        is_ours = codecs.lookup(named).name in _CHARSETS
    except (LookupError, ValueError):
        is_ours = False
    if not is_ours:
        raise InvalidInput(UNSUPPORTED_CHARSET(), code="unsupported_charset")
