"""The errors of the product: each has a code, an HTTP status, whether a retry helps, and a message for a person.

Raise the narrowest class. The message says what happened and what to do; it never carries a document's content.
"""

from __future__ import annotations

import math
from http import HTTPStatus


class IdpError(Exception):
    """Base of every expected failure.

    `code` is stable and machine readable, `message` is shown to people as it is.
    """

    code: str = "error"
    http_status: HTTPStatus = HTTPStatus.BAD_REQUEST
    is_retryable: bool = False
    default_message: str = "Something went wrong."

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        self.message = message or self.default_message
        if code:
            self.code = code
        super().__init__(self.message)

    def as_dict(self) -> dict[str, object]:
        """The body of an API answer."""
        return {"code": self.code, "message": self.message, "is_retryable": self.is_retryable}

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.code))


def _rebuild(kind: type[IdpError], message: str, code: str) -> IdpError:
    return kind(message, code=code)


class NotFound(IdpError):
    """Missing, or not visible to the asker: the same answer for both."""

    code = "not_found"
    http_status = HTTPStatus.NOT_FOUND
    default_message = "There is nothing here, or you may not see it."


class Forbidden(IdpError):
    """Visible, but the asker may not do this."""

    code = "forbidden"
    http_status = HTTPStatus.FORBIDDEN
    default_message = "Your role does not allow this."


class NotSignedIn(IdpError):
    """No valid session."""

    code = "not_signed_in"
    http_status = HTTPStatus.UNAUTHORIZED
    default_message = "Please sign in."


class InvalidInput(IdpError):
    """The request is malformed or breaks a rule of the domain."""

    code = "invalid_input"


class Conflict(IdpError):
    """Somebody else was faster, or the object is no longer in the state the asker saw."""

    code = "conflict"
    http_status = HTTPStatus.CONFLICT


class IllegalTransition(Conflict):
    """A status may not follow the present one."""

    code = "illegal_transition"


class LengthRequired(IdpError):
    """A request's body comes without saying how long it is."""

    code = "length_required"
    http_status = HTTPStatus.LENGTH_REQUIRED
    default_message = "Say how long the body is (Content-Length); one of unknown length is not taken."


class TooLarge(IdpError):
    """More bytes than are taken here, or than the organisation has room for."""

    code = "too_many_bytes"
    http_status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooSlow(IdpError):
    """A request's body comes more slowly than is waited for."""

    code = "body_too_slow"
    http_status = HTTPStatus.REQUEST_TIMEOUT
    is_retryable = True
    default_message = "The request came too slowly and was given up. Please try again."


class TooManyRequests(IdpError):
    """More than a limit allows. `retry_after` says in how many seconds it may be tried again; it becomes a header."""

    code = "too_many_requests"
    http_status = HTTPStatus.TOO_MANY_REQUESTS
    is_retryable = True
    what: str = "Too many requests."

    def __init__(self, message: str | None = None, *, code: str | None = None, retry_after: float = 1) -> None:
        self.retry_after = max(1, math.ceil(retry_after))
        super().__init__(message or f"{self.what} Please try again in {_in_words(self.retry_after)}.", code=code)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_too_many, (type(self), self.message, self.code, self.retry_after))


def _rebuild_too_many(kind: type[TooManyRequests], message: str, code: str, retry_after: int) -> TooManyRequests:
    return kind(message, code=code, retry_after=retry_after)


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} seconds" if seconds > 1 else "a second"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minutes" if minutes > 1 else "a minute"


def headers_of(error: IdpError) -> dict[str, str]:
    """Of the answer: `Retry-After` where the error says when it may be tried again."""
    seconds = getattr(error, "retry_after", None)
    return {} if seconds is None else {"Retry-After": str(max(1, math.ceil(seconds)))}


class PermanentFailure(IdpError):
    """The same input will fail again: bad file, encrypted file, over a limit. Never retried by itself."""

    code = "permanent_failure"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class TransientFailure(IdpError):
    """Somebody else's outage: 429, 503, time-out, PDB or Redis away. Backs off and costs no crash budget."""

    code = "transient_failure"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    is_retryable = True


class OutageAwaited(TransientFailure):
    """An outage that work waits for as long as it lasts, however often it has to ask."""


class LeaseLost(IdpError):
    """Another worker holds the step now: stop, write nothing."""

    code = "lease_lost"
    http_status = HTTPStatus.CONFLICT
