"""No surveillance by default: no screen, export, API answer or admin page tells how much a person has worked.

One person has decided 73 tasks, which no other number here is. Every address that can be read is opened by everybody who
may see most, and wherever the person's name stands, that number does not stand beside it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.tokens import ACCESS, cookie_name
from idp_project.core.tenancy import organization_scope
from review.models import Decision, FiguresAgreement, ReviewTask
from review.services.figures import figures_begin
from tests.authorization import admin_pages
from tests.authorization.conftest import World
from tests.authorization.table import ROUTES
from tests.authorization.test_matrix import send

DECIDED = 73
NAME = "Petronella Zuckschwerdt"
WATCHERS = ("reviewer", "admin", "super_admin")
NEAR = 160


@pytest.fixture
def diligent(world: World) -> Iterator[Any]:
    """A person of the team with that many decisions of the last days."""
    person = world.cast.colleague
    with transaction.atomic():
        type(person).objects.filter(id=person.id).update(display_name=NAME)
        with organization_scope(world.cast.organization.id):
            own = {"organization_id": world.cast.organization.id}
            place = {"sub_document_id": world.ids["delivered"], "team": world.cast.team, "status": "decided"}
            tasks = ReviewTask.objects.bulk_create(
                ReviewTask(**own, **place, decided_at=timezone.now()) for _ in range(DECIDED)
            )
            Decision.objects.bulk_create(
                Decision(**own, task=task, kind="approve", decided_by_id=person.id) for task in tasks
            )
        yield person
        transaction.set_rollback(True)


def figures_beside(text: str, name: str = NAME, number: int = DECIDED) -> list[str]:
    """Where the name and the number stand close to each other, tags left out."""
    plain = " ".join(html.unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)).split())
    places = [match.start() for match in re.finditer(re.escape(name), plain)]
    around = [plain[max(0, place - NEAR) : place + len(name) + NEAR] for place in places]
    return [text for text in around if re.search(rf"(?<![\w/#-])(?<!\d[.,]){number}(?![\w:/-]|[.,]\d)", text)]


def pages(world: World) -> Iterator[tuple[str, str]]:
    """(address, text) of every route that is read, for each of those who see most, and of every admin page."""
    for row in ROUTES:
        if row.method == "GET" and not row.is_stream:
            for name in WATCHERS:
                answer = send(world, world.actors[name], row)
                yield f"{row.route} as {name}", answer.content.decode("utf-8", "replace")
    request = RequestFactory().get("/admin/")
    request.user, request.access = world.cast.super_admin, world.actors["super_admin"].access
    for _, registered in admin_pages.registrations():
        for url in admin_pages.pages_of(registered, request):
            yield url, world.actors["super_admin"].request("GET", url).content.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nowhere_is_a_figure_about_a_person(world: World, diligent: Any) -> None:
    looked_at, found = 0, {}
    for address, text in pages(world):
        looked_at += 1
        if beside := figures_beside(text):
            found[address] = beside[0]
    assert looked_at > 200
    assert found == {}


def test_such_a_figure_would_be_found(world: World, diligent: Any) -> None:
    """Under an agreement it is shown, to managers; the walk would see it."""
    access = world.cast.access(world.cast.admin)
    with organization_scope(world.cast.organization.id):
        figures_begin(access, agreement="Works agreement of 3 May")
        FiguresAgreement.objects.update(begun_at=timezone.now() - timedelta(days=1))
    for route in ("review:figures", "api-review-figures"):
        row = next(row for row in ROUTES if row.route == route)
        shown = send(world, world.actors["reviewer"], row).content.decode()
        assert figures_beside(shown), route
        assert "Works agreement of 3 May" in send(world, world.actors["owner"], row).content.decode(), "shown to all"
        assert not figures_beside(send(world, world.actors["owner"], row).content.decode()), "to managers alone"


def test_admin_lists_cannot_be_narrowed_to_a_person(world: World, diligent: Any) -> None:
    for page, lookup in (
        ("review_decision", "decided_by"),
        ("review_decision", "decided_by__id__exact"),
        ("review_reviewtask", "claimed_by__id__exact"),
        ("review_taskcomment", "author_id"),
        ("documents_approvedversion", "approved_by__id__exact"),
        ("accounts_auditentry", "actor_id"),
        ("accounts_auditentry", "actor_name__exact"),
        ("pdb_sync_pdbrecord", "approved_by"),
    ):
        client = Client(raise_request_exception=False)
        client.cookies[cookie_name(ACCESS)] = world.actors["super_admin"].cookie
        answer = client.get(reverse(f"admin:{page}_changelist"), {lookup: str(diligent.id)})
        assert answer.status_code in (302, 400), f"{page} by {lookup}"
        assert "e=1" in getattr(answer, "url", "e=1")
    for page in ("accounts_signinsession", "accounts_apikey"):  # of an account's page: security, and no work
        url = reverse(f"admin:{page}_changelist") + f"?user__id__exact={diligent.id}"
        assert world.actors["super_admin"].request("GET", url).status == 200
