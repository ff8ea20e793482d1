"""What org admins do on the pages of their organisation, and what nobody may do there."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.domain.roles import Role
from accounts.models import AuditEntry, Membership, Team, User
from accounts.selectors.access import access_resolve
from accounts.services.people import people, teams
from documents.models import Batch
from idp_project.core.errors import Conflict, Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import CONSOLE, PASSWORD, sign_in
from tests.integration.accounts.test_second_factor import enrolled


@pytest.fixture
def olga(person) -> User:
    return person("olga", Role.ORG_ADMIN)


@pytest.fixture
def admin(olga) -> Client:
    client = Client()
    sign_in(client, "olga")
    return client


def page(name: str, *args: object) -> str:
    return reverse(f"accounts:organization_{name}", args=args)


def audited(*actions: str) -> bool:
    with system_scope("test"):
        return set(actions) <= set(AuditEntry.objects.values_list("action", flat=True))


def test_a_team_is_made_renamed_filled_emptied_and_deleted(admin, world, person):
    ada = person("ada", Role.VIEWER)
    assert admin.post(page("teams"), {"name": "  Archive  room "}).status_code == 302
    team = Team.objects.get(organization=world.organization, name="Archive room")
    assert "Archive room" in admin.get(page("teams")).content.decode()
    assert admin.post(page("team", team.id), {"name": "Cellar"}).status_code == 302
    assert Team.objects.get(id=team.id).name == "Cellar"
    role = {"person": ada.id, "role": "operator", "may_download": ""}
    assert admin.post(page("team_people", team.id), role).status_code == 302
    membership = Membership.objects.get(team=team, user=ada)
    assert (membership.role, membership.may_download) == ("operator", False)
    assert admin.post(page("team_delete", team.id)).status_code == 409
    removed = admin.post(page("role_remove", membership.id), {"from": "team"})
    assert removed.headers["Location"] == page("team", team.id)
    assert admin.post(page("team_delete", team.id)).status_code == 302
    assert not Team.objects.filter(id=team.id).exists()
    assert audited("team_created", "team_renamed", "membership_set", "membership_removed", "team_deleted")


def test_a_team_with_documents_is_not_deleted(world, olga):
    with organization_scope(world.organization.id):
        Batch.objects.create(organization=world.organization, team=world.team, name="Monday")
        with pytest.raises(Conflict) as refused:
            teams.team_delete(access_resolve(olga, None), world.team.id)
    assert refused.value.code == "team_has_data"


def test_taken_name_is_an_error_of_the_form_and_input_stays(admin, world):
    answer = admin.post(page("teams"), {"name": "POST"})
    assert answer.status_code == 400
    assert "There is a team “POST” already." in answer.content.decode()
    assert 'value="POST"' in answer.content.decode()


def test_people_are_found_by_name_role_team_and_state(admin, world, person):
    person("ada", Role.VIEWER)
    person("ben", Role.MANAGER, world.other_team)
    person("zoe", Role.VIEWER, world.foreign_team, world.foreign)
    people.user_deactivate(CONSOLE, person("kim", Role.VIEWER).id)

    def shown(**query: object) -> set[str]:
        text = admin.get(page("people"), query).content.decode()
        return {name for name in ("ada", "ben", "kim", "olga", "zoe") if f'">{name}</a>' in text}

    assert shown() == {"ada", "ben", "kim", "olga"}
    assert shown(text="AD") == {"ada"}
    assert shown(role="manager") == {"ben"}
    assert shown(team=world.team.id) == {"ada", "kim"}
    assert shown(state="deactivated") == {"kim"}
    assert admin.get(page("people"), {"role": "nonsense"}).status_code == 400
    assert admin.get(page("people"), {"team": "nonsense"}).status_code == 400
    assert shown(text="nobody") == set()


def test_a_person_is_made_with_a_role_or_not_at_all(admin, world):
    fields = {"username": "new", "password": PASSWORD, "role": "operator", "team": world.team.id}
    weak = admin.post(page("person_new"), fields | {"password": "short"})
    assert weak.status_code == 400 and "too short" in weak.content.decode()
    stray = admin.post(page("person_new"), fields | {"role": "org_admin"})
    assert stray.status_code == 400 and not User.objects.filter(username__startswith="new").exists()
    made = admin.post(page("person_new"), fields, follow=True)
    assert "signs in as new@town-hall" in made.content.decode()
    membership = Membership.objects.get(user__username="new@town-hall")
    assert membership.role == "operator" and membership.user.home_organization == world.organization
    assert membership.user.email_proven_at is None and sign_in(Client(), "new@town-hall").status_code == 302


def test_roles_are_changed_on_a_persons_page_and_hold_at_once(admin, world, operator, tab):
    url = page("person", operator.id)
    assert admin.post(url, {"team": world.team.id, "role": "viewer"}).status_code == 302
    assert admin.post(url, {"team": "", "role": "manager", "may_download": "on"}).status_code == 302
    held = {m.team_id: (m.role, m.may_download) for m in Membership.objects.filter(user=operator)}
    assert held == {world.team.id: ("viewer", False), None: ("manager", True)}
    assert admin.post(page("person_remove", operator.id)).status_code == 302
    assert not Membership.objects.filter(user=operator).exists()
    assert tab.get("/batches/", HTTP_ACCEPT="application/json").status_code == 401
    assert audited("person_removed")


def test_a_person_is_deactivated_and_may_come_back(admin, operator, tab):
    assert admin.post(page("person_stop", operator.id)).status_code == 302
    assert tab.get("/batches/", HTTP_ACCEPT="application/json").status_code == 401
    assert "Reactivate" in admin.get(page("person", operator.id)).content.decode()
    assert admin.post(page("person_activate", operator.id)).status_code == 302
    assert sign_in(Client(), operator.username).status_code == 302


def test_a_person_who_lost_password_or_phone_is_helped(admin, operator, tab):
    """The buttons are where they can do something."""
    shown = admin.get(page("person", operator.id)).content.decode()
    link, reset = page("person_password_link", operator.id), page("person_second_factor", operator.id)
    assert link not in shown and reset not in shown, "neither an address nor a second factor"
    assert admin.post(link).status_code == 400
    User.objects.filter(pk=operator.pk).update(email="ada@example.org")
    enrolled(operator)
    shown = admin.get(page("person", operator.id)).content.decode()
    assert link in shown and reset in shown
    assert admin.post(link).status_code == 302 and admin.post(reset).status_code == 302
    assert not Authenticator.objects.filter(user=operator).exists()
    assert tab.get("/batches/", HTTP_ACCEPT="application/json").status_code == 401
    assert audited("password_reset_sent", "second_factor_reset")
    assert reset not in admin.get(page("person", operator.id)).content.decode()


def test_nobody_changes_their_own_role_and_the_last_admin_stays(world, person, olga):
    access = access_resolve(olga, None)
    own = Membership.objects.get(user=olga)
    with pytest.raises(Forbidden):
        people.membership_remove(access, own.id)
    with pytest.raises(Forbidden):
        people.membership_set(
            access, user_id=olga.id, organization_id=world.organization.id, role=Role.VIEWER, team_id=world.team.id
        )
    for change in (people.user_deactivate, people.person_remove):
        with pytest.raises(InvalidInput):
            change(access, olga.id)
    second = access_resolve(person("second", Role.ORG_ADMIN), None)
    people.person_remove(access, second.user_id)
    people.user_deactivate(CONSOLE, olga.id)
    third = access_resolve(person("third", Role.ORG_ADMIN), None)
    people.user_activate(CONSOLE, olga.id)
    people.user_deactivate(third, olga.id)
    with pytest.raises(Conflict) as refused:
        people.person_remove(access, third.user_id)
    assert refused.value.code == "last_admin"


def test_an_admin_who_may_not_download_gives_nobody_the_right(world, person, olga, operator):
    Membership.objects.filter(user=olga).delete()
    where = {"organization_id": world.organization.id, "role": Role.ORG_ADMIN}
    people.membership_set(CONSOLE, user_id=olga.id, may_download=False, **where)
    access = access_resolve(olga, None)
    role = {"organization_id": world.organization.id, "team_id": world.team.id, "role": Role.VIEWER}
    with pytest.raises(Forbidden):
        people.membership_set(access, user_id=operator.id, **role)
    assert not people.membership_set(access, user_id=operator.id, may_download=False, **role).may_download


def test_super_admins_are_not_deactivated_by_an_organization(world, olga, super_admin):
    where = {"organization_id": world.organization.id, "role": Role.VIEWER}
    people.membership_set(CONSOLE, user_id=super_admin.id, **where)
    User.objects.filter(pk=super_admin.pk).update(home_organization=world.organization)
    with pytest.raises(Forbidden):
        people.user_deactivate(access_resolve(olga, None), super_admin.id)


def test_the_pages_are_for_org_admins_and_show_in_their_bar_only(admin, tab, world):
    assert reverse("accounts:organization") in admin.get("/batches/").content.decode()
    assert reverse("accounts:organization") not in tab.get("/batches/").content.decode()
    overview = admin.get(reverse("accounts:organization")).content.decode()
    assert world.organization.name in overview and 'aria-current="page"' in overview
