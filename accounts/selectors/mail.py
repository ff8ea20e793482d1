"""Reading an organisation's mail server."""

from __future__ import annotations

from uuid import UUID

from accounts.access import Access
from accounts.models import MailServer
from accounts.selectors.organization import organization_managed_by
from idp_project.core.tenancy import organization_scope


def mail_server_managed_by(access: Access) -> MailServer | None:
    """The server of the asker's organisation, to be managed. None: its e-mail goes by the system's."""
    return mail_server_of(organization_managed_by(access).id)


def mail_server_of(organization_id: UUID) -> MailServer | None:
    """For senders of e-mail, who may stand outside any scope."""
    with organization_scope(organization_id):
        return MailServer.objects.filter(organization_id=organization_id).first()
