"""Short-lived keys to one thing: a ticket opens one WebSocket once, an image token one page image for one person."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import BAD_TICKET, IMAGE_ADDRESS_EXPIRED, IMAGE_ADDRESS_OF_ANOTHER
from accounts.domain.secrets import image_token, image_token_expiry, is_same, sha256_hex
from accounts.models import SocketTicket
from accounts.selectors.access import access_current
from idp_project.core.errors import Forbidden, NotSignedIn


def socket_ticket_issue(access: Access) -> str:
    """A ticket for one WebSocket, valid `SOCKET_TICKET_SECONDS`; stale tickets of the session are swept."""
    if access.session_id is None:
        raise NotSignedIn
    ticket = secrets.token_urlsafe(32)
    SocketTicket.objects.filter(session_id=access.session_id, expires_at__lt=Now()).delete()
    SocketTicket.objects.create(
        ticket_hash=sha256_hex(ticket),
        session_id=access.session_id,
        expires_at=timezone.now() + timedelta(seconds=settings.SOCKET_TICKET_SECONDS),
    )
    return ticket


def socket_ticket_redeem(ticket: str) -> Access:
    """Uses the ticket up and returns its session's access as of now; NotSignedIn if it was used, is old or unknown."""
    rows = SocketTicket.objects.filter(ticket_hash=sha256_hex(ticket), used_at__isnull=True, expires_at__gt=Now())
    session_id = rows.values_list("session_id", flat=True).first()
    if session_id is None or not rows.update(used_at=Now()):
        raise NotSignedIn(BAD_TICKET(), code="bad_ticket")
    access = access_current(session_id)
    if access is None:
        raise NotSignedIn
    return access


def image_token_issue(access: Access, page_id: UUID, variant: str) -> str:
    """A token for one page image, valid `IMAGE_TOKEN_SECONDS`. Check first that the asker may see the page."""
    return _image_token(access, page_id, variant, int(timezone.now().timestamp()) + settings.IMAGE_TOKEN_SECONDS)


def image_token_verify(access: Access, token: str, page_id: UUID, variant: str) -> None:
    """Forbidden unless the token was issued for this page, variant, user and session, and is still valid.

    The asker's permission on the page is another question, to be asked as well.
    """
    expires_at = image_token_expiry(token)
    now = int(timezone.now().timestamp())
    if expires_at is None or not now < expires_at <= now + settings.IMAGE_TOKEN_SECONDS:
        raise Forbidden(IMAGE_ADDRESS_EXPIRED(), code="bad_image_token")
    if not is_same(token, _image_token(access, page_id, variant, expires_at)):
        raise Forbidden(IMAGE_ADDRESS_OF_ANOTHER(), code="bad_image_token")


def _image_token(access: Access, page_id: UUID, variant: str, expires_at: int) -> str:
    if access.user_id is None or access.session_id is None:
        raise NotSignedIn
    return image_token(
        settings.IMAGE_TOKEN_KEY,
        page_id=page_id,
        variant=variant,
        user_id=access.user_id,
        session_id=access.session_id,
        expires_at=expires_at,
    )
