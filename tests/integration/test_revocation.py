"""C3: deactivated, removed or demoted holds at the next request, whatever was handed out before."""

from __future__ import annotations

import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.domain.roles import Role
from accounts.services.people import people
from accounts.services.sign_in import revocation, sessions
from accounts.tokens import ACCESS, REFRESH, cookie_name, token_pair
from documents.models import Page
from idp_project.core.tenancy import organization_scope
from tests.factories.cast import CONSOLE
from tests.factories.reading import read_document

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "The annual fee for the garden plot is 40 euros. " * 3


class Visit:
    """A person in the middle of everything: a browser, a token pair, an image address."""

    def __init__(self, cast, person):
        self.document = read_document(cast.organization, cast.team, [TEXT])
        with organization_scope(cast.organization.id):
            self.page = self.document.pages.get()
            name = default_storage.save("revocation.jpg", ContentFile(b"\xff\xd8picture"))
            Page.objects.filter(id=self.page.id).update(image_name=name)
        self.grant = sessions.sign_in(person)
        self.pair = token_pair(self.grant)
        self.browser = Client(headers={"Accept": "application/json"})
        self.browser.cookies[cookie_name(ACCESS)] = self.pair.access
        self.browser.cookies[cookie_name(REFRESH)] = self.pair.refresh
        sent = self.browser.post(
            reverse("documents:image_tokens"),
            json.dumps({"pages": [str(self.page.id)]}),
            content_type="application/json",
        )
        self.image_url = sent.json()["tokens"][str(self.page.id)]

    def rest(self):
        return self.browser.get(reverse("api-document", args=[self.document.id])).status_code

    def bearer(self):
        headers = {"Authorization": f"Bearer {self.pair.access}"}
        return Client().get(reverse("api-document", args=[self.document.id]), headers=headers).status_code

    def refresh(self):
        return self.browser.post(reverse("accounts:refresh")).status_code

    def image(self):
        return self.browser.get(self.image_url).status_code

    def everything(self):
        return {"rest": self.rest(), "bearer": self.bearer(), "image": self.image(), "refresh": self.refresh()}


def deactivate(cast, person):
    people.user_deactivate(CONSOLE, person.pk)


def remove(cast, person):
    people.membership_remove(CONSOLE, person.memberships.get().pk)


def revoke_session(cast, person):
    revocation.credentials_revoke_all(person.pk, reason="revoked")


@pytest.mark.parametrize("change", [deactivate, remove, revoke_session], ids=lambda change: change.__name__)
def test_nothing_that_was_handed_out_works_any_more(cast, change):
    visit = Visit(cast, cast.owner)
    assert visit.everything() == {"rest": 200, "bearer": 200, "image": 200, "refresh": 200}
    change(cast, cast.owner)
    assert visit.everything() == {"rest": 401, "bearer": 401, "image": 401, "refresh": 401}


def test_a_demotion_holds_at_the_next_request(cast):
    visit = Visit(cast, cast.owner)
    upload = {"team": str(cast.team.id), "files": ContentFile(b"x", name="a.txt")}
    url = reverse("documents:batch_submit")
    assert visit.browser.post(url, upload).status_code != 403
    people.membership_set(
        CONSOLE,
        user_id=cast.owner.id,
        organization_id=cast.organization.id,
        team_id=cast.team.id,
        role=Role.VIEWER,
        may_download=False,
    )
    upload["files"] = ContentFile(b"x", name="a.txt")
    assert visit.browser.post(url, upload).status_code == 403
    assert visit.browser.get(reverse("documents:original", args=[visit.document.id])).status_code == 403
    assert visit.rest() == 200, "looking is left"
