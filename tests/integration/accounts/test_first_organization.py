"""From a fresh real installation to the first person who can work in it: what a super admin finds."""

from django.test import Client

from accounts.models import Organization, User
from accounts.services.people import people
from tests.integration.accounts.conftest import CONSOLE, PASSWORD


def test_super_admin_without_organisation_is_told_to_make_one(db):
    """The first page of a fresh installation."""
    people.user_create(CONSOLE, username="chief", password=PASSWORD, is_super_admin=True)
    browser = Client()
    browser.post("/login/", {"username": "chief", "password": PASSWORD})
    page = browser.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 403 and "/admin/accounts/organization/add/" in page.content.decode()
    answer = browser.get("/", headers={"Accept": "application/json", "Sec-Fetch-Mode": "cors"})
    assert answer.json()["code"] == "no_organization"


def test_super_admin_makes_first_organisation_and_its_people(db):
    people.user_create(CONSOLE, username="chief", password=PASSWORD, is_super_admin=True)
    browser = Client()
    browser.post("/login/", {"username": "chief", "password": PASSWORD})
    teams = {"teams-TOTAL_FORMS": "0", "teams-INITIAL_FORMS": "0"}
    browser.post("/admin/accounts/organization/add/", {"name": "Town hall", "slug": "town-hall", **teams})
    home = Organization.objects.get(slug="town-hall")
    person = {"username": "anna", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    memberships = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    browser.post("/admin/accounts/user/add/", person | memberships)
    anna = User.objects.get(username="anna")
    role = {"user": anna.pk, "organization": home.pk, "role": "org_admin", "may_download": "on"}
    browser.post("/admin/accounts/membership/add/", role)
    mine = Client()
    mine.post("/login/", {"username": "anna", "password": PASSWORD})
    assert mine.get("/organization/people/").status_code == 200
