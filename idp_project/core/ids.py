"""Ids as people and programs send them."""

from __future__ import annotations

from uuid import UUID

from idp_project.core.errors import InvalidInput
from idp_project.core.reasons import define
from idp_project.core.translation import gettext_noop as _

NOT_AN_ID = define("not_an_id", _("That is not an id."))


def uuid_of(text: str) -> UUID:
    """Raises InvalidInput for what is no UUID."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(NOT_AN_ID()) from None
