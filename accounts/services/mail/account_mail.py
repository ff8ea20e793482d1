"""E-mail about accounts: invitations, password links, notices. All of it goes by the system's mail server.

No function here knows an organisation, so no link that opens or joins an account can go by a server that an
organisation chose. What goes by such a server is sent by `mail_server`, which knows no link.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.domain.refusals import NO_SYSTEM_MAIL
from idp_project.core.errors import TransientFailure
from idp_project.core.reasons import define
from idp_project.core.regional import Regional, regional_override
from idp_project.core.translation import gettext_noop as _

logger = logging.getLogger(__name__)
_NO_SERVER = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("filebased", "console", "dummy")}


class MailFailed(TransientFailure):
    """The mail server did not take the message, or none is set up."""

    code = "mail_failed"
    default_message = define(
        "mail_failed", _("The e-mail could not be sent. Please check the e-mail settings, or try again later.")
    )


def has_system_mail() -> bool:
    """Whether the system can prove an address by mailing a link there.

    Files in the data folder prove nothing: who reads them administers the machine. They count in a demonstration.
    """
    return settings.IS_DEMONSTRATION or settings.EMAIL_BACKEND not in _NO_SERVER


def account_mail_send(*, to: str, template: str, regional: Regional, context: dict[str, Any]) -> None:
    """Sends `accounts/mail/<template>.txt`, whose first line is the subject, by the system's server, in the receiver's
    language.

    MailFailed if the server refuses, or if none is set up. Neither address nor content is logged.
    """
    system_mail_send(mail_rendered(to, f"accounts/mail/{template}.txt", regional, context), template)


def mail_rendered(to: str, template: str, regional: Regional, context: dict[str, Any]) -> EmailMessage:
    """From a template whose first line is the subject, in the receiver's language; by the system's sender."""
    with regional_override(regional):
        subject, _line_end, text = render_to_string(template, context).strip().partition("\n")
    return EmailMessage(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to])


def system_mail_send(message: EmailMessage, template: str) -> None:
    """By the system's server; MailFailed if it refuses, or if none is set up. `template` is what the log calls it."""
    if not has_system_mail():
        raise MailFailed(NO_SYSTEM_MAIL(), code="no_system_mail")
    try:
        message.send()
    except (OSError, ValueError) as error:  # smtplib's are OSErrors; ValueError: a line break in an address
        logger.warning("An e-mail (%s) was not taken: %s", template, type(error).__name__)
        raise MailFailed from error
