"""E-mail of the product: invitations and password links. One door to the server that an organisation sends by."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.selectors import mail_server_of
from accounts.services.mail_server import MailServerFailed, mail_server_send, sender_of
from idp_project.core.errors import TransientFailure

logger = logging.getLogger(__name__)


class MailFailed(TransientFailure):
    """The mail server did not take the message."""

    code = "mail_failed"
    default_message = "The e-mail could not be sent. Please check the e-mail settings, or try again later."


def mail_send(organization_id: UUID | None, *, to: str, template: str, context: dict[str, Any]) -> None:
    """Sends `accounts/mail/<template>.txt`, whose first line is the subject; MailFailed if the server refuses.

    By the organisation's own server where it has one, else by the system's; it waits for it, at most half a minute.
    Neither address nor content is logged.
    """
    subject, _, text = render_to_string(f"accounts/mail/{template}.txt", context).strip().partition("\n")
    message = EmailMessage(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to])
    server = mail_server_of(organization_id) if organization_id else None
    try:
        if server:
            message.from_email = sender_of(server)
            mail_server_send(server, message)
        else:
            message.send()
    except (
        OSError,
        ValueError,
        MailServerFailed,
    ) as error:  # smtplib's are OSErrors; ValueError: a line break in an address
        reason = error.code if isinstance(error, MailServerFailed) else type(error).__name__
        logger.warning("An e-mail (%s) was not taken: %s", template, reason)
        raise MailFailed from error
