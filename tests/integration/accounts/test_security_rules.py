"""What an organisation requires holds for those who sign in, and at once for those who are signed in."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.domain.security import SecurityRules
from accounts.models import AuditEntry, Membership, SignInSession
from accounts.selectors.access import access_resolve, session_get_live
from accounts.services.people import invitations
from accounts.services.people import people as people_services
from accounts.services.settings import security
from accounts.services.sign_in import sessions as sessions_services
from idp_project.core.errors import Conflict, InvalidInput, NotSignedIn
from idp_project.core.tenancy import organization_scope, system_scope
from tests.integration.accounts.conftest import PASSWORD, sign_in

URL = "/organization/security/"


@pytest.fixture
def access(person):
    return access_resolve(person("olga", Role.ORG_ADMIN), None)


@pytest.fixture
def require(access, world):
    def require(**rules):
        with organization_scope(world.organization.id):
            security.security_rules_set(access, SecurityRules(**rules))

    return require


def test_sessions_are_as_short_as_the_organization_asks(require, operator, world):
    open_before = sessions_services.sign_in(operator).session
    require(session_hours=2)
    fresh = sessions_services.sign_in(operator).session
    assert fresh.expires_at - fresh.created_at < timedelta(hours=2, minutes=1)
    open_before.refresh_from_db()
    assert open_before.expires_at - open_before.created_at <= timedelta(hours=2)
    require(session_hours=None)
    open_before.refresh_from_db()
    assert open_before.expires_at - open_before.created_at <= timedelta(hours=2), "no session becomes longer"


def test_idle_people_are_signed_out_and_active_ones_are_not(require, operator):
    earlier = sessions_services.sign_in(operator)
    require(idle_minutes=10)
    earlier.session.refresh_from_db()
    assert earlier.session.idle_until - timezone.now() < timedelta(minutes=10)
    sessions = SignInSession.objects.filter(pk=earlier.session.pk)

    def idle_since(minutes):
        sessions.update(idle_until=timezone.now() + timedelta(minutes=10 - minutes))

    idle_since(9)
    second = sessions_services.session_refresh(earlier.session.pk, earlier.jti, is_active=False)
    assert sessions.get().idle_until - timezone.now() < timedelta(minutes=2), "a page that keeps itself fresh is idle"
    third = sessions_services.session_refresh(earlier.session.pk, second.jti, is_active=True)
    assert sessions.get().idle_until - timezone.now() > timedelta(minutes=9)
    idle_since(11)
    assert session_get_live(earlier.session.pk) is None and sessions.get().state == "expired"
    with pytest.raises(NotSignedIn):
        sessions_services.session_refresh(earlier.session.pk, third.jti)
    require()
    assert sessions_services.sign_in(operator).session.idle_until is None


def test_the_browser_says_whether_somebody_is_there(require, tab):
    require(idle_minutes=10)
    soon = timezone.now() + timedelta(minutes=3)
    for active, is_longer in (("0", False), ("1", True)):
        SignInSession.objects.filter(idle_minutes=10).update(idle_until=soon)
        script = {"HTTP_ACCEPT": "application/json", "HTTP_X_IDP_ACTIVE": active}
        assert tab.post("/session/refresh/", **script).status_code == 200
        assert (SignInSession.objects.get(user__username="ada").idle_until > soon) == is_longer


def test_newly_required_second_factor_ends_weaker_sessions(require, operator, access, tab, world):
    with pytest.raises(Conflict) as refused:
        require(is_second_factor_required=True)
    assert refused.value.code == "own_second_factor" and tab.get("/batches/").status_code == 200
    Authenticator.objects.create(user_id=access.user_id, type=Authenticator.Type.TOTP, data={})
    strong = sessions_services.sign_in(operator, has_second_factor=True).session
    require(is_second_factor_required=True)
    assert tab.get("/batches/", HTTP_ACCEPT="application/json").status_code == 401
    assert session_get_live(strong.pk) is not None
    with pytest.raises(sessions_services.EnrollmentNeeded):
        sessions_services.sign_in(operator)


def test_only_people_of_the_named_domains_are_asked_in(require, access, world):
    require(email_domains=("town.example",))
    who = {"organization_id": world.organization.id, "role": Role.VIEWER}
    with pytest.raises(InvalidInput) as refused:
        invitations.invitation_create(access, email="a@elsewhere.example", **who)
    assert refused.value.code == "email_domain"
    with pytest.raises(InvalidInput):
        people_services.person_create(
            access, username="new", password=PASSWORD, role=Role.VIEWER, email="a@elsewhere.example"
        )
    assert invitations.invitation_create(access, email="a@town.example", **who).invitation.pk


def test_limits_out_of_bounds_are_refused(require):
    for rules in ({"session_hours": 0}, {"session_hours": 13}, {"idle_minutes": 4}, {"idle_minutes": 721}):
        with pytest.raises(InvalidInput):
            require(**rules)


def test_the_page_saves_and_says_what_is_wrong(access, world):
    client = Client()
    sign_in(client, "olga")
    page = client.get(URL).content.decode()
    assert "1 person has no second factor" in page
    wrong = client.post(URL, {"session_hours": 99, "email_domains": "not a domain"})
    assert wrong.status_code == 400 and "is no e-mail domain" in wrong.content.decode()
    saved = client.post(URL, {"session_hours": 8, "idle_minutes": 30, "email_domains": "Town.example"})
    assert saved.status_code == 302
    world.organization.refresh_from_db()
    found = (world.organization.session_hours, world.organization.idle_minutes, world.organization.email_domains)
    assert found == (8, 30, ["town.example"])
    with system_scope("test"):
        details = AuditEntry.objects.get(action="security_rules_set").details
    assert details["idle_minutes"] == {"before": None, "after": 30}


def test_people_are_invited_from_the_page_and_taken_back(access, world, settings):
    client = Client()
    sign_in(client, "olga")
    url = reverse("accounts:organization_person_invite")
    sent = client.post(url, {"email": "new@town.example", "role": "operator", "team": world.team.id})
    assert sent.status_code == 302
    people = client.get("/organization/people/")
    [invitation] = people.context["invitations"]
    assert (invitation.email, invitation.may_download, invitation.team_id) == ("new@town.example", False, world.team.id)
    assert client.post(url, {"email": "nonsense", "role": "operator"}).status_code == 400
    taken = client.post(reverse("accounts:organization_invitation_revoke", args=[invitation.id]))
    assert taken.status_code == 302
    assert "Open invitations" not in client.get("/organization/people/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    unsent = client.post(url, {"email": "new@town.example", "role": "viewer", "may_download": "on"})
    said = unsent.content.decode()
    assert unsent.status_code == 200 and "Ask a super admin for the link" in said and "/invitation/#" not in said
    assert not Membership.objects.filter(user__email="new@town.example").exists()
