"""Parameters of Django admin that no page of it sends: its views raise on them; here that becomes 400 or 404."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rq.exceptions import NoSuchJobError

from accounts.error_pages import error_response
from accounts.middleware import ADMIN_PREFIX
from idp_project.core.errors import InvalidInput, NotFound
from idp_project.core.refusals import ADMIN_PARAMETER_NOT_TAKEN

logger = logging.getLogger(__name__)
_QUEUES = "django_rq_"
_MISSING = (IndexError, KeyError, NoSuchJobError, ValueError)  # of a queue, a registry, a worker, a job, a page
_BAD = (ValueError, IndexError, OverflowError, ValidationError, InvalidPage)


class AdminParametersMiddleware:
    """In front of the one that answers for every exception. Super admins alone come this far."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """The last line of code goes to the log: a mistake of ours would look the same."""
        if not request.path_info.startswith(ADMIN_PREFIX):
            return None
        name = getattr(request.resolver_match, "url_name", None) or ""
        refusal: InvalidInput | NotFound | None = None
        if name.startswith(_QUEUES) and isinstance(exception, _MISSING):
            refusal = NotFound()
        elif isinstance(exception, _BAD):
            refusal = InvalidInput(ADMIN_PARAMETER_NOT_TAKEN())
        if refusal is None:
            return None
        request.must_roll_back = True
        place = traceback.extract_tb(exception.__traceback__)[-1]
        logger.warning("Refused in admin: %s in %s, line %s", type(exception).__name__, place.filename, place.lineno)
        return error_response(request, refusal)
