"""E-mail of the product: invitations and password links. One door to the server that an organisation sends by."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from idp_project.core.errors import TransientFailure

logger = logging.getLogger(__name__)


class MailFailed(TransientFailure):
    """The mail server did not take the message."""

    code = "mail_failed"
    default_message = "The e-mail could not be sent. Please check the e-mail settings, or try again later."


@dataclass(frozen=True)
class MailRoute:
    """A connection to send by, and the address that messages come from."""

    connection: BaseEmailBackend
    sender: str


def mail_route_for(organization_id: UUID | None) -> MailRoute:
    """The way that e-mail of this organisation takes; by default the system's."""
    return MailRoute(get_connection(), settings.DEFAULT_FROM_EMAIL)


def mail_send(organization_id: UUID | None, *, to: str, template: str, context: dict[str, Any]) -> None:
    """Sends `accounts/mail/<template>.txt`, whose first line is the subject; MailFailed if the server refuses.

    It waits for the server for up to EMAIL_TIMEOUT seconds. Neither address nor content is logged.
    """
    subject, _, text = render_to_string(f"accounts/mail/{template}.txt", context).strip().partition("\n")
    route = mail_route_for(organization_id)
    message = EmailMessage(subject.strip(), text.strip() + "\n", route.sender, [to], connection=route.connection)
    try:
        message.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; ValueError: an address with a line break
        logger.warning("An e-mail (%s) was not taken: %s", template, type(error).__name__)
        raise MailFailed from error
