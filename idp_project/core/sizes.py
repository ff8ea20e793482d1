"""Sizes of files, for people."""

from __future__ import annotations

from idp_project.core.regional import bytes_text


def shown_size(size_bytes: int) -> str:
    """Formats a size as templates show it, with a plain space: for terminals, logs and JSON."""
    return bytes_text(size_bytes).replace("\N{NO-BREAK SPACE}", " ")
