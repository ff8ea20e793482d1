"""Who manages an account: its home. What other organisations learn of it, and when their rules hold for it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.domain.security import SecurityRules
from accounts.models import AuditEntry, Membership, Organization, SignInSession, User
from accounts.selectors.access import access_resolve, session_get_live, team_choices
from accounts.selectors.organization import PeopleFilter, people_list, people_without_second_factor, person_row
from accounts.services.people import people
from accounts.services.settings import security
from accounts.services.sign_in import passwords, revocation, second_factor, sessions
from idp_project.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import CONSOLE, PASSWORD, prove, sign_in
from tests.integration.accounts.test_second_factor import enrolled


@pytest.fixture
def boss(person):
    return access_resolve(person("boss", Role.ORG_ADMIN), None)


@pytest.fixture
def far_boss(person, world):
    return access_resolve(person("far_boss", Role.ORG_ADMIN, None, world.foreign), None)


@pytest.fixture
def both(person, world):
    """At home in the town hall, a viewer of the harbour's quay too."""
    user = prove(person("both", Role.OPERATOR))
    place = {"organization_id": world.foreign.id, "team_id": world.foreign_team.id}
    people.membership_set(CONSOLE, user_id=user.pk, role=Role.VIEWER, **place)
    return user


POWERS = {
    "deactivate": people.user_deactivate,
    "activate": people.user_activate,
    "reset the factor": second_factor.second_factor_reset,
    "send a link": passwords.password_reset_send,
}


@pytest.mark.parametrize("power", POWERS)
def test_only_the_home_has_power_over_an_account(boss, far_boss, both, power):
    with pytest.raises(Forbidden) as refused:
        POWERS[power](far_boss, both.pk)
    assert refused.value.code == "managed_elsewhere"
    POWERS[power](boss, both.pk)


def test_home_stops_its_account_despite_roles_elsewhere(boss, both, world):
    people.user_deactivate(boss, both.pk)
    both.refresh_from_db()
    assert not both.is_active and both.memberships.filter(organization=world.foreign).exists()


def test_a_home_keeps_its_power_after_it_took_every_role_away(boss, both):
    people.person_remove(boss, both.pk)
    people.user_deactivate(boss, both.pk)
    assert not User.objects.get(pk=both.pk).is_active


def test_another_organization_gives_and_takes_its_own_roles_only(far_boss, both, world):
    people.membership_set(far_boss, user_id=both.pk, organization_id=world.foreign.id, role=Role.OPERATOR)
    people.person_remove(far_boss, both.pk)
    assert {m.organization for m in both.memberships.all()} == {world.organization}


def test_account_without_home_is_managed_by_super_admins_only(boss, person, super_admin):
    lone = person("lone", Role.OPERATOR)
    User.objects.filter(pk=lone.pk).update(home_organization=None)
    assert access_resolve(User.objects.get(pk=lone.pk), None), "it works where super admins put it"
    for power in POWERS.values():
        with pytest.raises(Forbidden):
            power(boss, lone.pk)
    people.user_deactivate(access_resolve(super_admin, None), lone.pk)


def test_an_unproven_account_works_at_home_only(person, world):
    user = person("ada", Role.OPERATOR)
    with pytest.raises(Conflict) as refused:
        people.membership_set(CONSOLE, user_id=user.pk, organization_id=world.foreign.id, role=Role.VIEWER)
    assert refused.value.code == "address_not_proven"
    Membership.objects.create(user=user, organization=world.foreign, role=Role.VIEWER)  # from before the upgrade
    grant = sessions.sign_in(user)
    assert {choice.organization_id for choice in team_choices(grant.access)} == {world.organization.id}
    with pytest.raises(NotFound):
        sessions.team_switch(grant.access, organization_id=world.foreign.id, team_id=None)
    SignInSession.objects.update(active_organization=world.foreign)
    session = SignInSession.objects.get()
    assert access_resolve(user, session).organization_id == world.organization.id
    assert access_resolve(user, None, organization_id=world.foreign.id).organization_id == world.organization.id
    prove(user)
    assert access_resolve(user, session).organization_id == world.foreign.id


def test_other_organizations_read_name_and_roles_only(far_boss, boss, both, world):
    User.objects.filter(pk=both.pk).update(last_login=timezone.now(), display_name="Bo Both")
    enrolled(both)
    row = person_row(far_boss, both.pk)
    assert (row.name, row.is_managed, row.username, row.email) == ("Bo Both", False, "", "")
    assert (row.last_login, row.has_second_factor, row.is_proven) == (None, False, False)
    assert [held.role for held in row.memberships] == [Role.VIEWER]
    home = person_row(boss, both.pk)
    assert home.last_login and home.has_second_factor and home.is_proven and home.username == "both"
    for text in ("both@", "both@example.org"):
        assert people_list(far_boss, PeopleFilter(text=text)) == []
        assert len(people_list(boss, PeopleFilter(text=text))) == 1
    assert len(people_list(far_boss, PeopleFilter(text="bo b"))) == 1
    second_factor.second_factor_reset(boss, both.pk)
    assert [user.username for user in people_without_second_factor(far_boss)] == ["far_boss"]


def test_the_pages_say_where_an_account_is_managed(far_boss, boss, both, world):
    browser = Client()
    sign_in(browser, "far_boss")
    page = browser.get(f"/organization/people/{both.pk}/").content.decode()
    assert "managed elsewhere" in page and "Deactivate" not in page and "last sign-in" not in page
    assert "Remove" in page and both.email not in page and world.organization.name not in page
    assert browser.post(f"/organization/people/{both.pk}/deactivate/").status_code == 403
    browser = Client()
    sign_in(browser, "boss")
    page = browser.get(f"/organization/people/{both.pk}/").content.decode()
    assert "Address proven" in page and "Home: your organisation" in page and "Deactivate" in page


def test_what_happens_to_an_account_stands_in_its_homes_trail(both, world):
    Membership.objects.filter(user=both).update(created_at=timezone.now() - timedelta(days=1))
    passwords.password_reset_complete(passwords.password_link_hand_over(CONSOLE, both.pk).partition("#")[2], PASSWORD)
    enrolled(both)
    with system_scope("test"):
        entries = AuditEntry.objects.filter(action__in=["password_reset", "second_factor_enrolled"])
        assert {entry.organization_id for entry in entries} == {world.organization.id}


def test_guests_sign_in_places_are_read_only_at_home(boss, far_boss, person, world, super_admin):
    guest = prove(person("guest", Role.VIEWER, world.foreign_team, world.foreign))
    place = {"organization_id": world.organization.id, "team_id": world.team.id}
    people.membership_set(CONSOLE, user_id=guest.pk, role=Role.VIEWER, **place)
    guest.memberships.filter(organization=world.foreign).delete()  # so the session starts in the town hall
    browser = Client()
    sign_in(browser, "guest", REMOTE_ADDR="203.0.113.9")
    assert SignInSession.objects.get(user=guest).active_organization == world.organization
    browser.post("/logout/")
    revocation.sign_out_everywhere(sessions.sign_in(guest).access)
    session = sessions.sign_in(guest).session
    sessions.session_revoke(access_resolve(super_admin, None), session.pk)
    shown = {}
    for name in ("boss", "far_boss", "root"):
        reader = Client()
        sign_in(reader, name)
        url = "/admin/accounts/auditentry/?action__exact=signed_out" if name == "root" else "/organization/audit/"
        shown[name] = reader.get(url, follow=True).content.decode()
    assert "203.0.113.9" in shown["far_boss"] and "203.0.113.9" not in shown["boss"]
    with system_scope("test"):
        left = AuditEntry.objects.get(action="signed_out", actor_id=guest.pk)
        assert f"/admin/accounts/auditentry/{left.pk}/" in shown["root"]
        about = {"signed_in", "signed_out", "signed_out_everywhere"}
        entries = AuditEntry.objects.filter(action__in=about, actor_id=guest.pk)
        assert {(entry.action, entry.organization_id) for entry in entries} == {
            (action, world.foreign.id) for action in about
        }
        assert AuditEntry.objects.get(action="session_revoked").organization_id == world.foreign.id


def test_sign_in_without_home_is_in_the_trail_of_the_system(person):
    lone = person("lone", Role.OPERATOR)
    User.objects.filter(pk=lone.pk).update(home_organization=None)
    lone.refresh_from_db()
    access = sessions.sign_in(lone).access
    with organization_scope(access.organization_id):
        sessions.sign_out(access)
    with system_scope("test"):
        entries = AuditEntry.objects.filter(actor_id=lone.pk, action__in=["signed_in", "signed_out"])
        assert [entry.organization_id for entry in entries] == [None, None]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("ada@example.org", False), ("Ada", True), ("BO@example.org", True), ("bo", True), ("nobody", False), ("", False)],
)
def test_people_sign_in_by_user_name_or_proven_address(person, django_assert_num_queries, typed, found):
    """One query in any case. `ada@example.org` is only stated, though by one account alone."""
    prove(person("bo", Role.OPERATOR), "bo@example.org")
    ada = person("ada", Role.OPERATOR)
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    with django_assert_num_queries(1):
        try:
            assert User.objects.get_by_natural_key(typed) and found
        except User.DoesNotExist:
            assert not found
    if typed:
        assert sign_in(Client(), typed).status_code == (302 if found else 400)


def far_rules(far_boss, world, **rules):
    with organization_scope(world.foreign.id):
        security.security_rules_set(far_boss, SecurityRules(**rules))


def test_rules_of_another_organization_hold_only_inside_it(far_boss, both, world):
    open_before = sessions.sign_in(both)
    far_rules(far_boss, world, session_hours=1, idle_minutes=5)
    open_before.session.refresh_from_db()
    fresh = sessions.sign_in(both).session
    for session in (open_before.session, fresh):
        assert session.idle_until is None and session.expires_at > timezone.now() + timedelta(hours=11)
    there = {"organization_id": world.foreign.id, "team_id": world.foreign_team.id}
    back = {"organization_id": world.organization.id, "team_id": world.team.id}
    switched = sessions.team_switch(open_before.access, **there)
    assert switched.session.expires_at <= timezone.now() + timedelta(hours=1)
    assert switched.session.idle_minutes == 5 and switched.session.idle_until
    home_again = sessions.team_switch(switched.access, **back)
    assert home_again.session.idle_until is None
    assert home_again.session.expires_at > timezone.now() + timedelta(hours=11)


def test_a_session_too_old_for_an_organization_does_not_enter_it(far_boss, both, world):
    grant = sessions.sign_in(both)
    SignInSession.objects.update(created_at=timezone.now() - timedelta(hours=2))
    far_rules(far_boss, world, session_hours=1)
    with pytest.raises(Forbidden) as refused:
        sessions.team_switch(grant.access, organization_id=world.foreign.id, team_id=world.foreign_team.id)
    assert refused.value.code == "sign_in_again"


def test_a_second_factor_required_elsewhere_is_asked_for_there(far_boss, both, world):
    enrolled(User.objects.get(pk=far_boss.user_id))
    grant = sessions.sign_in(both)
    far_rules(far_boss, world, is_second_factor_required=True)
    assert session_get_live(grant.session.pk), "it works at home"
    assert sessions.sign_in(both)
    with pytest.raises(Forbidden):
        sessions.team_switch(grant.access, organization_id=world.foreign.id, team_id=world.foreign_team.id)


@pytest.mark.parametrize("rule", [{"is_second_factor_required": True}, {"session_hours": 1}, {"idle_minutes": 5}])
def test_session_of_a_gone_organization_follows_the_next_rules(both, world, rule):
    session = sessions.sign_in(both).session
    SignInSession.objects.update(created_at=timezone.now() - timedelta(hours=2))
    session.refresh_from_db()
    both.memberships.filter(organization=world.organization).delete()
    assert access_resolve(both, session).organization_id == world.foreign.id
    Organization.objects.filter(pk=world.foreign.pk).update(**rule)
    assert access_resolve(both, session) is None


def test_session_loses_its_second_factor_with_the_factor(both, world):
    enrolled(both)
    access = sessions.sign_in(both, has_second_factor=True).access
    Organization.objects.filter(pk=world.foreign.pk).update(is_second_factor_required=True)
    second_factor.second_factor_remove(access, both)
    with pytest.raises(Forbidden):
        sessions.team_switch(access, organization_id=world.foreign.id, team_id=world.foreign_team.id)


def test_names_and_addresses_of_other_tenants_stay_unknown(far_boss, boss, both, person, super_admin, world):
    """The answer to a taken name or address of somebody else is that to a free one."""
    User.objects.filter(pk=super_admin.pk).update(email="root@example.org")
    browser, found = Client(), set()
    sign_in(browser, "far_boss")
    free = {"username": "free", "email": "free@example.org", "password": PASSWORD, "role": "viewer"}
    for index, (name, email) in enumerate(
        [
            ("free", "free@example.org"),
            ("boss", "n@example.org"),
            ("root", "root@example.org"),
            ("x", "both@example.org"),
        ]
    ):
        if email == both.email:
            both.memberships.filter(organization=world.foreign).delete()
        form = free | {"username": name, "email": email}
        made = browser.post("/organization/people/new/", form, follow=True)
        page = made.content.decode()
        assert f"signs in as {name}@harbour" in page, index
        invited = browser.post("/organization/people/invite/", {"email": f"i{email}", "role": "viewer"}, follow=True)
        found.add((made.status_code, invited.status_code, "was sent to" in invited.content.decode()))
    assert found == {(200, 200, True)}
    again = browser.post("/organization/people/new/", free)
    assert again.status_code == 400, "in one's own organisation it is told"
    both.refresh_from_db()
    assert both.email == "both@example.org" and sign_in(Client(), "both@example.org").status_code == 302


def test_no_user_name_shadows_somebody_elses_address(far_boss, both, world):
    User.objects.create_user("BOTH@example.org", password="a quite different phrase")  # from before the upgrade
    assert sign_in(Client(), "both@example.org").status_code == 302
    made = people.person_create(far_boss, username="both@example.org", password=PASSWORD, role=Role.VIEWER)
    assert made.username == "both@example.org@harbour"
    with pytest.raises(InvalidInput):
        people.person_create(far_boss, username="x" * 150, password=PASSWORD, role=Role.VIEWER)


def test_nobody_is_made_a_member_by_id(far_boss, both, person, world):
    stranger = person("stranger", Role.VIEWER)
    with pytest.raises(NotFound):
        people.membership_set(far_boss, user_id=stranger.pk, organization_id=world.foreign.id, role=Role.VIEWER)


def test_a_new_address_in_admin_is_an_unproven_one(both, super_admin, world):
    browser = Client()
    sign_in(browser, "root")
    url = f"/admin/accounts/user/{both.pk}/change/"
    form = {"username": both.username, "display_name": "", "home_organization": str(world.organization.pk)}
    inline = {f"memberships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    inline["memberships-TOTAL_FORMS"] = inline["memberships-INITIAL_FORMS"] = 0
    saved = browser.post(url, form | inline | {"email": "new@example.org"})
    assert saved.status_code == 302, saved.content.decode()[-2000:]
    both.refresh_from_db()
    assert (both.email, both.email_proven_at) == ("new@example.org", None)
    assert access_resolve(both, None, organization_id=world.foreign.id).organization_id == world.organization.id
