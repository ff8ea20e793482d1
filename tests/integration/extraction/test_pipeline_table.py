"""The table drives: a change of any field of a step changes what the product does."""

import time
from dataclasses import fields
from enum import StrEnum

import django_rq
import pytest
from django.db import connection
from django_rq import get_worker
from rq import SimpleWorker

from documents.domain.pipeline import PageStepName, Step, StepName, Unit
from documents.domain.statuses import StepStatus
from documents.models import StepRun
from documents.templatetags.screens import pipeline_steps, step_label
from extraction.runner.failures import StepOutcome
from idp_project.core.errors import PermanentFailure, TransientFailure
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, drain, redis, submit
from tests.factories.pipeline_table import altered
from tests.faults.workers import OneStep

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
TESTED = {
    "name": "test_a_name_is_what_is_stored",
    "label": "test_a_label_is_what_people_read",
    "unit": "test_a_unit_is_what_gets_the_step",
    "after": "test_a_step_waits_for_what_it_comes_after",
    "within": "test_a_joined_step_ends_with_the_last_within",
    "route": "test_a_step_is_skipped_on_the_other_route",
    "queue": "test_a_step_waits_in_its_queue",
    "timeout": "test_a_step_is_stopped_after_its_timeout",
    "attempts": "test_a_step_fails_after_its_attempts",
    "is_branch": "test_only_a_branch_may_fail",
    "is_durable": "test_a_durable_step_waits_for_the_disk",
}


class Renamed(StrEnum):
    LAYOUT = "arrangement"


@pytest.fixture(autouse=True)
def empty_queues(servers):
    redis().flushdb()


@pytest.fixture
def outcome(cast):
    cast.publish("invoice")
    return Outcome(submit(cast, files.sample()))


def work(*queues):
    """What waits in these queues, and what follows in them."""
    get_worker(*queues, worker_class=SimpleWorker).work(burst=True, logging_level="CRITICAL")


def page_runs(outcome):
    with organization_scope(outcome.batch.organization_id):
        found = StepRun.objects.filter(run__document__batch=outcome.batch, unit_kind="page").order_by("position")
        return {run.step: run for run in found}


def own(outcome, name):
    return outcome.steps(outcome.document().id)[name]


def fails(error):
    def work():
        raise error

    return work


def nothing(_):
    return StepOutcome()


def test_every_field_has_its_test():
    assert set(TESTED) == {field.name for field in fields(Step)}
    assert set(TESTED.values()) <= set(globals())


def test_a_name_is_what_is_stored(outcome):
    with altered(PageStepName.LAYOUT, name=Renamed.LAYOUT):
        work("io")
    assert "arrangement" in page_runs(outcome) and "layout" not in page_runs(outcome)


def test_a_label_is_what_people_read():
    with altered(StepName.OCR, label="Reading"):
        assert step_label("ocr") == "Reading"
        assert "Reading" in {step["label"] for step in pipeline_steps()}


def test_a_unit_is_what_gets_the_step(cast):
    with altered(StepName.METADATA, unit=Unit.SUB_DOCUMENT):
        cast.publish("invoice")
        outcome = Outcome(submit(cast, files.sample()))
        assert "metadata" not in outcome.steps(outcome.document().id)


def test_a_step_waits_for_what_it_comes_after(cast):
    with altered(StepName.METADATA, after=(StepName.SUBDOCUMENT_DETECTION,)):
        cast.publish("invoice")
        outcome = Outcome(submit(cast, files.sample()))
        drain()
    metadata, detection = own(outcome, "metadata"), own(outcome, "subdocument_detection")
    assert metadata.position > detection.position and metadata.started_at >= detection.finished_at


def test_a_joined_step_ends_with_the_last_within(outcome):
    with altered(PageStepName.LAYOUT, within=StepName.OCR):
        drain()
    assert own(outcome, "ocr").finished_at == page_runs(outcome)["layout"].finished_at
    assert outcome.document().status == "completed"


def test_a_step_is_skipped_on_the_other_route(outcome):
    with altered(StepName.REVIEW_QUEUE, route=None):
        drain()
    steps = outcome.steps(outcome.sub_document().id)
    assert steps["human_review"].status == "skipped" and steps["review_queue"].status == "succeeded"


def test_a_step_waits_in_its_queue(outcome):
    with altered(PageStepName.READ_TEXT, queue="llm-local"):
        work("io", "cpu")
        runs = page_runs(outcome)
        assert (runs["enhance"].status, runs["read_text"].status) == ("succeeded", "pending")
        assert django_rq.get_queue("llm-local").count == 1
        work("io", "cpu", "llm-local")
    assert outcome.document().status == "completed"


def test_a_step_is_stopped_after_its_timeout(outcome):
    with altered(StepName.PAGE_SPLIT, timeout=0.2):
        step = OneStep(own(outcome, "page_split"), lambda: time.sleep(20), nothing)
        assert step.run_alone() is StepStatus.PENDING
    assert own(outcome, "page_split").error_code == "step_timeout"


def test_a_step_fails_after_its_attempts(outcome):
    with altered(StepName.PAGE_SPLIT, attempts=1):
        step = OneStep(own(outcome, "page_split"), fails(TransientFailure("Away.")), nothing)
        assert step.run_alone() is StepStatus.FAILED


@pytest.mark.parametrize(("is_branch", "status"), [(True, "completed"), (False, "failed")])
def test_only_a_branch_may_fail(outcome, is_branch, status):
    with altered(StepName.METADATA, is_branch=is_branch):
        step = OneStep(own(outcome, "metadata"), fails(PermanentFailure("Unreadable.", code="unreadable")), nothing)
        assert step.run_alone() is StepStatus.FAILED
        drain()
    assert outcome.document().status == status


# The tests' server never waits for the disk: what tells a checkpoint there is the time that it may stand still.
@pytest.mark.parametrize(("is_durable", "setting"), [(True, "5min"), (False, "1min")])
def test_a_durable_step_waits_for_the_disk(outcome, is_durable, setting):
    seen = []

    def write(_):
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            seen.append(cursor.fetchone()[0])
        return StepOutcome()

    with altered(StepName.PAGE_SPLIT, is_durable=is_durable):
        assert OneStep(own(outcome, "page_split"), lambda: None, write).run_alone() is StepStatus.SUCCEEDED
    assert seen == [setting]
