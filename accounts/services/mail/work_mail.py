"""E-mail about somebody's work: by their organisation's mail server, else by the system's. It carries no link of an account."""

from __future__ import annotations

from accounts.models import MailServer, User
from accounts.services.mail.account_mail import MailFailed, mail_rendered, system_mail_send
from accounts.services.mail.mail_server import MailServerFailed, mail_server_send, sender_of


def work_mail_send(user: User, server: MailServer | None, template: str, context: dict[str, object]) -> None:
    """Sends the template, whose first line is the subject, in the person's language: by the organisation's server, else by
    the system's. MailFailed where it is not taken. Outside any transaction: it waits for the server."""
    message = mail_rendered(user.email, template, user.regional, {"user": user, **context})
    if server is None:
        system_mail_send(message, template)
        return
    message.from_email = sender_of(server)
    try:
        mail_server_send(server, message)
    except MailServerFailed as error:
        raise MailFailed from error
