"""Comments, questions, returns, answers; messages and e-mail; absences and deputies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from accounts.services.mail.account_mail import MailFailed
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Absence, Notification, ReviewerProfile, ReviewTask, TaskComment
from review.selectors.next_best import task_next_for
from review.selectors.people import colleagues_for
from review.services import asking, comments, profiles, tasks
from tests.factories.desk import on_desk
from tests.integration.review.test_queue import LETTER

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


@pytest.fixture
def as_user(cast):
    """as_user(user, action, …) in one transaction of the user's organisation."""

    def act(user, action, *arguments, **options):
        access = cast.access(user)
        with organization_scope(access.organization_id):
            return action(access, *arguments, **options)

    return act


@pytest.fixture
def task(cast):
    """Uploaded by the owner."""
    found = on_desk(cast, LETTER, {"subject": "Hello"})
    with organization_scope(cast.organization.id):
        batch = found.sub_document.document.batch
        batch.submitted_by = cast.owner
        batch.save()
    return found


def now(task):
    with organization_scope(task.organization_id):
        return ReviewTask.objects.get(id=task.id)


def told(cast, user):
    with organization_scope(cast.organization.id):
        return [one.reason.text for one in Notification.objects.filter(user=user)]


def test_a_question_waits_for_its_answer_and_comes_back(cast, as_user, task):
    as_user(cast.owner, tasks.task_claim, task.id)
    page = cast.browser(cast.owner).post(
        reverse("review:ask", args=[task.id]), {"person": str(cast.reviewer.id), "text": "Is this ours?"}
    )
    assert page.url == reverse("review:next")
    assert (now(task).waits_for, now(task).asked_by, now(task).claimed_by) == (cast.reviewer, cast.owner, None)
    for user in (cast.owner, cast.teammate, cast.reviewer):
        assert as_user(user, task_next_for) is None, "while it waits it is offered to nobody"
    assert any("Is this ours?" in text for text in told(cast, cast.reviewer))
    with pytest.raises(Forbidden):
        as_user(cast.teammate, asking.task_answer, task.id, text="Yes.")
    desk = cast.browser(cast.reviewer).get(reverse("review:desk", args=[task.id])).content.decode()
    assert "Is this ours?" in desk and reverse("review:answer", args=[task.id]) in desk
    cast.browser(cast.reviewer).post(reverse("review:answer", args=[task.id]), {"text": "Yes, it is."})
    assert (now(task).waits_for, now(task).assigned_to) == (None, cast.owner)
    assert any("Yes, it is." in text for text in told(cast, cast.owner))
    assert as_user(cast.owner, task_next_for).id == task.id and as_user(cast.teammate, task_next_for) is None
    with pytest.raises(Conflict):
        as_user(cast.reviewer, asking.task_answer, task.id, text="Again.")


def test_only_who_may_review_it_is_asked(cast, as_user, task):
    for person in (cast.viewer, cast.outsider):
        with pytest.raises(InvalidInput):
            as_user(cast.owner, asking.task_ask, task.id, user_id=person.id, text="Yours?")
    with pytest.raises(Forbidden):
        as_user(cast.viewer, asking.task_return, task.id, text="Unreadable.")
    with pytest.raises(InvalidInput):
        as_user(cast.owner, asking.task_comment, task.id, text="  ")


def test_a_document_is_returned_to_who_uploaded_it(cast, as_user, task):
    as_user(cast.teammate, asking.task_return, task.id, text="Page 2 is missing.")
    assert now(task).waits_for == cast.owner
    assert any("Page 2 is missing." in text for text in told(cast, cast.owner))
    as_user(cast.owner, asking.task_answer, task.id, text="It has one page.")
    assert now(task).assigned_to == cast.teammate
    with organization_scope(cast.organization.id):
        batch = task.sub_document.document.batch
        batch.submitted_by = None
        batch.save()
        assert [one.kind for one in TaskComment.objects.all()] == ["returned", "answer"]
    with pytest.raises(Conflict):
        as_user(cast.teammate, asking.task_return, task.id, text="And now?")


def test_comments_reach_who_wrote_before_and_nobody_elsewhere(cast, as_user, task):
    as_user(cast.viewer, asking.task_comment, task.id, text="I know this sender.")
    as_user(cast.owner, asking.task_comment, task.id, text="Thank you.")
    assert any("Thank you." in text for text in told(cast, cast.viewer))
    assert told(cast, cast.owner) == [] and told(cast, cast.outsider) == []
    client = cast.browser(cast.viewer)
    assert client.get(reverse("review:unread")).content == b"1"
    assert "Thank you." in client.get(reverse("review:notifications")).content.decode()
    client.post(reverse("review:notifications"))
    assert client.get(reverse("review:unread")).content == b""
    shown = client.get(reverse("api-task-comments", args=[task.id])).json()
    assert [one["text"] for one in shown] == ["I know this sender.", "Thank you."]


def test_mail_goes_to_a_proven_address_unless_it_is_not_wanted(cast, as_user, task, settings):
    settings.IS_DEMONSTRATION = True
    with organization_scope(cast.organization.id):
        comments.notify(cast.owner.id, comments_reason(), organization_id=cast.organization.id, task=task)
        notification = Notification.objects.get()
    send = lambda: comments.notification_mail(cast.organization.id, notification.id)  # noqa: E731
    cast.owner.email = "owner@example.org"
    cast.owner.save()
    send()
    assert mail.outbox == [], "an address that nobody has proven gets nothing of a document"
    cast.owner.email_proven_at = timezone.now()
    cast.owner.save()
    with organization_scope(cast.organization.id):
        profile = ReviewerProfile.objects.create(organization=cast.organization, user=cast.owner, is_mailed=False)
    send()
    assert mail.outbox == []
    with organization_scope(cast.organization.id):
        profile.delete()
    send()
    send()
    assert len(mail.outbox) == 1, "once"
    assert mail.outbox[0].to == ["owner@example.org"] and "gave" not in mail.outbox[0].subject
    assert "has given you" in mail.outbox[0].body and str(task.id) in mail.outbox[0].body


def test_mail_that_was_not_taken_is_tried_once_more(cast, task, settings, monkeypatch):
    settings.IS_DEMONSTRATION = True
    cast.owner.email, cast.owner.email_proven_at = "owner@example.org", timezone.now()
    cast.owner.save()
    with organization_scope(cast.organization.id):
        comments.notify(cast.owner.id, comments_reason(), organization_id=cast.organization.id, task=task)
        notification = Notification.objects.get()
    jobs = []
    monkeypatch.setattr(comments, "enqueue", lambda job, **ids: jobs.append(ids["notification_id"]))
    refusals = iter([OSError("away"), None, OSError("away")])

    def send(message):
        if error := next(refusals):
            raise error
        mail.outbox.append(message)

    monkeypatch.setattr(EmailMessage, "send", send)
    with pytest.raises(MailFailed):
        comments.notification_mail(cast.organization.id, notification.id)
    assert comments.notification_mails_due() == 0, "not at once"
    with organization_scope(cast.organization.id):
        assert Notification.objects.get().mailed_at is None
        Notification.objects.update(mail_tried_at=timezone.now() - timedelta(minutes=6))
    assert comments.notification_mails_due() == 1 and jobs == [notification.id]
    comments.notification_mail(cast.organization.id, notification.id)
    assert len(mail.outbox) == 1
    with organization_scope(cast.organization.id):
        assert Notification.objects.get().mailed_at is not None
        Notification.objects.update(mailed_at=None)  # a worker that died before it could write that
    comments.notification_mail(cast.organization.id, notification.id)
    assert len(mail.outbox) == 1 and comments.notification_mails_due() == 0, "no third time"


def test_roles_that_are_not_in_force_do_not_count(cast, as_user, task):
    cast.reviewer.home_organization, cast.reviewer.email_proven_at = cast.foreign, None
    cast.reviewer.save()
    with pytest.raises(InvalidInput):
        as_user(cast.owner, asking.task_ask, task.id, user_id=cast.reviewer.id, text="Yours?")
    assert cast.reviewer not in as_user(cast.owner, lambda access: list(colleagues_for(access)))


def comments_reason():
    from review.domain.notices import GIVEN_ONE

    return GIVEN_ONE(by="Ann", file="scan.pdf")


def test_absences_are_ones_own_and_the_managers(cast, as_user):
    today = timezone.localdate()
    days = {"first_day": today, "last_day": today + timedelta(days=2)}
    own = as_user(cast.owner, profiles.absence_add, user_id=None, deputy_id=cast.teammate.id, **days)
    with pytest.raises(Forbidden):
        as_user(cast.owner, profiles.absence_add, user_id=cast.teammate.id, deputy_id=None, **days)
    with pytest.raises(InvalidInput):
        as_user(cast.owner, profiles.absence_add, user_id=None, deputy_id=cast.viewer.id, **days)
    with pytest.raises(InvalidInput):
        as_user(
            cast.owner,
            profiles.absence_add,
            user_id=None,
            deputy_id=None,
            first_day=today,
            last_day=today - timedelta(1),
        )
    as_user(cast.reviewer, profiles.absence_add, user_id=cast.teammate.id, deputy_id=None, **days)
    page = cast.browser(cast.owner).get(reverse("review:my_work"))
    assert [absence.id for absence in page.context["absences"]] == [own.id]
    assert len(cast.browser(cast.reviewer).get(reverse("review:my_work")).context["absences"]) == 2
    cast.browser(cast.owner).post(reverse("review:absence_remove", args=[own.id]))
    with organization_scope(cast.organization.id):
        assert Absence.objects.count() == 1


def test_ones_own_types_and_mail_are_saved(cast, task):
    client = cast.browser(cast.owner)
    schema_id = str(task.sub_document.schema_version.schema_id)
    assert client.post(reverse("review:my_work"), {"known_types": [schema_id]}).status_code == 302
    with organization_scope(cast.organization.id):
        profile = ReviewerProfile.objects.get()
    assert (profile.user, profile.known_types, profile.is_mailed) == (cast.owner, [schema_id], False)
    added = client.post(
        reverse("review:absence_add"), {"first_day": "2031-01-02", "last_day": "2031-01-03", "deputy": ""}
    )
    assert added.status_code == 302
    assert "2031" in client.get(reverse("review:my_work")).content.decode()
