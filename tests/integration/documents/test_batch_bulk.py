"""Several batches at once, from the list."""

import pytest

from documents.models import Batch, Document
from idp_project.core.tenancy import organization_scope
from tests.integration.documents.test_admin_actions import failed  # noqa: F401


@pytest.fixture
def batches(cast, failed) -> list[Batch]:  # noqa: F811
    """Two of the team, the first with a failed document, and one of another team."""
    with organization_scope(cast.organization.id):
        own = {"organization": cast.organization}
        second = Batch.objects.create(**own, team=cast.team, name="Tuesday")
        other = Batch.objects.create(**own, team=cast.other_team, name="Taxes")
    return [failed.batch, second, other]


def send(browser, action, *rows):
    body = {"action": action, "batch": [str(row.id) for row in rows], "next": "/batches/?status=failed"}
    return browser.post("/batches/bulk/", body, follow=True)


def cancelled(cast) -> set[str]:
    with organization_scope(cast.organization.id):
        return set(Batch.objects.filter(cancelled_at__isnull=False).values_list("name", flat=True))


def test_managers_cancel_what_they_chose_of_their_teams(cast, batches):
    browser = cast.browser(cast.reviewer)
    listed = browser.get("/batches/").content.decode()
    assert f'id="choose-{batches[0].id}"' in listed and 'id="bulk-form"' in listed
    answer = send(browser, "cancel", *batches)
    assert "Done with 2 of 3 batches." in answer.content.decode()
    assert answer.request["QUERY_STRING"] == "status=failed"
    assert cancelled(cast) == {"Monday", "Tuesday"}


def test_what_failed_is_tried_again_and_the_others_are_named(cast, batches):
    answer = send(cast.browser(cast.reviewer), "retry", *batches[:2]).content.decode()
    assert "Done with 1 of 2 batches." in answer and "Nothing has failed in “Tuesday”." in answer
    with organization_scope(cast.organization.id):
        assert Document.objects.get().status == "processing"


def test_operators_and_strangers_cancel_nothing(cast, batches):
    operator = cast.browser(cast.owner)
    assert 'id="bulk-form"' not in operator.get("/batches/").content.decode()
    assert send(operator, "cancel", *batches[:2]).status_code == 403
    assert send(cast.browser(cast.outsider), "cancel", *batches[:2]).status_code == 404
    for bad in ({}, {"action": "delete", "batch": str(batches[0].id)}, {"action": "cancel", "batch": "x"}):
        assert operator.post("/batches/bulk/", bad).status_code == 400
    assert cancelled(cast) == set()
