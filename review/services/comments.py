"""What people write on a task, and that those concerned learn of it: in the app, and by e-mail where they want it."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from accounts.models import MailServer, User
from accounts.services.mail.account_mail import has_system_mail
from accounts.services.mail.mail_server import MailServerFailed, mail_server_send, sender_of
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.reasons import Reason
from idp_project.core.regional import regional_override
from idp_project.core.tenancy import organization_scope
from review.models import CommentKind, Notification, ReviewerProfile, ReviewTask, TaskComment

logger = logging.getLogger(__name__)


def comment_add(
    access: Access, task: ReviewTask, kind: CommentKind, text: str, *, to_id: UUID | None = None
) -> TaskComment:
    """Inside the caller's transaction, of a task that was read through its door."""
    return TaskComment.objects.create(
        organization_id=task.organization_id,
        task=task,
        kind=kind,
        text=text.strip()[:2000],
        author_id=access.user_id,
        to_id=to_id,
    )


def notify(user_id: UUID | None, reason: Reason, *, organization_id: UUID, task: ReviewTask | None = None) -> None:
    """Tells a person in the app, and after the commit by e-mail where they want it; nothing for nobody."""
    if user_id is None:
        return
    notification = Notification.objects.create(
        organization_id=organization_id, user_id=user_id, reason=reason, task=task
    )
    enqueue(JobName.NOTIFICATION_MAIL, organization_id=organization_id, notification_id=notification.id)


def notification_mail(organization_id: UUID, notification_id: UUID) -> None:
    """What the worker does; idempotent. Nothing for what was read meanwhile."""
    with organization_scope(organization_id):
        rows = Notification.objects.select_related("user__home_organization")
        found = rows.filter(id=notification_id, read_at__isnull=True, mailed_at__isnull=True).first()
        if found is None or not is_mailed(organization_id, found.user):
            return
        Notification.objects.filter(id=found.id).update(mailed_at=timezone.now())
        server = MailServer.objects.filter(organization_id=organization_id).first()
        path = reverse("review:desk", args=[found.task_id]) if found.task_id else reverse("review:notifications")
    context = {"text": lambda: found.reason.text if found.reason else "", "link": _absolute(path)}
    person_mail_send(found.user, server, "notification", context)


def is_mailed(organization_id: UUID, user: User) -> bool:
    """Whether e-mail tells them of their work: to a proven address only, as it names documents; and they can say no."""
    if not user.is_active or not user.email or user.email_proven_at is None:
        return False
    profile = ReviewerProfile.objects.filter(organization_id=organization_id, user=user).first()
    return profile is None or profile.is_mailed


def person_mail_send(user: User, server: MailServer | None, template: str, context: dict[str, object]) -> bool:
    """Sends `review/mail/<template>.txt`, whose first line is the subject, in the person's language: by the organisation's
    server, else by the system's. False where neither takes it. Outside any transaction: it waits for the server."""
    with regional_override(user.regional):
        text = render_to_string(f"review/mail/{template}.txt", {"user": user, **context})
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


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
