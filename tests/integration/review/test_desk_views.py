"""The queue and the desk over HTTP: claiming, correcting by words, deciding, going on."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from tests.factories import files
from tests.factories.pipeline import submit
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = in_review

PLACE = {"page": 1, "polygon": [0.1, 0.1, 0.3, 0.1, 0.3, 0.12, 0.1, 0.12], "span": [0, 6]}


@pytest.fixture
def desk(cast, outcome):
    return open_desk(cast.browser(cast.owner), outcome)


class Desk:
    """An open desk in one browser."""

    def __init__(self, client, answer):
        self.client, self.answer = client, answer
        self.data = answer.context["desk"]
        self.urls = self.data["urls"]

    def field(self, name):
        return next(field for field in self.data["fields"] if field["name"] == name)

    def cell(self, column, row=0):
        (table,) = self.answer.context["tables"]["tables"]
        names = [one["name"] for one in table["columns"]]
        return table["rows"][table["order"][row]][names.index(column)]

    def post(self, url, data=None):
        accepted = {"Accept": "application/json"}
        return self.client.post(url, json.dumps(data or {}), content_type="application/json", headers=accepted)

    def correct(self, name, text, place=None):
        url = self.urls["correct"].replace(self.data["placeholder"], self.field(name)["id"])
        return self.post(url, {"text": text, "place": place})


def open_desk(client, outcome):
    answer = client.get(reverse("review:of_document", args=[outcome.document().id]), follow=True)
    assert answer.status_code == 200
    return Desk(client, answer)


def test_the_queue_says_what_waits_why_and_who_holds_it(cast, desk):
    address = reverse("review:queue")
    (row,) = cast.browser(cast.teammate).get(address).context["tasks"]
    assert row["reasons"] and not row["holder"]
    desk.post(desk.urls["claim"])
    (row,) = cast.browser(cast.teammate).get(address).context["tasks"]
    assert row["holder"] == str(cast.owner) and not row["is_mine"]
    (mine,) = desk.client.get(address).context["tasks"]
    assert mine["is_mine"]
    assert not cast.browser(cast.outsider).get(address).context["tasks"]


def test_opening_claims_nothing_and_no_task_has_two_holders(cast, outcome, desk):
    other = open_desk(cast.browser(cast.teammate), outcome)
    assert desk.post(desk.urls["claim"]).json()["held_until"]
    refused = other.post(other.urls["claim"])
    assert (refused.status_code, refused.json()["code"]) == (409, "claimed_by_other")
    assert str(cast.owner) in refused.json()["message"]
    assert other.correct("seller_name", "Somebody Ltd").status_code == 409
    desk.post(desk.urls["release"])
    assert other.post(other.urls["claim"]).status_code == 200


def test_a_viewer_reads_the_desk_and_changes_nothing(cast, outcome):
    desk = open_desk(cast.browser(cast.viewer), outcome)
    assert desk.data["can_review"] is False
    answers = [desk.post(desk.urls["claim"]), desk.correct("seller_name", "X"), desk.post(desk.urls["decide"])]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_words_become_the_value_or_a_value_is_confirmed(cast, outcome, desk):
    fresh = desk.correct("seller_name", "Gullhaven Engineering plc", PLACE).json()["field"]
    assert (fresh["text"], fresh["state"], fresh["reasons"]) == ("Gullhaven Engineering plc", "person", [])
    assert (fresh["page"], fresh["polygon"], fresh["span"]) == (1, PLACE["polygon"], PLACE["span"])
    assert fresh["corrected_by"] == str(cast.owner)
    again = open_desk(desk.client, outcome).field("seller_name")
    assert (again["text"], again["polygon"]) == ("Gullhaven Engineering plc", PLACE["polygon"])
    total = desk.field("total_amount")
    assert total["state"] in {"failed", "needs"}
    fresh = desk.correct("total_amount", total["text"]).json()["field"]
    assert (fresh["state"], fresh["text"], fresh["polygon"]) == ("failed", total["text"], total["polygon"])
    assert fresh["was_touched"], "confirmed as printed, and the check still fails"


def test_wrong_place_or_date_is_refused_and_old_value_stays(outcome, desk):
    old = desk.field("invoice_date")["text"]
    no_places = [
        {"page": 1, "polygon": [0.1, 0.1, 7, 0.1, 0.3, 0.2], "span": None},
        {"page": "one", "polygon": None},
        {"polygon": [0.1, 0.1, 0.2, 0.1, 0.2, 0.2]},
        "somewhere",
        [1],
    ]
    for place in no_places:
        answer = desk.correct("invoice_date", "2026-01-01", place)
        assert answer.status_code == 400 and answer.json()["message"], place
    answer = desk.correct("invoice_date", "the day before")
    assert (answer.status_code, answer.json()["code"]) == (400, "not_of_type")
    assert open_desk(desk.client, outcome).field("invoice_date")["text"] == old


def test_a_rejection_needs_a_reason_and_leads_on(desk, outcome, drain):
    refused = desk.post(desk.urls["decide"], {"decision": "reject"})
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_missing")
    decided = desk.post(desk.urls["decide"], {"decision": "reject", "reason": "Not ours."})
    assert decided.json()["next"] == reverse("review:queue")
    drain()
    assert outcome.sub_document().status == "rejected"
    assert desk.client.get(reverse("review:of_document", args=[outcome.document().id])).status_code == 404


def test_skipping_leads_to_the_next_best_task_and_counts(cast, outcome, desk, drain):
    submit(cast, files.sample(seed=9, flaw="wrong_total"))
    drain()
    assert desk.client.get(reverse("review:count")).content == b"2"
    onward = desk.client.get(desk.urls["skip"])
    assert (
        onward.status_code == 302
        and onward.url.startswith("/review/")
        and onward.url != desk.answer.request["PATH_INFO"]
    )
    assert desk.client.get(onward.url).status_code == 200
    assert cast.browser(cast.viewer).get(reverse("review:count")).content == b""
