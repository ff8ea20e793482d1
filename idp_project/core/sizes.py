"""Sizes of files, for people."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat


def shown_size(size_bytes: int) -> str:
    """As templates show it, with a plain space: for terminals, logs and JSON."""
    return filesizeformat(size_bytes).replace("\xa0", " ")
