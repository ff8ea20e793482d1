"""A file's whole way: upload, pages, sub-documents, person or machine, production database."""

import json

import pytest
from django.urls import reverse

from documents import progress
from documents.domain.pipeline import PIPELINE, PageStepName, StepName
from documents.models import Delivery, StepRun
from documents.models.run import UnitKind
from documents.progress import batch_state_live
from documents.selectors.state import shown_row
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.models import PdbRecord
from review.models import Correction, ReviewTask
from review.services.tasks import field_value_correct, review_task_decide, task_claim
from tests.factories import files
from tests.factories.desk import PRINTED_SO
from tests.factories.pipeline import Outcome, redis, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
HUMAN = {"review_queue", "human_review"}


def records(batch):
    with system_scope("test", using="pdb"):
        return list(PdbRecord.objects.filter(batch_id=batch.id))


def the_task(outcome):
    with organization_scope(outcome.batch.organization_id):
        return ReviewTask.objects.get(sub_document__document__batch=outcome.batch)


def as_reviewer(cast, action, *arguments, **options):
    """As a request of the reviewer would: in one transaction of the organisation."""
    access = cast.access(cast.reviewer)
    with organization_scope(cast.organization.id):
        return action(access, *arguments, **options)


def without_time(state):
    return [{key: value for key, value in row.items() if key != "at"} for row in state["documents"]]


def test_automatic_route_ends_in_the_production_database_once(cast, drain):
    cast.publish("invoice", "receipt")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    document, sub_document = outcome.document(), outcome.sub_document()
    steps = outcome.steps(document.id, sub_document.id)
    assert set(steps) == set(StepName) and len(steps) == 14
    assert {name: steps[name].status for name in HUMAN} == dict.fromkeys(HUMAN, "skipped")
    assert all("Approved automatically" in str(steps[name].reason) for name in HUMAN)
    assert {run.status for name, run in steps.items() if name not in HUMAN} == {"succeeded"}
    assert (document.status, sub_document.status, sub_document.route) == ("completed", "delivered", "auto")
    assert document.run.finished_at and document.finished_at and not outcome.open_steps()
    (record,) = records(outcome.batch)
    assert record.values["invoice_number"] == files.true_values()["invoice_number"]
    assert (record.sub_document_id, record.version, record.is_withdrawn) == (sub_document.id, 1, False)


def test_every_page_has_seven_step_runs_and_joins_wait_for_all(cast, drain):
    cast.publish("invoice")
    stack = files.stack("stack.pdf", files.sample(), files.for_review(), files.sample(seed=9))
    outcome = Outcome(submit(cast, stack))
    drain()
    document = outcome.document()
    pages = outcome.pages(document)
    assert [number for _, number in pages] == list(range(1, document.page_count + 1)) and len(pages) >= 4
    for page_id, _ in pages:
        steps = outcome.steps(page_id)
        assert set(steps) == set(PageStepName) and len(steps) == 7
        assert {run.status for run in steps.values()} == {"succeeded"}
        assert {run.attempt for run in steps.values()} == {1}
    joined = [outcome.steps(document.id)[name] for name in ("enhancement", "ocr", "ai_extraction")]
    assert [(run.status, run.units_left) for run in joined] == [("succeeded", 0)] * 3
    sub_documents = outcome.sub_documents(document)
    covered = [
        number
        for sub_document in sub_documents
        for number in range(sub_document.first_page, sub_document.last_page + 1)
    ]
    assert covered == [number for _, number in pages], "sub-documents partition the pages"
    for sub_document in sub_documents:
        assert len(outcome.steps(document.id, sub_document.id)) == 14


def test_a_person_decides_and_the_run_goes_on(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    sub_document = outcome.sub_document()
    steps = outcome.steps(sub_document.id)
    assert (steps["human_review"].status, steps["auto_approve"].status) == ("waiting", "skipped")
    assert steps["auto_approve"].reason.code == "sent_to_review"
    assert (outcome.document().status, sub_document.status) == ("in_review", "in_review")
    assert records(outcome.batch) == []
    task = the_task(outcome)
    assert task.reasons == sub_document.reasons and task.due_at
    with organization_scope(cast.organization.id):
        values = sub_document.field_values.select_related("sub_document", "table_row")
        assert any(value.failed_reasons for value in values), "the sum that does not add up is named"
    as_reviewer(cast, task_claim, task.id)
    with organization_scope(cast.organization.id):
        value = sub_document.field_values.get(name="order_number")
    as_reviewer(cast, field_value_correct, task.id, value.id, text="PO-4711")
    as_reviewer(cast, review_task_decide, task.id, decision="approve", override=PRINTED_SO)
    drain()
    steps = outcome.steps(outcome.document().id, sub_document.id)
    assert {name: run.status for name, run in steps.items()} == {
        name.value: "skipped" if name is StepName.AUTO_APPROVE else "succeeded" for name in StepName
    }
    assert steps["human_review"].output["decision"] == "approve"
    (record,) = records(outcome.batch)
    assert record.values["order_number"] == "PO-4711"
    assert outcome.statuses() == {"invoice-0022-digital-wrong-total.pdf": "completed"}
    with organization_scope(cast.organization.id):
        correction = Correction.objects.get(task=task)
    assert correction.new["value"] == "PO-4711" and correction.old["value"] == value.value


def test_what_a_person_rejects_is_not_delivered(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    task = the_task(outcome)
    with pytest.raises(InvalidInput, match="Say why"):
        as_reviewer(cast, review_task_decide, task.id, decision="reject")
    as_reviewer(cast, review_task_decide, task.id, decision="reject", reason="Not our invoice.")
    drain()
    steps = outcome.steps(outcome.document().id, outcome.sub_document().id)
    assert steps["pdb_sync"].status == "skipped" and "Not our invoice." in str(steps["pdb_sync"].reason)
    assert (outcome.document().status, outcome.sub_document().status) == ("completed", "rejected")
    assert records(outcome.batch) == [] and not outcome.open_steps()
    with system_scope("test"):
        assert not Delivery.objects.filter(event__document=outcome.document()).exists()
    with pytest.raises(Conflict):
        as_reviewer(cast, review_task_decide, task.id, decision="approve", reason="After all.")


def test_a_scan_is_read_by_the_real_ocr_engine(cast, drain):
    cast.publish("receipt")
    outcome = Outcome(submit(cast, files.sample("receipt", 21, "scan")))
    drain()
    document = outcome.document()
    ((page_id, _),) = outcome.pages(document)
    assert {run.status for run in outcome.steps(page_id).values()} == {"succeeded"}
    with organization_scope(cast.organization.id):
        page = document.pages.get()
    assert page.text["engine"].startswith("rapidocr") and len(page.text["words"]) > 20
    assert document.metadata["format"] == "jpeg"
    sub_document = outcome.sub_document()
    assert sub_document.schema_version.schema.key == "receipt"
    assert len(outcome.steps(document.id, sub_document.id)) == 14


def test_live_state_equals_postgresql_and_outlives_its_hash(cast, drain, settings):
    settings.BATCH_STATE_TTL = settings.BATCH_STATE_TTL.__class__(seconds=300)
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample(), files.for_review(), files.not_a_document()))
    drain()
    key = f"{settings.REDIS_PREFIX}:batch:{outcome.batch.id}"
    stored = [json.loads(row) for row in redis().hgetall(key).values()]
    assert len(stored) == 3 and 0 < redis().ttl(key) <= 300
    truth = outcome.state()
    by_id = {row["id"]: row for row in without_time({"documents": [shown_row(row) for row in stored]})}
    assert by_id == {row["id"]: row for row in without_time(truth)}
    with organization_scope(cast.organization.id):
        live = batch_state_live(outcome.batch)
    assert without_time(live) == without_time(truth) and live["batch"] == truth["batch"]
    redis().pexpire(key, 1)
    page = cast.browser(cast.viewer).get(reverse("documents:batch_state", args=[outcome.batch.id]))
    assert without_time(page.json()) == without_time(truth)


def test_the_state_of_a_finished_document_is_never_stale(cast, drain, settings):
    """A worker may die between its last commit and its last message."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    key, row_id = f"{settings.REDIS_PREFIX}:batch:{outcome.batch.id}", str(outcome.document().id)
    row = json.loads(redis().hget(key, row_id))
    redis().hset(key, row_id, json.dumps(row | {"status": "delivering"}))
    with organization_scope(cast.organization.id):
        assert batch_state_live(outcome.batch)["documents"][0]["status"] == "completed"


def test_metadata_is_visible_before_the_first_page_is_done(cast, drain, monkeypatch):
    cast.publish("invoice")
    published = []
    store = progress.rows_store
    monkeypatch.setattr(
        progress, "rows_store", lambda batch_id, rows, gone: (published.extend(rows), store(batch_id, rows, gone))
    )
    submit(cast, files.sample())
    drain()
    first_with_metadata = next(index for index, row in enumerate(published) if row["metadata"].get("sha256"))
    first_with_page = next(index for index, row in enumerate(published) if row["pages_done"])
    assert first_with_metadata < first_with_page
    order = [row["status"] for row in published]
    assert order[0] == "received" and order[-1] == "completed"


def test_document_has_fourteen_steps_and_seven_per_page(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review()))
    drain()
    with organization_scope(cast.organization.id):
        kinds = list(StepRun.objects.filter(run__document__batch=outcome.batch).values_list("unit_kind", flat=True))
    pages = outcome.document().page_count
    assert kinds.count(UnitKind.DOCUMENT) == len(PIPELINE.document_steps) == 7
    assert (kinds.count(UnitKind.SUB_DOCUMENT), kinds.count(UnitKind.PAGE)) == (7, 7 * pages)
