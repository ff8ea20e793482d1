"""Who asks, for DRF: the access middleware has read cookie or bearer; here CSRF is enforced, errors get a body."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access
from idp_project.core.errors import IdpError, headers_of
from idp_project.core.strict_input import refusal_of


class SessionCookieAuthentication(SessionAuthentication):
    """The browser's cookie. DRF exempts its views from CSRF checks, therefore this class makes them."""

    def authenticate(self, request: Request) -> tuple[Any, Access] | None:
        if getattr(request._request, "credential", None) != "cookie":
            return None
        self.enforce_csrf(request)
        return request._request.user, request._request.access  # type: ignore[attr-defined]

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BearerAuthentication(BaseAuthentication):
    """The access token in the Authorization header, for machines; browsers send none across sites by themselves."""

    credential = "bearer"

    def authenticate(self, request: Request) -> tuple[Any, Access] | None:
        if getattr(request._request, "credential", None) != self.credential:
            return None
        return request._request.user, request._request.access  # type: ignore[attr-defined]

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ApiKeyAuthentication(BearerAuthentication):
    """A named key in the same header: `Authorization: Bearer idp_…`. It may do what it was given, in one organisation."""

    credential = "api_key"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every expected error as {"code", "message", "is_retryable"}; the request's transaction is rolled back."""
    from rest_framework.views import exception_handler as default_exception_handler  # it imports this module itself

    context["request"]._request.must_roll_back = True
    if isinstance(error, IdpError):
        return Response(error.as_dict(), status=int(error.http_status), headers=headers_of(error))
    response = default_exception_handler(error, context)
    if response is not None:
        response.data = _body(error, response, context["request"])
    return response


def _body(error: Exception, response: Response, request: Request) -> dict[str, Any]:
    if isinstance(error, ValidationError):
        kind, message = refusal_of(error.detail) or ("invalid_input", "Some values are not acceptable.")
        return {"code": kind, "message": message, "is_retryable": False, "fields": error.detail}
    if isinstance(error, NotAuthenticated) and request.headers.get("Authorization"):
        message = "This key or token is unknown, has expired or was ended."
        return {"code": "credential_not_valid", "message": message, "is_retryable": False}
    detail = error.detail if isinstance(error, APIException) else response.status_text
    code = error.get_codes() if isinstance(error, APIException) else response.status_text.lower().replace(" ", "_")
    return {"code": code, "message": str(detail), "is_retryable": response.status_code in (429, 503)}
