"""WebSockets of the batch page: messages are hints, the truth is read by REST on connect."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import translation

from accounts.access import Access
from accounts.selectors.access import access_current
from accounts.services.sign_in.tickets import socket_ticket_redeem
from documents import progress
from documents.selectors import state
from documents.selectors.doors import batch_get_for
from idp_project.core.errors import IdpError, NotSignedIn
from idp_project.core.logs import log_bind
from idp_project.core.regional import regional_of
from idp_project.core.storable import check_text
from idp_project.core.tenancy import organization_scope

_TICKET_SECONDS = 5
_RECHECK_SECONDS = 4  # a revoked session loses its socket within this and a moment
_PUSH_CHECK_SECONDS = 1  # nothing is pushed on the strength of an older look
_MAX_FRAME = 4096  # of the one message that is expected; the web server itself ends frames above 64 KiB
_REFUSED = 4403


class BatchProgressConsumer(AsyncJsonWebsocketConsumer):
    """One open batch page. The first message must be `{"ticket": …}`, with no other key; afterwards the server speaks."""

    access: Access | None = None
    batch_id: UUID
    looked_at = 0.0

    async def connect(self) -> None:
        self.language = _language(self.scope)
        self.batch_id = self.scope["url_route"]["kwargs"]["batch_id"]
        log_bind(batch_id=self.batch_id)
        self._timer: asyncio.Task[None] | None = None
        await self.accept()
        self._timer = asyncio.create_task(self._close_without_ticket())

    async def disconnect(self, code: int) -> None:
        if self._timer:
            self._timer.cancel()
        await self.channel_layer.group_discard(progress.group_name(self.batch_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        if self.access is not None or bytes_data or len(text_data or "") > _MAX_FRAME:
            await self.close(_REFUSED)
            return
        await super().receive(text_data=text_data, **kwargs)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return await super().decode_json(text_data)
        except (ValueError, RecursionError):
            return {}

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        ticket = content["ticket"] if isinstance(content, dict) and set(content) == {"ticket"} else None
        try:
            self.access = await database_sync_to_async(_admit)(ticket, self.batch_id)
        except IdpError:
            await self.close(_REFUSED)
            return
        log_bind(organization_id=self.access.organization_id)
        self.language = _language(self.scope, self.access)
        self.looked_at = time.monotonic()
        await self.channel_layer.group_add(progress.group_name(self.batch_id), self.channel_name)
        await self.send_json({"type": "hello"})
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.create_task(self._recheck())

    async def batch_changed(self, event: dict[str, Any]) -> None:
        if time.monotonic() - self.looked_at < _PUSH_CHECK_SECONDS or await self._is_still_admitted():
            with translation.override(self.language):
                shown = [state.shown_row(row) for row in event["documents"]]
            await self.send_json({**event, "documents": shown})

    async def _close_without_ticket(self) -> None:
        await asyncio.sleep(_TICKET_SECONDS)
        await self.close(_REFUSED)

    async def _recheck(self) -> None:
        """Permission is checked again while the socket is open: revocation closes it."""
        while True:
            await asyncio.sleep(_RECHECK_SECONDS)
            if not await self._is_still_admitted():
                return

    async def _is_still_admitted(self) -> bool:
        """False after closing the socket."""
        try:
            assert self.access is not None
            self.access = await database_sync_to_async(_still_admitted)(self.access, self.batch_id)
        except IdpError:
            await self.close(_REFUSED)
            return False
        self.looked_at = time.monotonic()
        return True


def _language(scope: Any, access: Access | None = None) -> str:
    """The person's language, else the organisation's, else the browser's."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
    accepted = headers.get(b"accept-language", "")
    return regional_of(*(access.regional if access else ()), accepted=accepted).language


def _admit(ticket: object, batch_id: UUID) -> Access:
    if not isinstance(ticket, str):
        raise NotSignedIn
    check_text(ticket)
    access = socket_ticket_redeem(ticket)
    return _check(access, batch_id)


def _still_admitted(access: Access, batch_id: UUID) -> Access:
    current = access_current(access.session_id) if access.session_id else None
    if current is None:
        raise NotSignedIn
    return _check(current, batch_id)


def _check(access: Access, batch_id: UUID) -> Access:
    assert access.organization_id is not None
    with organization_scope(access.organization_id):
        batch_get_for(access, batch_id)
    return access
