"""Expected errors as answers: JSON for scripts, a page for people. Never a traceback, never a document's content."""

from __future__ import annotations

import logging

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.domain.refusals import BODY_UNREADABLE, FORM_HAS_TOO_MANY_FILES, FORM_TOO_LARGE, PARAMETER_NOT_TAKEN
from idp_project.core.errors import IdpError, InvalidInput, TooLarge, headers_of

logger = logging.getLogger(__name__)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks (fetch, htmx, API client) rather than a person who navigates."""
    if request.path_info.startswith("/api/") or request.headers.get("HX-Request"):
        return True
    if mode := request.headers.get("Sec-Fetch-Mode"):
        return mode != "navigate"
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return True
    accepted = request.headers.get("Accept", "*/*")
    return "application/json" in accepted and "text/html" not in accepted


def error_response(request: HttpRequest, error: IdpError) -> HttpResponse:
    """The error with its own status, uncached."""
    status = int(error.http_status)
    if wants_json(request):
        response: HttpResponse = JsonResponse(error.as_dict(), status=status)
    else:
        response = HttpResponse(_page(request, error), status=status)
    response["Cache-Control"] = "no-store"
    for name, value in headers_of(error).items():
        response[name] = value
    return response


def refusal_of(exception: Exception) -> IdpError | None:
    """What Django says no to, as ours: too much in a form, a form that cannot be read, a parameter that no page sends."""
    if isinstance(exception, TooManyFilesSent):
        return TooLarge(FORM_HAS_TOO_MANY_FILES(), code="too_many_files")
    if isinstance(exception, TooManyFieldsSent | RequestDataTooBig):
        return TooLarge(FORM_TOO_LARGE(), code="request_too_large")
    if isinstance(exception, MultiPartParserError | UnreadablePostError) or type(exception) is LookupError:
        return InvalidInput(BODY_UNREADABLE())  # LookupError: of a codec
    if isinstance(exception, SuspiciousOperation | BadRequest):
        logger.warning("Refused as suspicious: %s", type(exception).__name__)
        return InvalidInput(PARAMETER_NOT_TAKEN())
    return None


def _page(request: HttpRequest, error: IdpError) -> str:
    context = {"code": error.code, "message": error.message, "status": int(error.http_status), "back": _back(request)}
    try:
        return render_to_string("error.html", context, request)
    except TemplateDoesNotExist:
        logger.warning("The template error.html is missing.")
    except Exception:
        logger.exception("The error page itself failed.")
    return format_html("<!doctype html><title>{}</title><h1>{}</h1><p>{}</p>", status_title(error), error.message, "")


def _back(request: HttpRequest) -> str:
    """The page of this site whose form was sent, where the form names it and can be read."""
    try:
        following = request.POST.get("next", "")
    except Exception as error:
        if isinstance(error, IdpError | UnicodeError) or refusal_of(error) is not None:
            return ""
        raise
    return following if url_has_allowed_host_and_scheme(following, allowed_hosts=None) else ""


def status_title(error: IdpError) -> str:
    """ "Not found" for 404."""
    return error.http_status.phrase
