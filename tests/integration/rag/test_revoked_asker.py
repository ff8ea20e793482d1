"""C3 for questions: an answer on its way says nothing more once its asker may not hear it."""

import pytest

from accounts.services.people import people
from accounts.services.sign_in import revocation
from rag.services import asking
from rag.services.asking import question_ask
from tests.factories.cast import CONSOLE

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "What is the annual fee for the garden plot?"


def revoke(cast, change):
    person = cast.viewer
    if change == "deactivated":
        people.user_deactivate(CONSOLE, person.pk)
    elif change == "removed":
        people.membership_remove(CONSOLE, person.memberships.get().pk)
    elif change == "signed out everywhere":
        revocation.credentials_revoke_all(person.pk, reason="revoked")


@pytest.mark.parametrize("change", ["nothing", "deactivated", "removed", "signed out everywhere"])
def test_an_answer_on_its_way_stops(cast, bag_of_words, indexed, monkeypatch, change):
    monkeypatch.setattr(asking, "_LOOKED_AT_EVERY", 0.0)
    indexed(cast.organization, cast.team, ["The annual fee for the garden plot is 40 euros, payable in March."])
    events = question_ask(cast.session_access(cast.viewer), QUESTION)
    assert next(events)["type"] == "question"
    revoke(cast, change)
    kinds = [event["type"] for event in events]
    assert kinds == (["statement", "answer"] if change == "nothing" else ["error"])
