"""How a vendor's failures look to the product: each permanent or transient, with a stable code.

Messages name the provider and what to do; they never carry a prompt, an answer or a document's words.
"""

from __future__ import annotations

from http import HTTPStatus

from idp_project.core.errors import IdpError, PermanentFailure, TransientFailure
from idp_project.core.reasons import Reason, define
from idp_project.core.translation import gettext_noop as _


class ProviderUnavailable(TransientFailure):
    """Not reachable, overloaded or broken on its side. `retry_after` is what it asked for, in seconds, if anything."""

    code = "provider_unavailable"
    default_message = define(
        "provider_unavailable",
        _("The AI provider cannot be reached at the moment. The work continues by itself when it is back."),
    )

    def __init__(
        self, message: Reason | str | None = None, *, code: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_unavailable, (type(self), self.reason, self.code, self.retry_after))


def _rebuild_unavailable(
    kind: type[ProviderUnavailable], reason: Reason, code: str, retry_after: float | None
) -> ProviderUnavailable:
    return kind(reason, code=code, retry_after=retry_after)


class ProviderBusy(ProviderUnavailable):
    """HTTP 429: the provider limits our rate."""

    code = "provider_busy"
    default_message = define(
        "provider_busy",
        _("The AI provider limits the number of calls at the moment. The work continues by itself later."),
    )


class ProviderTimeout(ProviderUnavailable):
    """No answer within the request's time-out."""

    code = "provider_timeout"
    default_message = define(
        "provider_timeout", _("The AI provider did not answer in time. The call is tried again later.")
    )


class ProviderRefused(PermanentFailure):
    """The provider understood the call and will not serve it; the same call would be refused again."""

    code = "provider_refused"
    default_message = define("provider_refused", _("The AI provider refused the call."))


class ProviderKeyRefused(ProviderRefused):
    """HTTP 401 or 403."""

    code = "provider_key_refused"
    default_message = define(
        "provider_key_refused",
        _("The AI provider refused the key. Ask an organisation admin to check the provider settings."),
    )


class ModelMissing(PermanentFailure):
    """The named model, or an engine's weights, are not there."""

    code = "model_missing"
    default_message = define("model_missing", _("The model is not installed at the provider."))


class ContextTooLong(PermanentFailure):
    """The request does not fit into the model's context; refused rather than silently cut."""

    code = "context_too_long"
    default_message = define(
        "context_too_long", _("The page is too long for the model's context. Choose a model with a longer one.")
    )


class AnswerMalformed(PermanentFailure):
    """The model's answer is not JSON or does not keep to the schema asked for."""

    code = "answer_malformed"
    default_message = define("answer_malformed", _("The model's answer did not have the form asked for."))


class EgressForbidden(PermanentFailure):
    """The call would leave the network, or reach a host it may not; nothing was sent."""

    code = "egress_forbidden"
    http_status = HTTPStatus.FORBIDDEN
    default_message = define(
        "egress_forbidden", _("This organisation's documents may not leave the network: the provider was not called.")
    )


class EndpointInvalid(PermanentFailure):
    """The provider settings cannot be used as they are."""

    code = "endpoint_invalid"
    default_message = define(
        "endpoint_invalid", _("The address of the AI provider is not valid. Ask an organisation admin to correct it.")
    )


class ProviderUnknown(IdpError):
    """No engine or provider of that name exists in this installation."""

    code = "provider_unknown"


class OcrFailed(PermanentFailure):
    """The engine broke down on this page."""

    code = "ocr_failed"
    default_message = define("ocr_failed", _("The text recognition failed on this page."))


class EngineMissing(PermanentFailure):
    """The program or library of an engine is not installed on this machine."""

    code = "engine_missing"
    default_message = define("engine_missing", _("The text recognition engine is not installed on this machine."))
