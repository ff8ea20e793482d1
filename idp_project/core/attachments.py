"""Answers that are files to save."""

from __future__ import annotations

from django.http import HttpResponse


def as_attachment(name: str, content: bytes, content_type: str) -> HttpResponse:
    """A file that no browser runs in our origin; `name` is ours and plain ASCII."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
