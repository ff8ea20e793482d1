"""One check for input that no view can use: it answers 400 before the view runs, whatever the view reads.

Files in parts and forms with files are not read here, they may be large: their views check names and fields themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.error_pages import error_response, refusal_of
from idp_project.core.bodies import check_charset
from idp_project.core.errors import IdpError, InvalidInput
from idp_project.core.storable import Unstorable, check_text, json_of

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class InputCheckMiddleware:
    """Behind the one that finds out who asks, so that a stranger learns no more than elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = _refusal(lambda: _check_charset(request)) or _refusal(lambda: _check_address(request))
        return error_response(request, refusal) if refusal else self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Here the view is known, and with it how large a body may be."""
        if request.method in _READING or hasattr(view, "body_limit"):
            return None
        refusal = _refusal(lambda: _check_body(request))
        return error_response(request, refusal) if refusal else None


def _refusal(check: Callable[[], None]) -> IdpError | None:
    try:
        check()
    except IdpError as error:
        return error
    except Exception as error:
        if (refusal := refusal_of(error)) is None:
            raise
        return refusal
    return None


def _check_charset(request: HttpRequest) -> None:
    try:
        check_charset(request.META.get("CONTENT_TYPE", ""))
    except InvalidInput:
        request.encoding = "utf-8"  # the answer may look into the form
        raise


def _check_address(request: HttpRequest) -> None:
    check_text(request.path_info)
    check_text(unquote(request.META.get("QUERY_STRING", "")))


def _check_body(request: HttpRequest) -> None:
    if request.content_type in _FORMS:
        for name, values in request.POST.lists():
            check_text(name)
            for value in values:
                check_text(str(value))
        for name, file in request.FILES.items():
            check_text(f"{name}{getattr(file, 'name', '')}")
        return
    try:
        json_of(request.body)
    except Unstorable:
        raise
    except ValueError:
        return  # no JSON: the view says what it takes
