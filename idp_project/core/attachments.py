"""Answers that are files to save."""

from __future__ import annotations

from typing import IO

from django.http import FileResponse, HttpResponse

_NOTHING_RUNS = "default-src 'none'; sandbox"


def as_attachment(name: str, content: bytes, content_type: str) -> HttpResponse:
    """A file that no browser runs in our origin; `name` is ours and plain ASCII."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = _NOTHING_RUNS
    return response


def file_attachment(name: str, file: IO[bytes]) -> FileResponse:
    """An open file of somebody else's, under any name, as bytes that no browser runs in our origin."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["Content-Security-Policy"] = _NOTHING_RUNS
    return response
