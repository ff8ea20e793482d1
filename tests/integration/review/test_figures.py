"""Figures: one's own, sums of teams of five or more, per person only under a named agreement that everybody is told of."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.domain.roles import Role
from accounts.models import AuditEntry
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope
from review.models import Notification
from review.selectors.figures import work_figures
from review.services import figures, tasks
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
def decided(cast, as_user):
    """Two documents, decided by the owner."""
    for _ in range(2):
        task = on_desk(cast, LETTER, {"subject": "Hello"})
        as_user(cast.owner, tasks.review_task_decide, task.id, decision="reject", reason="No.")


def test_small_teams_have_no_sum(cast, as_user, decided):
    assert as_user(cast.owner, work_figures).own.today == 2 and as_user(cast.owner, work_figures).teams == ()
    assert cast.teammate and as_user(cast.reviewer, work_figures).own.today == 0
    (post,) = as_user(cast.reviewer, work_figures).teams
    assert (post.people, post.decided) == (3, None)
    assert cast.colleague and cast._person("fifth", Role.OPERATOR, cast.team)
    (post,) = as_user(cast.reviewer, work_figures).teams
    assert (post.people, post.decided) == (5, 2)
    assert as_user(cast.reviewer, work_figures).people == (), "never per person without an agreement"


def test_an_agreement_is_named_audited_and_told(cast, as_user, decided):
    assert cast.viewer
    with pytest.raises(Forbidden):
        as_user(cast.reviewer, figures.figures_begin, agreement="Agreement of May")
    with pytest.raises(InvalidInput):
        as_user(cast.admin, figures.figures_begin, agreement="  ok ")
    client = cast.browser(cast.admin)
    client.post(reverse("review:figures_begin"), {"agreement": "Agreement of May"})
    with pytest.raises(Conflict):
        as_user(cast.admin, figures.figures_begin, agreement="Another one")
    shown = as_user(cast.reviewer, work_figures)
    assert dict(shown.people)[str(cast.owner)] == 0, "what was before it is not counted"
    task = on_desk(cast, LETTER, {"subject": "Hello"})
    as_user(cast.owner, tasks.review_task_decide, task.id, decision="reject", reason="No.")
    assert dict(as_user(cast.reviewer, work_figures).people)[str(cast.owner)] == 1
    assert as_user(cast.owner, work_figures).people == ()
    assert "Agreement of May" in cast.browser(cast.owner).get(reverse("review:figures")).content.decode()
    with organization_scope(cast.organization.id):
        told = {one.user_id: one.reason.text for one in Notification.objects.all()}
        assert {cast.owner.id, cast.viewer.id, cast.reviewer.id} <= set(told)
        assert "Agreement of May" in told[cast.owner.id]
        assert AuditEntry.objects.get(action="person_figures_begun").details == {"agreement": "Agreement of May"}
    client.post(reverse("review:figures_end"))
    assert as_user(cast.reviewer, work_figures).people == ()
    with organization_scope(cast.organization.id):
        assert AuditEntry.objects.filter(action="person_figures_ended").count() == 1
