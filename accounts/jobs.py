"""RQ entry points of accounts: ids only."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from accounts.services.audit import anchors
from accounts.services.mail import notices
from accounts.services.sign_in import passwords
from idp_project.core.job_names import by_earlier_name

__getattr__ = by_earlier_name(globals())


def audit_anchors_keep_job() -> None:
    """Appends what every audit chain says of itself to `AUDIT_ANCHOR_FILE`."""
    anchors.audit_anchors_export(settings.AUDIT_ANCHOR_FILE)


def reset_link_mail_job(
    *, request_id: str, user_ids: list[str], organization_id: str, proof_ids: Sequence[str] = ()
) -> None:
    """E-mails each of these people a link to choose a new password; unknown ids get none.

    Those of `proof_ids` have asked to prove their address.
    """
    for user_id in user_ids:
        passwords.reset_link_mail(UUID(user_id))
    for user_id in proof_ids:
        passwords.reset_link_mail(UUID(user_id), is_proof=True)


def account_notice_mail_job(*, notice_id: str, user_id: str, notice: str, organization_id: str) -> None:
    """Tells a person what was changed on their account."""
    notices.account_notice_mail(UUID(user_id), notices.Notice(notice))
