"""E-mail about somebody's work: by their organisation's mail server, else by the system's. It carries no link of an account."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.models import MailServer, User
from accounts.services.mail.account_mail import has_system_mail
from accounts.services.mail.mail_server import MailServerFailed, mail_server_send, sender_of
from idp_project.core.regional import regional_override

logger = logging.getLogger(__name__)


def work_mail_send(user: User, server: MailServer | None, template: str, context: dict[str, object]) -> bool:
    """Sends the template, whose first line is the subject, in the person's language: by the organisation's server, else by
    the system's. False where neither takes it. Outside any transaction: it waits for the server."""
    with regional_override(user.regional):
        text = render_to_string(template, {"user": user, **context})
    subject, _line_end, body = text.strip().partition("\n")
    message = EmailMessage(subject.strip(), body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [user.email])
    try:
        if server is not None:
            message.from_email = sender_of(server)
            mail_server_send(server, message)
        elif has_system_mail():
            message.send()
        else:
            return False
    except (MailServerFailed, OSError, ValueError) as error:
        logger.warning("An e-mail (%s) was not taken: %s", template, type(error).__name__)
        return False
    return True
