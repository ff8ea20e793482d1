"""While a database does not fit this release, every route answers 503 by name and nothing is read or written."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.html import format_html

from accounts.error_pages import wants_json
from idp_project.core.schema_guard import SchemaMismatch, problem

HEALTH = "/health/"
RETRY_SECONDS = 30
_PAGE = "<!doctype html><html lang=en><title>{0}</title><main><h1>{0}</h1><p>{1}</p><p>{2}</p></main>"


class SchemaCheckMiddleware:
    """Stands before sessions and sign-in, which read tables themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = problem()
        return self.get_response(request) if refusal is None else _answer(request, refusal)


def _answer(request: HttpRequest, refusal: SchemaMismatch) -> HttpResponse:
    status = int(refusal.http_status)
    if request.path_info == HEALTH:  # monitored by strangers: that it is so, and no names
        response: HttpResponse = JsonResponse({"schema": False, "code": refusal.code}, status=status)
    elif wants_json(request):
        response = JsonResponse(refusal.as_dict(), status=status)
    else:
        title, code = "The database and this release do not fit together", f"Code: {refusal.code}"
        response = HttpResponse(format_html(_PAGE, title, refusal.message, code), status=status)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
