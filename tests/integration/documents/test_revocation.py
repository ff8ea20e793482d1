"""C3 and C8: every way to a document closes with the next request, and an image token opens one image only."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.roles import Role
from accounts.selectors.access import access_current
from accounts.services.people import people
from accounts.services.sign_in import api_keys, revocation, sessions, tickets
from accounts.tokens import ACCESS, REFRESH, cookie_name, token_pair
from documents.consumers import _admit
from idp_project.core.errors import NotFound, NotSignedIn
from tests.factories.cast import CONSOLE
from tests.factories.scenes import delivered

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = delivered


class Person:
    """Somebody with every credential there is: cookie, bearer and refresh token, key, image address, socket ticket."""

    def __init__(self, cast, name, outcome):
        self.user = cast._person(name, Role.OPERATOR, cast.team)
        self.cast, self.page = cast, outcome.pages(outcome.document())[0][0]
        self.document, self.batch = outcome.document().id, outcome.batch.id
        self.grant = sessions.sign_in(self.user)
        self.pair, self.access = token_pair(self.grant), access_current(self.grant.session.pk)
        self.key = api_keys.api_key_create(self.access, name="k", scopes=["view_documents"], days=1)[1]
        self.image = image_address(self.access, self.page)
        self.ticket = tickets.socket_ticket_issue(self.access)

    def browser(self):
        client = Client()
        client.cookies[cookie_name(ACCESS)] = self.pair.access
        client.cookies[cookie_name(REFRESH)] = self.pair.refresh
        return client

    def bearer(self, text):
        headers = {"Authorization": f"Bearer {text}"}
        return Client().get(reverse("api-document", args=[self.document]), headers=headers).status_code

    def ways(self) -> dict[str, int]:
        """The status of every way but those that use something up."""
        return {
            "page": self.browser().get(reverse("documents:document_detail", args=[self.document])).status_code,
            "rest by cookie": self.browser().get(reverse("api-document", args=[self.document])).status_code,
            "rest by token": self.bearer(self.pair.access),
            "rest by key": self.bearer(self.key),
            "image": self.browser().get(self.image).status_code,
        }

    def redeems(self) -> bool:
        """Whether the ticket still opens the batch's socket."""
        try:
            _admit(self.ticket, self.batch)
        except (NotSignedIn, NotFound):
            return False
        return True

    def refreshes(self) -> int:
        body = json.dumps({"refresh": self.pair.refresh})
        return Client().post("/api/v1/token/refresh/", body, content_type="application/json").status_code


def image_address(access, page, variant="view"):
    path = reverse("documents:page_image", args=[page, variant])
    return f"{path}?token={tickets.image_token_issue(access, page, variant)}"


def test_revocation_closes_every_way_at_the_next_request(cast, outcome, record_property):
    changes = {
        "deactivated": (lambda person: people.user_deactivate(CONSOLE, person.user.pk), {401, 302}, False),
        "removed": (
            lambda person: people.membership_remove(CONSOLE, person.user.memberships.get().pk),
            {401, 302},
            False,
        ),
        "moved": (_move, {401, 404}, True),
        "signed out": (lambda person: revocation.sign_out_everywhere(person.access), {401, 302}, False),
    }
    tried = 0
    for name, (change, statuses, may_refresh) in changes.items():
        person = Person(cast, name.replace(" ", ""), outcome)
        assert set(person.ways().values()) == {200}, name
        change(person)
        after = person.ways()
        assert set(after.values()) <= statuses, (name, after)
        assert not person.redeems(), name
        assert (person.refreshes() == 200) == may_refresh, name
        tried += len(after) + 2
    record_property("figures", f"C3: {tried} ways after {len(changes)} kinds of revocation, closed at the next request")


def _move(person):
    """To another team of the organisation: signed in still, but this document is not theirs any more."""
    people.membership_remove(CONSOLE, person.user.memberships.get().pk)
    place = {"organization_id": person.cast.organization.id, "team_id": person.cast.other_team.id}
    people.membership_set(CONSOLE, user_id=person.user.pk, role=Role.OPERATOR, **place)


def test_a_demotion_holds_for_cookie_token_and_key(cast, outcome):
    person = Person(cast, "demoted", outcome)
    key = api_keys.api_key_create(person.access, name="u", scopes=["view_documents", "upload_documents"], days=1)[1]

    def statuses():
        found = []
        for credential in (person.pair.access, key):
            body = {"team_id": str(cast.team.id), "files": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
            headers = {"Authorization": f"Bearer {credential}"}
            found.append(Client().post(reverse("api-batches"), body, headers=headers).status_code)
        return found

    assert statuses() == [201, 201]
    place = {"organization_id": cast.organization.id, "team_id": cast.team.id}
    people.membership_set(CONSOLE, user_id=person.user.pk, role=Role.VIEWER, **place)
    assert statuses() == [403, 403]


def test_image_token_opens_one_image_in_one_session_for_a_minute(cast, outcome, monkeypatch, record_property):
    pages = [page_id for page_id, _ in outcome.pages(outcome.document())]
    person, other = Person(cast, "looker", outcome), Person(cast, "other", outcome)
    token = person.image.partition("=")[2]
    browser = person.browser()
    same_user = sessions.sign_in(person.user)
    second_device = Client()
    second_device.cookies[cookie_name(ACCESS)] = token_pair(same_user).access
    refused = {
        "another page": browser.get(reverse("documents:page_image", args=[uuid4(), "view"]) + f"?token={token}"),
        "another variant": browser.get(person.image.replace("/view/", "/original/")),
        "another user": other.browser().get(person.image),
        "another session": second_device.get(person.image),
        "nobody": Client().get(person.image),
        "as bearer": Client().get(reverse("api-documents"), headers={"Authorization": f"Bearer {token}"}),
        "no token": browser.get(person.image.partition("?")[0]),
        "a longer life": browser.get(person.image.replace(token, f"9999999999.{token.partition('.')[2]}")),
    }
    if len(pages) > 1:
        refused["a page of the same document"] = browser.get(person.image.replace(str(pages[0]), str(pages[1])))
    with pytest.raises(NotSignedIn):
        tickets.socket_ticket_redeem(token)
    assert browser.get(person.image).status_code == 200
    later = timezone.now() + timedelta(seconds=61)
    with monkeypatch.context() as patch:
        patch.setattr("accounts.services.sign_in.tickets.timezone.now", lambda: later)
        refused["a minute later"] = browser.get(person.image)
    sessions.sign_out(person.access)
    refused["signed out"] = browser.get(person.image)
    found = {name: answer.status_code for name, answer in refused.items()}
    assert set(found.values()) <= {302, 401, 403, 404}, found
    record_property("figures", f"C8: {len(found) + 1} ways to misuse an image token, 0 accepted")
