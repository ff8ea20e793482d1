"""The errors of the product: each has a code, an HTTP status, whether a retry helps, and a reason for a person.

Raise the narrowest class. The reason says what happened and what to do; it never carries a document's content.
"""

from __future__ import annotations

import math
from http import HTTPStatus

from idp_project.core.reasons import LEGACY, Param, Reason, Sentence, define, legacy
from idp_project.core.translation import gettext_noop as _


class IdpError(Exception):
    """Base of every expected failure.

    `code` is stable and machine readable; `reason` is what people are told, as data, and `message` its text in the language
    that is active when it is asked for. A message that is given as text (or as a lazy translation) has no code of its own.
    """

    code: str = "error"
    http_status: HTTPStatus = HTTPStatus.BAD_REQUEST
    is_retryable: bool = False
    default_message: Sentence = define("error", _("Something went wrong."))

    def __init__(self, message: Reason | str | None = None, *, code: str | None = None) -> None:
        self._given: Reason | str = message or self.default_message()
        if code:
            self.code = code
        super().__init__(self.source_text)

    @property
    def reason(self) -> Reason:
        """To be stored."""
        return self._given if isinstance(self._given, Reason) else legacy(str(self._given))

    @property
    def message(self) -> str:
        """For people, in the language that is active now."""
        return str(self._given)

    @property
    def source_text(self) -> str:
        """For logs."""
        return self.reason.source_text

    def as_dict(self) -> dict[str, object]:
        """The body of an API answer."""
        body: dict[str, object] = {"code": self.code, "message": self.message, "is_retryable": self.is_retryable}
        return body if self.reason.code == LEGACY else body | {"reason": self.reason.to_dict()}

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.reason, self.code))


def _rebuild(kind: type[IdpError], reason: Reason, code: str) -> IdpError:
    return kind(reason, code=code)


class NotFound(IdpError):
    """Missing, or not visible to the asker: the same answer for both."""

    code = "not_found"
    http_status = HTTPStatus.NOT_FOUND
    default_message = define("not_found", _("There is nothing here, or you may not see it."))


class Forbidden(IdpError):
    """Visible, but the asker may not do this."""

    code = "forbidden"
    http_status = HTTPStatus.FORBIDDEN
    default_message = define("forbidden", _("Your role does not allow this."))


class NotSignedIn(IdpError):
    """No valid session."""

    code = "not_signed_in"
    http_status = HTTPStatus.UNAUTHORIZED
    default_message = define("not_signed_in", _("Please sign in."))


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
    default_message = define(
        "length_required", _("Say how long the body is (Content-Length); one of unknown length is not taken.")
    )


class TooLarge(IdpError):
    """More bytes than are taken here, or than the organisation has room for."""

    code = "too_many_bytes"
    http_status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooSlow(IdpError):
    """A request's body comes more slowly than is waited for."""

    code = "body_too_slow"
    http_status = HTTPStatus.REQUEST_TIMEOUT
    is_retryable = True
    default_message = define("body_too_slow", _("The request came too slowly and was given up. Please try again."))


class TooManyRequests(IdpError):
    """More than a limit allows. `retry_after` says in how many seconds it may be tried again; it becomes a header."""

    code = "too_many_requests"
    http_status = HTTPStatus.TOO_MANY_REQUESTS
    is_retryable = True
    what: Sentence = define("too_many_requests", _("Too many requests."))

    def __init__(self, message: Reason | str | None = None, *, code: str | None = None, retry_after: float = 1) -> None:
        self.retry_after = max(1, math.ceil(retry_after))
        super().__init__(message or _TRY_AGAIN(what=self.what(), wait=_wait(self.retry_after)), code=code)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_too_many, (type(self), self.reason, self.code, self.retry_after))


def _rebuild_too_many(kind: type[TooManyRequests], reason: Reason, code: str, retry_after: int) -> TooManyRequests:
    return kind(reason, code=code, retry_after=retry_after)


_TRY_AGAIN = define("try_again_in", _("{what} Please try again in {wait}."), what=Param.REASON, wait=Param.REASON)
_A_SECOND, _A_MINUTE = define("wait_a_second", _("a second")), define("wait_a_minute", _("a minute"))
_SECONDS = define("wait_seconds", _("{number} seconds"), number=Param.NUMBER)
_MINUTES = define("wait_minutes", _("{number} minutes"), number=Param.NUMBER)


def _wait(seconds: int) -> Reason:
    if seconds < 60:
        return _SECONDS(number=seconds) if seconds > 1 else _A_SECOND()
    minutes = math.ceil(seconds / 60)
    return _MINUTES(number=minutes) if minutes > 1 else _A_MINUTE()


def headers_of(error: IdpError) -> dict[str, str]:
    """Returns the answer's headers: `Retry-After` where the error says when it may be tried again."""
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
