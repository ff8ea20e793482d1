"""JWTs of a session and the cookies that carry them to a browser. Signing by simplejwt; the session row decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.domain.secrets import sha256_hex
from accounts.models import User
from accounts.services.sign_in.api_keys import KEY_MARK
from accounts.services.sign_in.known_devices import device_token
from accounts.services.sign_in.sessions import SessionGrant, session_longest_end
from idp_project.core.errors import NotSignedIn

ACCESS, REFRESH, UNTIL = "access", "refresh", "until"
_DEVICE = "device_"  # and a name for the account, so that one browser may be known to several
_MOST_DEVICES = 5


@dataclass(frozen=True)
class TokenPair:
    """What an API client gets, and what cookies carry. `expires_at` is the access token's, in epoch seconds."""

    access: str
    refresh: str
    expires_at: int


@dataclass(frozen=True)
class Presented:
    """What came with a request: a session id from a valid access token, an API key, or a trace of an expired token."""

    session_id: UUID | None = None
    is_bearer: bool = False
    is_expired: bool = False
    api_key: str = ""


def cookie_name(kind: str) -> str:
    """`__Host-` binds a cookie to this very host over TLS; without TLS browsers refuse the prefix."""
    return f"__Host-idp_{kind}" if settings.SECURE_COOKIES else f"idp_{kind}"


def token_pair(grant: SessionGrant) -> TokenPair:
    """The same grant makes the same tokens, byte for byte."""
    access = access_token(grant)
    refresh = _stamped(RefreshToken(), grant, grant.jti)
    refresh["exp"] = int(session_longest_end(grant.session).timestamp())
    return TokenPair(str(access), str(refresh), access["exp"])


def access_token(grant: SessionGrant) -> AccessToken:
    """Claims: sub, sid, jti, org, team, role, iat, exp. The middleware confirms all of them in the database."""
    token = AccessToken()
    _stamped(token, grant, sha256_hex(f"access:{grant.jti}")[:32])
    token.set_exp(from_time=grant.issued_at, lifetime=api_settings.ACCESS_TOKEN_LIFETIME)
    token["org"] = _text(grant.access.organization_id)
    token["team"] = _text(grant.access.active_team_id)
    token["role"] = grant.access.role.value if grant.access.role else ""
    return token


def refresh_claims(token: str) -> tuple[UUID, str]:
    """Session id and token id of a refresh token; NotSignedIn for anything else."""
    try:
        claims = RefreshToken(token)  # type: ignore[arg-type]
        return UUID(claims["sid"]), str(claims["jti"])
    except (TokenError, KeyError, ValueError) as error:
        raise NotSignedIn from error


def presented_with(request: HttpRequest, *, allows_bearer: bool) -> Presented:
    """Reads the bearer header (API only, it wins) or the cookie."""
    header = request.headers.get("Authorization", "")
    if allows_bearer and header.startswith("Bearer "):
        token = header.removeprefix("Bearer ").strip()
        return Presented(api_key=token) if token.startswith(KEY_MARK) else _presented(token, is_bearer=True)
    cookie = request.COOKIES.get(cookie_name(ACCESS), "")
    if not cookie:
        return Presented(is_expired=bool(request.COOKIES.get(cookie_name(REFRESH))))
    return _presented(cookie, is_bearer=False)


def signed_subject(token: str) -> str:
    """Whose access token this is, if its signature and time are right; empty for anything else. No database."""
    try:
        return str(AccessToken(token)["sub"])  # type: ignore[arg-type]
    except (TokenError, KeyError):
        return ""


def device_tokens_of(cookies: Mapping[str, str]) -> list[str]:
    """What a browser says of the accounts that it has signed in with."""
    prefix = cookie_name(_DEVICE)
    return [value for name, value in cookies.items() if name.startswith(prefix)][:_MOST_DEVICES]


def set_device_cookie(response: HttpResponseBase, user: User) -> None:
    """Makes the browser known to the account until its password changes; signing out does not end that."""
    response.set_cookie(
        cookie_name(f"{_DEVICE}{sha256_hex(str(user.pk))[:8]}"),
        device_token(user),
        max_age=settings.KNOWN_DEVICE_LIFETIME,
        path="/",
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Strict",
    )


def refresh_cookie_of(request: HttpRequest) -> str:
    """The refresh token the browser sent, or nothing."""
    return request.COOKIES.get(cookie_name(REFRESH), "")


def set_session_cookies(response: HttpResponseBase, grant: SessionGrant) -> TokenPair:
    """Both tokens; access and `until` outlive the access token, so that an expired session can be told from none."""
    pair = token_pair(grant)
    set_access_cookie(response, grant)
    _set_cookie(response, grant, REFRESH, pair.refresh, same_site="Strict")
    return pair


def set_access_cookie(response: HttpResponseBase, grant: SessionGrant) -> None:
    """The access token, and beside it the time of its end, the only part that scripts may read."""
    token = access_token(grant)
    _set_cookie(response, grant, ACCESS, str(token))
    _set_cookie(response, grant, UNTIL, str(token["exp"]), is_readable=True)


def clear_session_cookies(response: HttpResponseBase) -> None:
    """Signs the browser out."""
    for kind, same_site in ((ACCESS, "Lax"), (REFRESH, "Strict"), (UNTIL, "Lax")):
        response.delete_cookie(cookie_name(kind), path="/", samesite=same_site)  # type: ignore[arg-type]


def _stamped(token: Token, grant: SessionGrant, jti: str) -> Token:
    token["sub"], token["sid"], token["jti"] = str(grant.session.user_id), str(grant.session.pk), jti
    token.set_iat(at_time=grant.issued_at)
    return token


def _presented(token: str, *, is_bearer: bool) -> Presented:
    try:
        return Presented(UUID(AccessToken(token)["sid"]), is_bearer)  # type: ignore[arg-type]
    except ExpiredTokenError:
        return Presented(is_bearer=is_bearer, is_expired=True)
    except (TokenError, KeyError, ValueError):
        return Presented(is_bearer=is_bearer)


def _set_cookie(
    response: HttpResponseBase,
    grant: SessionGrant,
    kind: str,
    value: str,
    *,
    same_site: str = "Lax",
    is_readable: bool = False,
) -> None:
    ends_at = session_longest_end(grant.session) if kind == REFRESH else grant.session.expires_at
    response.set_cookie(
        cookie_name(kind),
        value,
        max_age=max(0, int((ends_at - timezone.now()).total_seconds())),
        path="/",
        secure=settings.SECURE_COOKIES,
        httponly=not is_readable,
        samesite=same_site,  # type: ignore[arg-type]
    )


def _text(value: UUID | None) -> str:
    return str(value) if value else ""
