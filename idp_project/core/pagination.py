"""How the API pages its lists: by cursor, newest first, so that rows that arrive meanwhile shift nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from idp_project.core.errors import InvalidInput
from idp_project.core.refusals import CURSOR_UNKNOWN


@dataclass(frozen=True)
class NewestPage:
    """`limit` rows, the newest of those older than `before`."""

    limit: int
    before: datetime | None = None


class NewestFirst(CursorPagination):
    """50 a page."""

    ordering = "-created_at"
    page_size = 50

    def decode_cursor(self, request: Request) -> Any:
        """Raises InvalidInput for a cursor that this server has not given out."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                _moment(cursor.position)
        except (NotFound, ValueError):
            raise InvalidInput(CURSOR_UNKNOWN(), code="invalid_cursor") from None
        return cursor


def newest_page_of(request: Request) -> NewestPage | None:
    """The page that `NewestFirst` is about to show, with one row more; None for pages that are read backwards."""
    paginator = NewestFirst()
    cursor = paginator.decode_cursor(request)
    if cursor is None:
        return NewestPage(paginator.page_size + 1)
    if cursor.reverse:
        return None
    before = _moment(cursor.position) if cursor.position else None
    return NewestPage(cursor.offset + paginator.page_size + 1, before)


def _moment(position: Any) -> datetime:
    """Raises ValueError for what is no moment, and for one that depends on where one stands."""
    moment = datetime.fromisoformat(str(position))
    if moment.tzinfo is None:
        raise ValueError(position)
    return moment
