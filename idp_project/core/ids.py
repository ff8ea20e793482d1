"""Ids as people and programs send them."""

from __future__ import annotations

from uuid import UUID

from idp_project.core.errors import InvalidInput
from idp_project.core.refusals import NOT_AN_ID


def uuid_of(text: str) -> UUID:
    """Raises InvalidInput for what is no UUID."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(NOT_AN_ID()) from None
