"""Tokens for machines: obtain, refresh and revoke the bearer tokens of a session. Language and time of a person."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib.auth.signals import user_logged_in
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import opens_own_scopes
from accounts.domain.refusals import KEY_CHANGES_NO_ACCOUNT, LOGIN_OR_CODE_WRONG, LOGIN_WRONG
from accounts.forms.second_factor import CodeForm
from accounts.forms.sign_in import LoginForm
from accounts.selectors import organization as organization_selectors
from accounts.serializers import CredentialsSerializer, RefreshSerializer, RegionalSerializer, TokenPairSerializer
from accounts.services import regional
from accounts.services.sign_in import sessions
from accounts.tokens import ACCESS, cookie_name, refresh_claims, token_pair
from idp_project.core.errors import Forbidden, NotSignedIn
from idp_project.core.rate_limits import limited
from idp_project.core.regional import RegionalChoice
from idp_project.core.strict_views import APIView


class OpenView(APIView):
    """Takes credentials from the body only; cookies are not looked at, so no other site can use them."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class TokenView(OpenView):
    """User name and password for a token pair; with a second factor, its present `code` too."""

    @extend_schema(request=CredentialsSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        credentials = _checked(CredentialsSerializer, request)
        form = LoginForm(request._request, credentials)
        if not form.is_valid() or form.user is None:
            raise NotSignedIn(LOGIN_WRONG(), code="invalid_login")
        grant = sessions.sign_in(
            form.user,
            ip=request.META.get("REMOTE_ADDR") or None,
            user_agent=request.headers.get("User-Agent", ""),
            has_second_factor=_has_second_factor(request._request, form.user, credentials),
        )
        user_logged_in.send(sender=type(form.user), request=request._request, user=form.user)
        return Response(asdict(token_pair(grant)))


class TokenRefreshView(OpenView):
    """A refresh token for the next pair. Using one twice, more than ten seconds apart, ends the session."""

    @extend_schema(request=RefreshSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        session_id, jti = refresh_claims(_checked(RefreshSerializer, request)["refresh"])
        return Response(asdict(token_pair(sessions.session_refresh(session_id, jti))))


class TokenRevokeView(APIView):
    """Ends the session of the token in use. A key has none: it is revoked in "My account"."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        sessions.sign_out(request._request.access)  # type: ignore[attr-defined]
        return Response(status=204)


class OwnRegionalView(APIView):
    """One's own language, regional format and time zone."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=RegionalSerializer)
    def get(self, request: Request) -> Response:
        return Response(asdict(request.user.regional_choice))  # type: ignore[union-attr]

    @extend_schema(request=RegionalSerializer, responses={204: None})
    def put(self, request: Request) -> Response:
        if request._request.credential == "api_key":  # type: ignore[attr-defined]
            raise Forbidden(KEY_CHANGES_NO_ACCOUNT())
        choice = RegionalChoice(**_checked(RegionalSerializer, request))
        regional.own_regional_set(request._request.access, choice)  # type: ignore[attr-defined]
        return Response(status=204)


class OrganizationRegionalView(APIView):
    """Those of the organisation, for org admins."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=RegionalSerializer)
    def get(self, request: Request) -> Response:
        organization = organization_selectors.organization_managed_by(request._request.access)  # type: ignore[attr-defined]
        return Response(asdict(organization.regional_choice))

    @extend_schema(request=RegionalSerializer, responses={204: None})
    def put(self, request: Request) -> Response:
        choice = RegionalChoice(**_checked(RegionalSerializer, request))
        regional.organization_regional_set(request._request.access, choice)  # type: ignore[attr-defined]
        return Response(status=204)


def _has_second_factor(request: Any, user: Any, credentials: dict[str, Any]) -> bool:
    """False without a code; NotSignedIn for a wrong one."""
    if not credentials.get("code"):
        return False
    if not CodeForm(request, user, credentials).is_valid():
        raise NotSignedIn(LOGIN_OR_CODE_WRONG(), code="invalid_login")
    return True


def _checked(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


class SessionCookieScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI description names the cookie."""

    target_class = "accounts.authentication.SessionCookieAuthentication"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": cookie_name(ACCESS)}


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI description names the key."""

    target_class = "accounts.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "idp_…", "description": "A key of “My account”."}


class BearerScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI description names the token."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


token = limited("sign_in")(opens_own_scopes(TokenView.as_view()))
token_refresh = limited("token")(opens_own_scopes(TokenRefreshView.as_view()))
token_revoke = TokenRevokeView.as_view()
