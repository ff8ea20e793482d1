"""The pipeline's names and counts never change; its page is generated."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string
from rq.utils import import_attribute

from documents.domain.pipeline import PIPELINE, PageStepName, Pipeline, Step, StepName, Unit, names_of
from documents.domain.statuses import Route
from extraction.pipeline import FUNCTIONS
from idp_project.core.job_names import DOCUMENT_QUEUES, PERIODIC_JOBS, QUEUE_OF_JOB, JobName

DOCUMENT = [
    *["upload", "metadata", "page_split", "enhancement", "ocr", "ai_extraction", "subdocument_detection"],
    *["merge", "field_validation", "confidence_check", "review_queue", "human_review", "auto_approve", "pdb_sync"],
]
PAGE = ["render", "classify_page", "enhance", "read_text", "layout", "page_type", "extract_fields"]


OF_STEPS = {JobName.DOCUMENT_STEP_EXECUTE, JobName.PAGES_PROCESS, JobName.SUB_DOCUMENT_PROCESS}
ALL_STEPS = [*PIPELINE.steps, *PIPELINE.page_steps]


def test_the_fourteen_steps_of_a_document():
    assert names_of(PIPELINE.steps) == DOCUMENT == [name.value for name in StepName]
    assert len(PIPELINE.steps) == 14
    assert (len(PIPELINE.document_steps), len(PIPELINE.sub_document_steps)) == (7, 7)


def test_the_seven_steps_of_a_page():
    assert names_of(PIPELINE.page_steps) == PAGE == [name.value for name in PageStepName]
    assert len(PIPELINE.page_steps) == 7


def test_every_page_step_lies_within_a_joined_step():
    joined = [step.name for step in PIPELINE.joined_steps]
    assert joined == [StepName.ENHANCEMENT, StepName.OCR, StepName.AI_EXTRACTION]
    assert [step for name in joined for step in PIPELINE.steps_within(name)] == list(PIPELINE.page_steps)


def test_the_two_routes_exclude_each_other():
    assert PIPELINE.names_on_route(Route.REVIEW) == (StepName.REVIEW_QUEUE, StepName.HUMAN_REVIEW)
    assert PIPELINE.names_on_route(Route.AUTO) == (StepName.AUTO_APPROVE,)


def test_only_metadata_is_a_branch():
    assert PIPELINE.branches() == [StepName.METADATA]


def test_every_step_that_does_work_has_a_function():
    assert set(FUNCTIONS) == {step.name for step in ALL_STEPS if step.unit is not Unit.EVERY_PAGE}


def test_steps_that_wait_for_each_other_are_refused():
    first = Step(StepName.MERGE, "a", Unit.DOCUMENT, after=(StepName.OCR,))
    second = Step(StepName.OCR, "b", Unit.DOCUMENT, after=(StepName.MERGE,))
    with pytest.raises(ValueError, match="wait for each other"):
        Pipeline([first, second], [])


@pytest.mark.parametrize("step", ALL_STEPS, ids=lambda step: step.name.value)
def test_limits_and_queues_are_such_as_workers_know(step):
    assert step.queue in settings.QUEUE_NAMES and step.queue in DOCUMENT_QUEUES
    assert 0 < step.timeout <= 300 and 1 <= step.attempts <= 10


@pytest.mark.parametrize("job", list(JobName))
def test_every_job_name_resolves_to_a_function_and_has_a_queue(job):
    assert callable(import_string(job.value))
    assert job in OF_STEPS or QUEUE_OF_JOB[job] in settings.QUEUE_NAMES


@pytest.mark.parametrize("job", list(JobName))
def test_a_job_has_its_earlier_name_and_its_own(job):
    assert import_attribute(f"{job.value}_job") is import_attribute(job.value)


def test_a_job_that_never_was_does_not_resolve():
    with pytest.raises(ValueError, match="never"):
        import_attribute("extraction.jobs.never")


def test_the_clock_knows_only_jobs():
    assert set(PERIODIC_JOBS) <= set(JobName) and all(every >= 1 for every in PERIODIC_JOBS.values())


def test_the_page_of_the_pipeline_is_up_to_date():
    with pytest.raises(SystemExit) as ended:
        call_command("describe_pipeline", "--check")
    assert ended.value.code == 0, "run manage.py describe_pipeline"
    page = (Path(settings.BASE_DIR) / "docs" / "pipeline.md").read_text()
    for name in (*DOCUMENT, *PAGE):
        assert f"`{name}`" in page
