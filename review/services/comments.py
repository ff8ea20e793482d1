"""What people write on a task, and that those concerned learn of it: in the app, and by e-mail where they want it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from accounts.models import MailServer, User
from accounts.services.mail.work_mail import work_mail_send
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.reasons import Reason
from idp_project.core.tenancy import organization_scope, system_scope
from review.models import CommentKind, Notification, ReviewerProfile, ReviewTask, TaskComment

MOST_ATTEMPTS = 2  # of an e-mail: what a server took without saying so is sent twice at most
_PAUSE = timedelta(minutes=5)
_AT_ONCE = 500


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
    """What the worker does: nothing for what was read or mailed meanwhile. What is not taken is tried once more, by the clock.

    The attempt is counted before the server is asked: a worker that dies in between sends no third time.
    """
    with organization_scope(organization_id):
        rows = Notification.objects.select_related("user__home_organization").filter(_to_mail(), id=notification_id)
        found = rows.first()
        if found is None or not is_mailed(organization_id, found.user):
            return
        attempt = rows.filter(mail_attempts=found.mail_attempts)
        if not attempt.update(mail_attempts=found.mail_attempts + 1, mail_tried_at=timezone.now()):
            return  # another worker is at it
        server = MailServer.objects.filter(organization_id=organization_id).first()
        path = reverse("review:desk", args=[found.task_id]) if found.task_id else reverse("review:notifications")
    context: dict[str, object] = {"text": lambda: found.reason.text if found.reason else "", "link": _absolute(path)}
    work_mail_send(found.user, server, "review/mail/notification.txt", context)
    mailed_note(organization_id, found.id)


def mailed_note(organization_id: UUID, notification_id: UUID) -> None:
    """An e-mail has said so too."""
    with organization_scope(organization_id):
        Notification.objects.filter(id=notification_id).update(mailed_at=timezone.now())


def notification_mails_due() -> int:
    """For the clock: asks a worker to try again what a mail server did not take. Returns how many there are."""
    with system_scope("messages whose e-mail was not taken"):
        due = Notification.objects.filter(_to_mail(), mail_attempts__gt=0, mail_tried_at__lt=timezone.now() - _PAUSE)
        rows = list(due.order_by("created_at").values_list("organization_id", "id")[:_AT_ONCE])
    for organization_id, notification_id in rows:
        with organization_scope(organization_id):
            enqueue(JobName.NOTIFICATION_MAIL, organization_id=organization_id, notification_id=notification_id)
    return len(rows)


def _to_mail() -> Q:
    return Q(read_at__isnull=True, mailed_at__isnull=True, mail_attempts__lt=MOST_ATTEMPTS)


def is_mailed(organization_id: UUID, user: User) -> bool:
    """Whether e-mail tells them of their work: to a proven address only, as it names documents; and they can say no."""
    if not user.is_active or not user.email or user.email_proven_at is None:
        return False
    profile = ReviewerProfile.objects.filter(organization_id=organization_id, user=user).first()
    return profile is None or profile.is_mailed


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
