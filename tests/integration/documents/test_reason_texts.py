"""Stored reasons are shown in the reader's language: on pages, over the API, in live progress; errors too."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils import translation

from documents.domain.reasons import APPROVED_AUTOMATICALLY, TYPE_UNKNOWN
from documents.domain.refusals import NOTHING_FAILED
from documents.models import Document, StepRun
from idp_project.core.errors import Conflict
from idp_project.core.files.errors import MESSAGES, SandboxCode
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, redis, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])

GERMAN = {
    MESSAGES[SandboxCode.NOT_A_DOCUMENT].template: "Das ist kein Dokument.",
    TYPE_UNKNOWN.template: "Die Art ist unbekannt.",
    NOTHING_FAILED.template: "Hier ist nichts gescheitert.",
}


@pytest.fixture
def german(monkeypatch, settings):
    """German with the few sentences above, however much of the real catalogue there is."""
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    with translation.override("de"):
        catalog = translation.trans_real._active.value  # type: ignore[attr-defined]
    plain = catalog.gettext
    monkeypatch.setattr(catalog, "gettext", lambda text: GERMAN.get(text) or plain(text))
    return translation.override("de")


def test_row_of_a_failed_document_is_data(cast, drain, german):
    outcome = Outcome(submit(cast, files.not_a_document()))
    document = outcome.document()
    with organization_scope(cast.organization.id):
        row = Document.objects.filter(id=document.id).values("error_code", "error").get()
        step = StepRun.objects.get(unit_id=document.id, step="upload")
    assert row["error"] == step.reason == MESSAGES[SandboxCode.NOT_A_DOCUMENT]()
    with german:
        assert (document.error_message, step.reason.text) == ("Das ist kein Dokument.",) * 2
    assert document.error_message.startswith("This is no document")


def test_live_progress_is_data_until_it_is_read(cast, drain, settings, german):
    outcome = Outcome(submit(cast, files.not_a_document()))
    drain()
    key = f"{settings.REDIS_PREFIX}:batch:{outcome.batch.id}"
    (stored,) = (json.loads(row) for row in redis().hgetall(key).values())
    assert stored["error"] == {"code": "not_a_document", "reason": {"code": "not_a_document", "params": {}}}
    assert "This is no document" not in json.dumps(stored)
    with german:
        (shown,) = outcome.state()["documents"]
    assert shown["error"]["message"] == shown["steps"][0]["reason"] == "Das ist kein Dokument."
    assert shown["error"]["reason_data"] == {"code": "not_a_document", "params": {}, "text": "Das ist kein Dokument."}


def test_api_gives_code_parameters_and_text(cast, drain):
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    browser = cast.browser(cast.owner)
    answer = browser.get(reverse("api-document", args=[outcome.document().id])).json()
    assert (answer["error_message"], answer["error_data"]) == ("", None)
    (part,) = answer["sub_documents"]
    assert part["reasons"] == [reason["text"] for reason in part["reasons_data"]]
    assert part["reasons_data"][0] == TYPE_UNKNOWN().shown()


def test_error_has_its_code_and_parameters(cast, german):
    error = Conflict(NOTHING_FAILED(), code="nothing_failed")
    expected = {"code": "nothing_failed", "is_retryable": False, "reason": {"code": "nothing_failed", "params": {}}}
    assert error.as_dict() == expected | {"message": "Nothing has failed here."}
    with german:
        assert error.as_dict() == expected | {"message": "Hier ist nichts gescheitert."}
    assert str(error) == "Nothing has failed here.", "logs are in the source language"


def test_step_without_a_reason_shows_no_word(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    page = cast.browser(cast.owner).get(reverse("documents:document_detail", args=[outcome.document().id]))
    shown = page.content.decode()
    assert APPROVED_AUTOMATICALLY().text in shown and "<td>None" not in shown
