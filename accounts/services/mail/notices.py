"""Telling people by e-mail what was changed on their account: they may not have done it themselves."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid4

from accounts.models import User
from accounts.services.mail.account_mail import account_mail_send, has_system_mail
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName

NO_ORGANIZATION_ID = UUID(int=0)
"""Jobs about accounts belong to no organisation; they wait their turn as those of one do."""


class Notice(StrEnum):
    """What happened to the account."""

    KEY_CREATED = "key_created"
    FACTOR_ENROLLED = "factor_enrolled"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_RESET = "factor_reset"
    CODES_RENEWED = "codes_renewed"


def account_notice_send(user_id: UUID, notice: Notice) -> None:
    """Has a worker tell the person, once the transaction has committed. Nothing happens without a system
    mail server."""
    if has_system_mail():
        enqueue(
            JobName.ACCOUNT_NOTICE_MAIL,
            organization_id=NO_ORGANIZATION_ID,
            notice_id=uuid4(),
            user_id=user_id,
            notice=notice.value,
        )


def account_notice_mail(user_id: UUID, notice: Notice) -> None:
    """The worker's part: nothing for an account that is gone or states no address."""
    user = User.objects.select_related("home_organization").filter(pk=user_id).exclude(email="").first()
    if user:
        context = {"user": user, "notice": notice.value}
        account_mail_send(to=user.email, template="account_notice", regional=user.regional, context=context)
