"""Shares: one person, one document or batch, until a day; nothing beside it, and nothing that the sharer may not do."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import ROLE_PERMISSIONS, SHARED_PERMISSIONS, TEAM_ROLES, Permission, Role
from accounts.services.people import people as people_services
from documents.models import DocumentUserPermission, Share
from documents.selectors import doors
from documents.services.showing import sharing
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from tests.factories.cast import CONSOLE
from tests.factories.reading import read_document

pytestmark = pytest.mark.django_db
IN_A_WEEK = timedelta(days=7)


@pytest.fixture
def letter(cast):
    return read_document(cast.organization, cast.team, ["The well is deep."])


def share(cast, sharer, document, person=None, *, lasts=IN_A_WEEK, **given):
    with organization_scope(cast.organization.id):
        return sharing.share_create(
            cast.access(sharer),
            document_id=document.id,
            user_id=(person or cast.outsider).id,
            expires_at=timezone.now() + lasts,
            **given,
        )


def status(cast, person, document, route="documents:document_detail"):
    return cast.browser(person).get(reverse(route, args=[document.id])).status_code


def test_a_share_opens_its_document_and_nothing_beside_it(cast, letter):
    beside = read_document(cast.organization, cast.team, ["Beside."])
    assert status(cast, cast.outsider, letter) == 404
    share(cast, cast.reviewer, letter)
    assert status(cast, cast.outsider, letter) == 200
    assert status(cast, cast.outsider, beside) == 404
    assert status(cast, cast.outsider, letter, "documents:original") == 403, "looking is not taking"
    assert status(cast, cast.outsider, letter, "documents:document_shares") == 403, "a share is not passed on"
    batch = reverse("documents:batch_detail", args=[letter.batch_id])
    assert cast.browser(cast.outsider).get(batch).status_code == 404
    with organization_scope(cast.organization.id):
        assert [found.id for found in doors.document_list(cast.access(cast.outsider))] == [letter.id]


def test_a_shared_batch_opens_all_of_its_documents(cast, letter):
    with organization_scope(cast.organization.id):
        sharing.share_create(
            cast.access(cast.reviewer),
            batch_id=letter.batch_id,
            user_id=cast.outsider.id,
            expires_at=timezone.now() + IN_A_WEEK,
        )
    assert status(cast, cast.outsider, letter) == 200
    assert cast.browser(cast.outsider).get(reverse("documents:batch_detail", args=[letter.batch_id])).status_code == 200


def test_it_ends_with_its_day_or_when_it_is_ended(cast, letter):
    made = share(cast, cast.reviewer, letter, may_download=True)
    with organization_scope(cast.organization.id):
        DocumentUserPermission.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert not doors.share_list(cast.access(cast.reviewer), document_id=letter.id)
    assert status(cast, cast.outsider, letter) == 404
    again = share(cast, cast.reviewer, letter)
    assert again.id == made.id and status(cast, cast.outsider, letter) == 200
    with organization_scope(cast.organization.id), pytest.raises(Forbidden):
        sharing.share_revoke(cast.access(cast.outsider), again.id)
    with organization_scope(cast.foreign.id), pytest.raises(NotFound):
        sharing.share_revoke(cast.access(cast.foreign_admin), again.id)
    with organization_scope(cast.organization.id):
        sharing.share_revoke(cast.access(cast.reviewer), again.id)
    assert status(cast, cast.outsider, letter) == 404
    assert not DocumentUserPermission.objects.exists()


def test_a_narrower_share_takes_the_place_of_a_wider_one(cast, letter):
    share(cast, cast.reviewer, letter, may_download=True, may_review=True)
    share(cast, cast.reviewer, letter)
    assert cast.access(cast.outsider).document_permissions == {letter.id: frozenset({"view_documents"})}


@pytest.mark.parametrize("wrong", ["oneself", "stranger", "past", "too long", "nothing named"])
def test_what_cannot_be_shared_is_refused_by_name(cast, letter, wrong):
    persons = {"oneself": cast.reviewer, "stranger": cast.foreign_admin}
    lasts = {"past": -timedelta(seconds=1), "too long": timedelta(days=366)}.get(wrong, IN_A_WEEK)
    with pytest.raises(NotFound if wrong == "stranger" else InvalidInput), organization_scope(cast.organization.id):
        sharing.share_create(
            cast.access(cast.reviewer),
            document_id=None if wrong == "nothing named" else letter.id,
            user_id=persons.get(wrong, cast.outsider).id,
            expires_at=timezone.now() + lasts,
        )


@pytest.mark.parametrize(("role", "may_download"), list(product([*TEAM_ROLES, Role.ORG_ADMIN], [True, False])))
def test_nobody_shares_what_they_do_not_have(cast, letter, role, may_download):
    """Every role, with and without downloads, against every set of permissions a share can give."""
    sharer = cast.teammate
    people_services.membership_remove(CONSOLE, sharer.memberships.get().id)
    people_services.membership_set(
        CONSOLE,
        user_id=sharer.id,
        organization_id=cast.organization.id,
        team_id=cast.team.id if role in TEAM_ROLES else None,
        role=role,
        may_download=may_download,
    )
    held = ROLE_PERMISSIONS[role] - (frozenset() if may_download else {Permission.DOWNLOAD_DOCUMENTS})
    for download, review in product([False, True], [False, True]):
        given = {Permission.VIEW_DOCUMENTS, Permission.SHARE_DOCUMENTS}
        given |= {Permission.DOWNLOAD_DOCUMENTS} if download else set()
        given |= {Permission.REVIEW_DOCUMENTS} if review else set()
        if given <= held:
            share(cast, sharer, letter, may_download=download, may_review=review)
            expected = {str(permission) for permission in given & SHARED_PERMISSIONS}
            assert cast.access(cast.outsider).document_permissions == {letter.id: expected}
        else:
            with pytest.raises(Forbidden):
                share(cast, sharer, letter, may_download=download, may_review=review)


@pytest.mark.parametrize("giver", [*TEAM_ROLES, Role.ORG_ADMIN, Role.SUPER_ADMIN])
def test_nobody_gives_a_role_that_they_do_not_have(cast, giver):
    """Every pair of roles: only who manages the organisation gives roles, and none with more than their own rights."""
    people = {
        Role.VIEWER: cast.viewer,
        Role.OPERATOR: cast.owner,
        Role.MANAGER: cast.reviewer,
        Role.ORG_ADMIN: cast.admin,
        Role.SUPER_ADMIN: cast.super_admin,
    }
    access = cast.session_access(people[giver])
    for given in (*TEAM_ROLES, Role.ORG_ADMIN):
        may = giver in (Role.ORG_ADMIN, Role.SUPER_ADMIN) and ROLE_PERMISSIONS[given] <= ROLE_PERMISSIONS[giver]
        place = {"team_id": cast.other_team.id if given in TEAM_ROLES else None}
        arguments = {"user_id": cast.teammate.id, "organization_id": cast.organization.id, "role": given, **place}
        if may:
            assert people_services.membership_set(access, **arguments).role == given
        else:
            with pytest.raises(Forbidden):
                people_services.membership_set(access, **arguments)
    if giver is not Role.SUPER_ADMIN:
        with pytest.raises(Forbidden):
            people_services.user_create(access, username="root2", is_super_admin=True)


def test_an_admin_who_may_not_download_gives_no_downloads(cast):
    admin = cast.admin
    people_services.membership_set(
        CONSOLE, user_id=admin.id, organization_id=cast.organization.id, role=Role.ORG_ADMIN, may_download=False
    )
    arguments = {"user_id": cast.viewer.id, "organization_id": cast.organization.id, "role": Role.VIEWER}
    with pytest.raises(Forbidden):
        people_services.membership_set(cast.access(admin), team_id=cast.team.id, **arguments)
    people_services.membership_set(cast.access(admin), team_id=cast.team.id, may_download=False, **arguments)


def test_the_page_shares_lists_and_ends(cast, letter):
    browser, url = cast.browser(cast.reviewer), reverse("documents:document_shares", args=[letter.id])
    assert b"Shared with nobody" in browser.get(url).content
    cast.outsider  # noqa: B018 (made when first looked at)
    form = {"person": str(cast.outsider.id), "last_day": str(timezone.localdate() + timedelta(days=3))}
    page = browser.post(url, form, follow=True).content.decode()
    assert str(cast.outsider) in page and "The share was made" in page
    assert browser.post(url, form | {"last_day": "2020-01-01"}).status_code == 400
    assert browser.post(url, form | {"person": str(cast.foreign_admin.id)}).status_code == 400
    with organization_scope(cast.organization.id):
        made = Share.objects.get()
    page = browser.post(reverse("documents:share_revoke", args=[made.id]), follow=True).content.decode()
    assert "Shared with nobody" in page


def test_who_leaves_the_organization_keeps_no_share(cast, letter):
    share(cast, cast.reviewer, letter)
    with organization_scope(cast.organization.id):
        people_services.person_remove(cast.session_access(cast.admin), cast.outsider.id)
    assert not DocumentUserPermission.objects.exists()
