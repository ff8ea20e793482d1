"""Pages and JSON go out compressed; pictures, files and streams do not.

Length leaks (BREACH, breachattack.com) need a secret, and something that an attacker chooses, in one compressed answer. The only
secret in a page is the CSRF token, which Django masks again for each answer; Django adds up to 100 random bytes to the length of
each; and a foreign site cannot have our pages loaded with the session's cookie, because that is SameSite. JSON that
answers a POST, which is where tokens for pictures and sockets are, is left alone, and everything shorter than LEAST bytes.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

LEAST = 1_000
_TEXTS = ("text/html", "application/json", "text/csv", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Django's, for long texts that are whole."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        if not isinstance(response, HttpResponse) or kind not in _TEXTS or len(response.content) < LEAST:
            return response
        if kind == "application/json" and request.method != "GET":
            return response
        return super().process_response(request, response)
