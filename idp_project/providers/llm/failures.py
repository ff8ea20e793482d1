"""Maps what went wrong in a vendor's library to a named error.

The HTTP status that the transport saw decides; the library's own exception only where there was no answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx

from idp_project.core.errors import IdpError
from idp_project.providers.egress import EgressTransport, ProviderEndpoint, unreachable
from idp_project.providers.errors import (
    AnswerMalformed,
    ContextTooLong,
    ModelMissing,
    ProviderBusy,
    ProviderKeyRefused,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from idp_project.providers.refusals import (
    ANSWER_UNREADABLE,
    CALL_NOT_SUPPORTED,
    CALL_REFUSED,
    MODEL_NOT_THERE,
    PROVIDER_AWAY,
)

logger = logging.getLogger(__name__)
_CONTEXT_SIGNS = (
    "context length",
    "context window",
    "context_length_exceeded",
    "maximum context",
    "prompt is too long",
)


def failure_of(error: Exception, transport: EgressTransport, endpoint: ProviderEndpoint) -> IdpError:
    """The named error for an exception raised during a call over `transport`.

    Of a local host that an organisation chose, every failure reads the same: the differences would tell what listens
    there. They are in this process' log.
    """
    has_answered = transport.status is not None
    if transport.refusal is not None and not (transport.hides_failures and has_answered):  # else a redirect
        return transport.refusal
    found = transport.refusal or _named(error, transport, endpoint)
    if not transport.hides_failures or isinstance(found, ContextTooLong):
        return found
    logger.warning("%s at %s: %s (%s)", endpoint.provider, endpoint.host, found.source_text, found.code)
    one = unreachable(endpoint)
    return type(found)(one.reason, code=one.code)


def _named(error: Exception, transport: EgressTransport, endpoint: ProviderEndpoint) -> IdpError:
    names = {type(cause).__name__ for cause in _causes(error)}
    if "ContextWindowExceededError" in names or _mentions_context(error):
        return ContextTooLong()
    if transport.status is not None and transport.status >= 400:
        return _by_status(transport.status, transport.retry_after, endpoint)
    if names & {"Timeout", "APITimeoutError", "ReadTimeout", "ConnectTimeout", "WriteTimeout", "TimeoutException"}:
        return ProviderTimeout()
    if any(isinstance(cause, httpx.TransportError | ConnectionError) for cause in _causes(error)):
        return ProviderUnavailable(PROVIDER_AWAY(provider=endpoint.provider, host=endpoint.host))
    if transport.status is None and names & {"UnsupportedParamsError", "BadRequestError"}:
        return ProviderRefused(CALL_NOT_SUPPORTED(model=endpoint.model, provider=endpoint.provider))
    if transport.status is not None:
        return AnswerMalformed(ANSWER_UNREADABLE(provider=endpoint.provider))
    return ProviderUnavailable()


def _by_status(status: int, retry_after: float | None, endpoint: ProviderEndpoint) -> IdpError:
    if status == 429:
        return ProviderBusy(retry_after=retry_after)
    if status in (408, 504):
        return ProviderTimeout(retry_after=retry_after)
    if status >= 500:
        return ProviderUnavailable(retry_after=retry_after)
    if status in (401, 403):
        return ProviderKeyRefused()
    if status == 404:
        return ModelMissing(MODEL_NOT_THERE(provider=endpoint.provider, host=endpoint.host, model=endpoint.model))
    return ProviderRefused(CALL_REFUSED(provider=endpoint.provider, status=status))


def _mentions_context(error: Exception) -> bool:
    return any(sign in str(error).lower() for sign in _CONTEXT_SIGNS)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, each once."""
    visited: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in visited:
        visited.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
