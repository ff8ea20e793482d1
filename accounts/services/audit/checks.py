"""Whether an organisation's audit trail is whole, asked by its admin."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from accounts.access import Access
from accounts.models import AuditHead
from accounts.selectors.organization import organization_managed_by
from accounts.services.audit.anchors import anchors_of, audit_anchors_read
from accounts.services.audit.trail import AuditFault, audit_verify
from idp_project.core.tenancy import organization_scope


@dataclass(frozen=True)
class AuditCheck:
    """`length` entries were walked, compared with `anchors` anchors; `fault` is the first bad one."""

    length: int
    anchors: int
    fault: AuditFault | None


def audit_check(access: Access) -> AuditCheck:
    """For org admins: walks the whole chain and compares it with the anchors kept outside the database.

    Raises AnchorChanged where the file of anchors is not as it was written.
    """
    organization = organization_managed_by(access)
    anchors = anchors_of(audit_anchors_read(settings.AUDIT_ANCHOR_FILE), organization.id)
    with organization_scope(organization.id):
        head = AuditHead.objects.filter(organization=organization).first()
        fault = audit_verify(organization.id, anchors)
    return AuditCheck(head.length if head else 0, len(anchors), fault)
