"""Queues, quarantine and dead letters: what managers see there, and that every button does what it says."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from documents.domain.reasons import WAITS_FOR_DEAD, WAITS_FOR_EARLIER
from documents.models import Delivery, Document, Event, Run, StepRun
from documents.models.approval import DeliveryStatus
from documents.selectors import scripts
from documents.services.approving.approval import sub_document_withdraw
from idp_project.core.errors import PermanentFailure
from idp_project.core.tenancy import organization_scope
from pdb_sync.relay import events_relay_due
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, queues, reconcile_and_drain, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


@pytest.fixture
def manager(cast, servers):
    cast.publish("invoice")
    drain()
    return cast.browser(cast.reviewer)


def quarantined(cast, step="page_split"):
    """A document whose step has lost its last worker."""
    outcome = Outcome(submit(cast, files.sample()))
    with organization_scope(cast.organization.id):
        StepRun.objects.filter(unit_id=outcome.document().id, step=step).update(
            status="running", crash_count=1, lease_until=timezone.now() - timedelta(seconds=1)
        )
    drain()
    assert outcome.document().status == "quarantined"
    return outcome


def post(browser, name, *arguments, **data):
    return browser.post(reverse(f"documents:{name}", args=arguments), data)


def test_quarantine_shows_the_reason_and_one_step_is_tried_again(cast, manager):
    outcome = quarantined(cast)
    page = manager.get(reverse("documents:quarantine")).content.decode()
    assert "needs a person" in page and "invoice-0014-digital.pdf" in page and "2 crashes" in page
    document_id = outcome.document().id
    ways_out = {name: reverse(f"documents:{name}", args=[document_id]) for name in ("original", "document_delete")}
    assert all(address in page for address in ways_out.values()), "download and delete"
    rows = manager.get(reverse("api-quarantine")).json()
    assert [(row["step"], row["error_code"], row["crash_count"]) for row in rows] == [("page_split", "worker_lost", 2)]
    assert rows == manager.get(reverse("api-quarantine") + "?status=quarantined").json()
    assert manager.get(reverse("api-quarantine") + "?status=failed").json() == []
    assert cast.browser(cast.outsider).get(reverse("api-quarantine")).json() == []
    assert post(manager, "step_run_retry", rows[0]["id"]).status_code == 302
    drain()
    assert outcome.document().status == "completed"
    assert manager.get(reverse("api-quarantine")).json() == []


def test_one_page_step_is_tried_again_and_no_sibling(cast, manager):
    outcome = Outcome(submit(cast, files.tiff(broken_page=2)))
    drain()
    document = outcome.document()
    first, broken, third = [page_id for page_id, _ in outcome.pages(document)]
    failed = next(run for run in outcome.steps(broken).values() if run.status == "failed")
    before = outcome.steps(first)
    post(manager, "step_run_retry", failed.id)
    drain()
    after = outcome.steps(broken)[failed.step]
    assert (after.status, after.attempt) == ("failed", 1) and after.finished_at > failed.finished_at
    assert {name: run.finished_at for name, run in outcome.steps(first).items()} == {
        name: run.finished_at for name, run in before.items()
    }
    assert {run.status for run in outcome.steps(third).values()} == {"succeeded"}


def test_the_only_page_is_tried_again_and_the_document_goes_on(cast, manager):
    """Its failure made the cutting into sub-documents fail too, which is no earlier step."""

    def refuse(context):
        raise PermanentFailure("Unreadable today.", code="ocr_unavailable")

    outcome = Outcome(submit(cast, files.sample()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("extraction.page_steps.read_text._read", refuse)
        drain()
    failed = {row["step"]: row["id"] for row in manager.get(reverse("api-quarantine")).json()}
    assert set(failed) == {"read_text", "subdocument_detection"}
    assert post(manager, "step_run_retry", failed["read_text"]).status_code == 302
    drain()
    assert outcome.document().status == "completed" and manager.get(reverse("api-quarantine")).json() == []


def test_what_came_to_nothing_is_deleted_with_its_file(cast, manager):
    outcome = quarantined(cast)
    document = outcome.document()
    name = document.source_file.storage_name
    assert default_storage.exists(name)
    assert post(cast.browser(cast.owner), "document_delete", document.id).status_code == 403
    assert post(manager, "document_delete", document.id).status_code == 302
    assert outcome.documents() == [] and not default_storage.exists(name)
    fine = Outcome(submit(cast, files.sample()))
    here = reverse("documents:quarantine")
    refused = post(manager, "document_delete", fine.document().id, next=here)
    assert refused.status_code == 409, "it has not ended"
    assert "That was not done" in refused.content.decode() and f'href="{here}"' in refused.content.decode()
    away = post(manager, "document_delete", fine.document().id, next="https://elsewhere.example/")
    assert "elsewhere" not in away.content.decode()


def first_delivery_dead(cast, file):
    """A document that is approved and on its way, of which the first delivery is refused."""
    outcome = Outcome(submit(cast, file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pdb_sync.jobs.event_deliver_job", lambda **_: None)
        drain()
    with organization_scope(cast.organization.id):
        event = Event.objects.get(document_sequence=1)
        Event.objects.filter(id=event.id).update(payload={**event.payload, "fields": "nonsense"})
    assert events_relay_due()["dead"] == 1
    return outcome


def refusals(browser, outcome):
    """As the batch page reads them."""
    state = browser.get(reverse("documents:batch_state", args=[outcome.batch.id])).json()
    return [document["refusal"] for document in state["documents"]]


def test_a_dead_letter_is_shown_sent_again_and_at_last_discarded(cast, manager):
    outcome = first_delivery_dead(cast, files.sample())
    (row,) = manager.get(reverse("api-dead-letters")).json()["results"]
    assert row["file_name"] == "invoice-0014-digital.pdf" and row["error_code"]
    page = manager.get(reverse("documents:dead_letters")).content.decode()
    assert row["error_message"] in page and "Production database" in page
    assert refusals(manager, outcome) == [row["error_message"]]
    document_page = manager.get(reverse("documents:document_detail", args=[outcome.document().id])).content.decode()
    assert row["error_message"] in document_page
    ways_out = ("delivery_retry", "delivery_content", "delivery_discard")
    assert all(reverse(f"documents:{name}", args=[row["id"]]) in page for name in ways_out)
    content = manager.get(reverse("documents:delivery_content", args=[row["id"]]))
    assert content.json()["fields"] == "nonsense" and "attachment" in content["Content-Disposition"]
    post(manager, "delivery_retry", row["id"])
    assert refusals(manager, outcome) == [None], "it is no longer refused, whatever comes of it"
    document_page = manager.get(reverse("documents:document_detail", args=[outcome.document().id])).content.decode()
    assert row["error_message"] not in document_page and "Sent again." in document_page
    reconcile_and_drain()
    assert len(manager.get(reverse("api-dead-letters")).json()["results"]) == 1, "as dead as before"
    assert refusals(manager, outcome) == [row["error_message"]]
    assert outcome.document().status == "delivering"
    assert manager.delete(reverse("api-dead-letter", args=[row["id"]])).status_code == 204
    drain()
    assert outcome.document().status == "completed" and not outcome.open_steps()
    with organization_scope(cast.organization.id):
        assert Delivery.objects.get().status == DeliveryStatus.DISCARDED
    assert "discarded by" in outcome.steps(outcome.sub_document().id)["pdb_sync"].reason.text


def test_people_see_and_release_what_waits_behind_a_dead_letter(cast, manager):
    outcome = first_delivery_dead(cast, files.stack("two.pdf", files.sample(), files.sample(seed=9)))
    document = outcome.document()

    def reasons():
        return [outcome.steps(sub_document.id)["pdb_sync"].reason.text for sub_document in sub_documents]

    with organization_scope(cast.organization.id):
        order = Event.objects.order_by("document_sequence").select_related("sub_document")
        sub_documents = [event.sub_document for event in order]
    assert len(sub_documents) == 2
    (row,) = manager.get(reverse("api-dead-letters")).json()["results"]
    assert reasons() == [row["error_message"], WAITS_FOR_DEAD().text]
    assert (
        WAITS_FOR_DEAD().text in manager.get(reverse("documents:document_detail", args=[document.id])).content.decode()
    )
    assert row["waiting"] == 1
    page = manager.get(reverse("documents:dead_letters")).content.decode()
    assert "1 later delivery of this document waits for it" in page
    post(manager, "delivery_retry", row["id"])
    assert reasons()[1] == WAITS_FOR_EARLIER().text
    drain()
    assert reasons()[1] == WAITS_FOR_DEAD().text
    post(manager, "delivery_discard", row["id"])
    assert refusals(manager, outcome) == [None]
    drain()
    assert outcome.document().status == "completed" and not outcome.open_steps()
    assert post(manager, "delivery_discard", row["id"]).status_code == 409


def test_a_stuck_document_is_shown_and_goes_on_by_its_button(cast, manager, settings):
    outcome = Outcome(submit(cast, files.sample()))
    document = outcome.document()
    for queue in queues():
        queue.empty()
    state = manager.get(reverse("api-processing")).json()
    assert state["stuck"] == [] and state["organizations"][0]["at_work"] == 1
    assert {queue["name"] for queue in state["queues"]} == set(settings.QUEUE_NAMES)
    long_ago = timezone.now() - timedelta(seconds=settings.STUCK_SECONDS + 60)
    with organization_scope(cast.organization.id):
        Run.objects.filter(document=document).update(admitted_at=long_ago, next_check_at="2999-01-01T00:00Z")
        StepRun.objects.filter(run__document=document).exclude(started_at=None).update(
            started_at=long_ago, finished_at=long_ago
        )
    (stuck,) = manager.get(reverse("api-processing")).json()["stuck"]
    assert stuck["file_name"] == "invoice-0014-digital.pdf"
    assert "Look again" in manager.get(reverse("documents:processing")).content.decode()
    post(manager, "document_look_again", document.id)
    drain()
    assert outcome.document().status == "completed"


def test_page_sets_pauses_and_cancels_a_batch(cast, manager):
    admin, root = cast.browser(cast.admin), cast.browser(cast.super_admin)
    assert post(manager, "processing_pause", is_paused="yes").status_code == 403
    assert post(admin, "processing_pause", is_paused="yes", reason="Stocktaking").status_code == 302
    assert post(admin, "processing_pause", is_paused="maybe").status_code == 400
    assert post(admin, "processing_pause", queue="cpu", is_paused="yes").status_code == 403
    assert post(root, "processing_pause", queue="cpu", is_paused="yes").status_code == 302
    assert post(root, "processing_pause", queue="no", is_paused="yes").status_code == 400
    state = admin.get(reverse("api-processing")).json()
    assert [row["is_paused"] for row in state["organizations"]] == [True]
    assert [queue["name"] for queue in state["queues"] if queue["is_paused"]] == ["cpu"]
    assert "what is approved is still delivered" in admin.get(reverse("documents:processing")).content.decode()
    batch = submit(cast, files.sample())
    post(admin, "processing_pause", is_paused="no")
    post(root, "processing_pause", queue="cpu", is_paused="no")
    assert post(manager, "batch_prioritize", batch.id, priority="1").status_code == 302
    assert post(manager, "batch_cancel", batch.id, next="https://elsewhere.example/").headers["Location"] == (
        reverse("documents:batch_detail", args=[batch.id])
    )
    assert set(Outcome(batch).statuses().values()) == {"cancelled"}
    with organization_scope(cast.organization.id):
        assert Document.objects.get().batch.priority == 1


def test_a_batch_says_that_a_pause_holds_it_and_is_not_stuck(cast, manager, settings):
    settings.STUCK_SECONDS = 0
    admin, root = cast.browser(cast.admin), cast.browser(cast.super_admin)
    outcome = Outcome(submit(cast, files.sample()))

    def shown():
        state = manager.get(reverse("documents:batch_state", args=[outcome.batch.id])).json()["batch"]["paused"]
        page = manager.get(reverse("documents:batch_list")).content.decode()
        stuck = manager.get(reverse("api-processing")).json()["stuck"]
        return state and state["reason"], "Paused since" in page, bool(stuck)

    assert shown() == (None, False, True)
    post(root, "processing_pause", queue="llm-local", is_paused="yes")
    assert shown() == (None, False, True), "it holds no document"
    post(root, "processing_pause", queue="cpu", is_paused="yes", reason="New disks")
    assert shown() == ("New disks", True, False)
    post(admin, "processing_pause", is_paused="yes", reason="Stocktaking")
    assert shown() == ("Stocktaking", True, False)
    for queue in ("cpu", "llm-local", ""):
        post(root if queue else admin, "processing_pause", queue=queue, is_paused="no")
    assert shown() == (None, False, True)


def test_age_of_the_outbox_is_shown_by_consumer_and_monitored(cast, manager):
    assert manager.get("/health/").json()["oldest_delivery_seconds"] == 0
    outcome = Outcome(submit(cast, files.sample()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pdb_sync.jobs.event_deliver_job", lambda **_: None)
        drain()
    with organization_scope(cast.organization.id):
        sub_document_withdraw(outcome.sub_document().id, approver_name="Ada")
        Delivery.objects.filter(consumer="rag").update(created_at=timezone.now() - timedelta(seconds=90))
        Delivery.objects.filter(consumer="pdb_sync").update(created_at=timezone.now() - timedelta(seconds=300))
    deliveries = manager.get(reverse("api-processing")).json()["deliveries"]
    assert [(row["consumer"], row["count"]) for row in deliveries["consumers"]] == [("pdb_sync", 2), ("rag", 1)]
    assert deliveries["count"] == 2 and 300 <= deliveries["oldest_seconds"] < 400
    assert 300 <= manager.get("/health/").json()["oldest_delivery_seconds"] < 400
    page = manager.get(reverse("documents:processing")).content.decode()
    assert "production database, the oldest for 5" in page and "search index, the oldest for 1" in page
    reconcile_and_drain()
    assert manager.get("/health/").json()["oldest_delivery_seconds"] == 0
    assert manager.get(reverse("api-processing")).json()["deliveries"]["consumers"] == []


def test_processing_page_says_which_scripts_are_read_here(manager, tmp_path, monkeypatch):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    scripts._scripts_here.cache_clear()
    page = manager.get(reverse("documents:processing")).content.decode()
    scripts._scripts_here.cache_clear()
    assert "Read from pictures on this machine: Latin, Chinese and Japanese." in page
    assert "go to a person: Cyrillic, Greek, Arabic" in page and "make languages" in page
