"""The mail server of an organisation: set, removed, tried out, and connected to within bounded time."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.domain.refusals import (
    MAIL_FEATURE,
    MAIL_HOST_FORM,
    MAIL_HOST_NOT_LISTED,
    MAIL_LOGIN,
    MAIL_PORT,
    MAIL_RECIPIENT,
    MAIL_REFUSED,
    MAIL_SENDER,
    MAIL_UNREACHABLE,
    NAME_WITH_LINE_BREAK,
    NO_MAIL_SERVER,
    NOT_AN_ADDRESS,
    PASSWORD_AGAIN,
)
from accounts.models import MailServer
from accounts.selectors.mail import mail_server_managed_by
from accounts.selectors.organization import organization_managed_by
from accounts.selectors.system import local_hosts_allowed
from accounts.services.audit.trail import audit_record
from idp_project.core.bounded_mail import BoundedMail
from idp_project.core.errors import IdpError, InvalidInput, NotFound
from idp_project.core.ip_addresses import Address
from idp_project.core.local_hosts import address_of, addresses_of, is_private, is_public
from idp_project.core.rate_counters import at_once
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope

logger = logging.getLogger(__name__)
STEP_SECONDS = 10  # for one answer of the server


class MailServerFailed(IdpError):
    """The mail server did not take a message; the code says where it went wrong, the message what to look at."""

    code = "mail_failed"
    http_status = HTTPStatus.BAD_GATEWAY
    is_retryable = True


@dataclass(frozen=True)
class MailServerSettings:
    """What an org admin enters. `password`: None keeps the stored one, which a changed server never gets to see."""

    host: str
    port: int
    encryption: str
    username: str
    password: str | None
    sender_address: str
    sender_name: str


class _OrganizationMail(BoundedMail):
    """Connects to the addresses that were looked at, once the super admins' list allows them."""

    def addresses(self, host: str, port: int) -> Sequence[str]:
        return _allowed_addresses(host, port)


class _HostNotAllowed(Exception):
    """A private address, or one of this machine, that is not on the super admins' list."""


def mail_server_set(access: Access, wanted: MailServerSettings) -> MailServer:
    """For org admins: e-mail of the organisation goes this way from the next message on.

    InvalidInput for a port that mail is not handed in at here (`MAIL_PORTS`), for a private address that super admins did
    not list, for malformed values, and where the server or user name changes without the password being entered again.
    """
    organization = organization_managed_by(access)
    if settings.MAIL_PORTS and wanted.port not in settings.MAIL_PORTS:
        allowed = ", ".join(str(port) for port in settings.MAIL_PORTS)
        raise InvalidInput(MAIL_PORT(port=wanted.port, allowed=allowed), code="mail_port")
    with transaction.atomic():
        server = MailServer.objects.filter(organization=organization).first() or MailServer(organization=organization)
        changed = _apply(server, wanted)
        _clean(server)
        address = address_of(server.host)
        if address is not None and not _is_allowed(server.host, server.port, [address]):
            raise InvalidInput(MAIL_HOST_NOT_LISTED(host=server.host), code="mail_host")
        server.save()
        audit_record(
            access,
            "mail_server_set",
            object_kind="mailserver",
            object_id=server.pk,
            details={"host": server.host, "port": server.port, "changed": changed},
        )
    return server


def mail_server_remove(access: Access) -> None:
    """For org admins: e-mail of the organisation goes by the system's server again."""
    server = mail_server_managed_by(access)
    if server is None:
        raise NotFound
    with transaction.atomic():
        audit_record(access, "mail_server_removed", object_kind="mailserver", object_id=server.pk)
        server.delete()


def mail_server_test(access: Access, to: str) -> None:
    """For org admins: sends a message of fixed words. MailServerFailed says what went wrong, InvalidInput for a bad address.

    It waits for the server: call it outside any transaction. One test at once in an organisation; TooManyRequests for others.
    """
    organization = organization_managed_by(access)
    server = mail_server_managed_by(access)
    if server is None:
        raise InvalidInput(NO_MAIL_SERVER(), code="no_mail_server")
    try:
        validate_email(to)
    except ValidationError as error:
        raise InvalidInput(NOT_AN_ADDRESS()) from error
    values = {"name": organization.name, "server": server}
    subject = _("Test message of %(name)s") % values
    text = _("The mail server of “%(name)s” works: this message came by %(server)s.") % values + "\n"
    failure: MailServerFailed | None = None
    try:
        with at_once("provider_tests_at_once", organization.pk):
            mail_server_send(server, EmailMessage(subject, text, sender_of(server), [to]))
    except MailServerFailed as error:
        failure = error
    with organization_scope(organization.id):
        details = {"host": server.host, "port": server.port, "code": failure.code if failure else "sent"}
        audit_record(access, "mail_server_tested", object_kind="mailserver", object_id=server.pk, details=details)
    if failure:
        raise failure


def mail_server_send(server: MailServer, message: EmailMessage) -> None:
    """Hands the message in within 30 s; MailServerFailed with a named reason where that does not succeed."""
    message.connection = mail_server_connection(server)
    try:
        message.send()
    except (_HostNotAllowed, OSError, smtplib.SMTPException, ValueError) as error:
        raise _failure(server, error) from error


def mail_server_connection(server: MailServer) -> BoundedMail:
    """Not opened yet."""
    return _OrganizationMail(
        host=server.host,
        port=server.port,
        username=server.username,
        password=server.password or "",
        use_tls=server.encryption == MailServer.Encryption.STARTTLS,
        use_ssl=server.encryption == MailServer.Encryption.TLS,
        timeout=STEP_SECONDS,
    )


def sender_of(server: MailServer) -> str:
    """`Name <address>`, as messages state it."""
    return formataddr((server.sender_name, server.sender_address))


def _apply(server: MailServer, wanted: MailServerSettings) -> list[str]:
    """Changes the row and names the fields that changed."""
    target = ("host", "port", "encryption", "username")
    is_elsewhere = any(getattr(server, name) != getattr(wanted, name) for name in target)
    if server.password and wanted.password is None and is_elsewhere:
        raise InvalidInput(PASSWORD_AGAIN(), code="password_again")
    names = (*target, "sender_address", "sender_name")
    changed = [name for name in names if getattr(server, name) != getattr(wanted, name)]
    for name in changed:
        setattr(server, name, getattr(wanted, name))
    if wanted.password is not None:
        server.password = wanted.password or None
        changed.append("password")
    return changed


def _clean(server: MailServer) -> None:
    try:
        server.full_clean()
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from error
    if any(character.isspace() or character in "/@" for character in server.host):
        raise InvalidInput(MAIL_HOST_FORM())
    if any(ord(character) < 32 for character in server.sender_name + server.username):
        raise InvalidInput(NAME_WITH_LINE_BREAK())


def _allowed_addresses(host: str, port: int) -> list[str]:
    """What the name leads to, looked up once: a second look-up could give another address (DNS rebinding)."""
    addresses = addresses_of(host, port)
    if not _is_allowed(host, port, addresses):
        raise _HostNotAllowed
    return [str(address) for address in addresses]


def _is_allowed(host: str, port: int, addresses: Sequence[Address]) -> bool:
    hosts = local_hosts_allowed()
    return all(
        hosts.includes(address, port) or is_public(address) or (is_private(address) and hosts.names(host, port))
        for address in addresses
    )


def _failure(server: MailServer, error: Exception) -> MailServerFailed:
    """What a mail server answered has its own name; how a connection failed does not.

    It would tell which names this network knows, and what listens there.
    """
    where = f"{server.host}:{server.port}"
    reasons: list[tuple[type[Exception], Reason]] = [
        (smtplib.SMTPAuthenticationError, MAIL_LOGIN(server=where)),
        (smtplib.SMTPNotSupportedError, MAIL_FEATURE(server=where)),
        (smtplib.SMTPSenderRefused, MAIL_SENDER(server=where, sender=server.sender_address)),
        (smtplib.SMTPRecipientsRefused, MAIL_RECIPIENT(server=where)),
        (smtplib.SMTPDataError, MAIL_REFUSED(server=where)),
    ]
    for kind, reason in reasons:
        if isinstance(error, kind):
            return MailServerFailed(reason, code=reason.code)
    if isinstance(error, ValueError) and not isinstance(error, OSError):  # a line break in an address
        return MailServerFailed(MAIL_REFUSED(server=where))
    logger.warning("No mail connection to %s: %s: %s", where, type(error).__name__, error)
    return MailServerFailed(
        MAIL_UNREACHABLE(where=where),
        code="mail_unreachable",
    )
