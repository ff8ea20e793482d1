"""The organisation's working days, changed by its admins; and the mail of the morning about what is due today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.models import MailServer, Organization, User
from accounts.services.audit.trail import audit_record
from accounts.services.mail.account_mail import MailFailed
from accounts.services.mail.work_mail import work_mail_send
from idp_project.core.errors import InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope
from review.domain.notices import WORK_DUE
from review.domain.refusals import CALENDAR_EMPTY
from review.models import UNDECIDED, Holiday, Notification, Opinion, ReviewTask, WorkCalendar
from review.selectors.calendar import calendar_managed_by, working_days_of
from review.selectors.people import away_today, reviewers_of
from review.selectors.tasks import undecided
from review.services.comments import is_mailed, mailed_note

MORNING = time(6)
NAMED = 20
MOST_HOLIDAYS = 400


@transaction.atomic
def calendar_set(access: Access, *, weekdays: Sequence[int], ends: time, holidays: Sequence[tuple[date, str]]) -> None:
    """For org admins: deadlines that are computed from now on are counted in these days. Audited."""
    calendar = calendar_managed_by(access)
    chosen = sorted({day for day in weekdays if 0 <= day <= 6})
    if not chosen:
        raise InvalidInput(CALENDAR_EMPTY(), code="calendar_empty")
    calendar.weekdays, calendar.ends = chosen, ends
    calendar.save()
    organization_id = access.required_organization_id
    Holiday.objects.filter(organization_id=organization_id).delete()
    days = dict(holidays[:MOST_HOLIDAYS])
    Holiday.objects.bulk_create(
        Holiday(organization_id=organization_id, day=day, name=name[:100]) for day, name in sorted(days.items())
    )
    details = {"weekdays": chosen, "ends": ends.isoformat("minutes"), "holidays": len(days)}
    audit_record(access, "work_calendar_set", object_kind="organization", object_id=organization_id, details=details)


@dataclass(frozen=True)
class _Mail:
    notification_id: UUID
    user: User
    server: MailServer | None
    context: dict[str, Any]


def late_work_mail_due() -> int:
    """For the clock: on the morning of a working day, tells everybody what is theirs to decide today; once a day in each
    organisation. Returns how many e-mails were sent."""
    with system_scope("organisations that have a morning"):
        ids = list(Organization.objects.filter(is_active=True).values_list("id", flat=True))
    return sum(_morning_of(organization_id) for organization_id in ids)


def _morning_of(organization_id: UUID, now: datetime | None = None) -> int:
    now = now or timezone.now()
    with organization_scope(organization_id):
        days = working_days_of(organization_id)
        local = now.astimezone(ZoneInfo(days.zone))
        if not days.is_working(local.date()) or local.time() < MORNING or not _begins(organization_id, local.date()):
            return 0
        mails = _mails(organization_id, days.end_of(local.date()), now)
    return sum(_is_sent(organization_id, mail) for mail in mails)


def _is_sent(organization_id: UUID, mail: _Mail) -> bool:
    """What is not taken is tried once more, as a message of its own."""
    try:
        work_mail_send(mail.user, mail.server, "review/mail/work_due.txt", mail.context)
    except MailFailed:
        return False
    mailed_note(organization_id, mail.notification_id)
    return True


def _begins(organization_id: UUID, today: date) -> bool:
    """Whether nobody has begun this morning; of two workers one gets it."""
    WorkCalendar.objects.get_or_create(organization_id=organization_id)
    rows = WorkCalendar.objects.filter(organization_id=organization_id).exclude(mailed_on=today)
    return bool(rows.update(mailed_on=today))


def _mails(organization_id: UUID, until: datetime, now: datetime) -> list[_Mail]:
    """Told in the app too. Who is away gets none: their deputy does."""
    tasks = ReviewTask.objects.filter(undecided(), due_at__lte=until, waits_for__isnull=True)
    due = list(tasks.select_related("sub_document__document__source_file").order_by("due_at"))
    away = away_today(organization_id)
    decided = set(Opinion.objects.filter(task__status__in=UNDECIDED).values_list("task_id", "user_id"))
    server = MailServer.objects.filter(organization_id=organization_id).first()
    mails: list[_Mail] = []
    people: dict[UUID, User] = {}
    mine: dict[UUID, list[ReviewTask]] = {}
    for team_id in {task.team_id for task in due}:
        for user in reviewers_of(organization_id, [team_id]):
            people[user.id] = user
            mine.setdefault(user.id, []).extend(task for task in due if task.team_id == team_id)
    for user_id, user in people.items():
        if user_id in away:
            continue
        own = [task for task in mine[user_id] if (task.id, user_id) not in decided and _is_theirs(task, user_id, away)]
        if not own:
            continue
        late = sum(1 for task in own if task.due_at and task.due_at < now)
        reason = WORK_DUE(count=len(own), late=late)
        told = Notification(organization_id=organization_id, user=user, reason=reason)
        if is_mailed(organization_id, user):
            told.mail_attempts, told.mail_tried_at = 1, now
            names = [task.sub_document.document.source_file.name for task in own]
            mails.append(_Mail(told.id, user, server, {"tasks": names[:NAMED], "count": len(own), "late": late}))
        told.save()
    return mails


def _is_theirs(task: ReviewTask, user_id: UUID, away: dict[UUID, UUID | None]) -> bool:
    """Everybody's, or given to them, or to somebody for whom they stand in."""
    given = task.assigned_to_id
    if given is None or given == user_id:
        return True
    deputy = away.get(given)
    return given in away and (deputy is None or deputy in away or deputy == user_id)
