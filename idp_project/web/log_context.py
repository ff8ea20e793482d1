"""Which request a log line is of: its id, the person's organisation, and the batch and document in its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from idp_project.core.logs import log_bind, log_ids, log_scope

REQUEST_ID = "X-Request-ID"


class LogContextMiddleware:
    """The outermost: every line of a request has its id, which the answer has too (`X-Request-ID`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request_id = uuid4().hex
        with log_scope(request_id=request_id):
            response = self.get_response(request)
            request.log_ids = log_ids()  # for what is logged after this
        response[REQUEST_ID] = request_id
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Comes after the sign-in was read and the address was resolved. `user_id` is who asks, `person_id` whom the address
        names."""
        access = request.access
        named = {name: value for name, value in kwargs.items() if name.endswith("_id")}
        if "user_id" in named:
            named["person_id"] = named.pop("user_id")
        if access:
            named |= {"organization_id": access.organization_id, "user_id": access.user_id}
        log_bind(**named)
