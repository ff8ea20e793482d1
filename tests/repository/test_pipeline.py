"""The pipeline's names and counts never change; its page is generated."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string

from documents.domain import step_names
from documents.domain.statuses import Route
from documents.domain.step_names import PageStepName, StepName
from extraction.pipeline import (
    DOCUMENT_STEPS,
    EACH_PAGE,
    PAGE_PIPELINE,
    PIPELINE,
    SUB_DOCUMENT_STEPS,
    page_steps_within,
    step_named,
)
from idp_project.core.job_names import PERIODIC_JOBS, QUEUE_OF_JOB, JobName

DOCUMENT = [
    *["upload", "metadata", "page_split", "enhancement", "ocr", "ai_extraction", "subdocument_detection"],
    *["merge", "field_validation", "confidence_check", "review_queue", "human_review", "auto_approve", "pdb_sync"],
]
PAGE = ["render", "classify_page", "enhance", "read_text", "layout", "page_type", "extract_fields"]


def test_the_fourteen_steps_of_a_document():
    assert [step.name.value for step in PIPELINE] == DOCUMENT == [name.value for name in StepName]
    assert len(PIPELINE) == 14


def test_the_seven_steps_of_a_page():
    assert [step.name.value for step in PAGE_PIPELINE] == PAGE == [name.value for name in PageStepName]
    assert len(PAGE_PIPELINE) == 7


def test_the_stored_names_split_as_the_pipeline_does():
    assert tuple(step.name for step in DOCUMENT_STEPS) == step_names.DOCUMENT_STEP_NAMES
    assert tuple(step.name for step in SUB_DOCUMENT_STEPS) == step_names.SUB_DOCUMENT_STEP_NAMES
    assert (len(DOCUMENT_STEPS), len(SUB_DOCUMENT_STEPS)) == (7, 7)


def test_every_page_step_lies_within_a_joined_step():
    joined = [step.name for step in PIPELINE if step.function is EACH_PAGE]
    assert joined == [StepName.ENHANCEMENT, StepName.OCR, StepName.AI_EXTRACTION]
    assert [step for name in joined for step in page_steps_within(name)] == list(PAGE_PIPELINE)
    last = {name: page_steps_within(name)[-1].name for name in joined}
    assert last == step_names.LAST_PAGE_STEP


def test_the_two_routes_exclude_each_other_and_everything_else_is_on_both():
    human = [step.name for step in PIPELINE if step.when is Route.REVIEW]
    automatic = [step.name for step in PIPELINE if step.when is Route.AUTO]
    assert (human, automatic) == ([StepName.REVIEW_QUEUE, StepName.HUMAN_REVIEW], [StepName.AUTO_APPROVE])


def test_only_metadata_is_a_branch_and_every_step_follows_earlier_ones():
    assert [step.name for step in PIPELINE if step.is_branch] == [StepName.METADATA]
    seen = set()
    for step in PIPELINE:
        assert set(step.after) <= seen, f"{step.name} comes before what it waits for"
        seen.add(step.name)
        assert step_named(step.name.value) is step


@pytest.mark.parametrize("step", [*PIPELINE, *PAGE_PIPELINE], ids=lambda step: step.name.value)
def test_limits_and_queues_are_such_as_workers_know(step):
    assert step.queue in settings.QUEUE_NAMES
    assert 0 < step.timeout <= 300 and 1 <= step.attempts <= 10


@pytest.mark.parametrize("job", list(JobName))
def test_every_job_name_resolves_to_a_function_and_has_a_queue(job):
    assert callable(import_string(job.value))
    assert QUEUE_OF_JOB[job] in settings.QUEUE_NAMES


def test_the_clock_knows_only_jobs():
    assert set(PERIODIC_JOBS) <= set(JobName) and all(every >= 1 for every in PERIODIC_JOBS.values())


def test_the_page_of_the_pipeline_is_up_to_date():
    with pytest.raises(SystemExit) as ended:
        call_command("describe_pipeline", "--check")
    assert ended.value.code == 0, "run manage.py describe_pipeline"
    page = (Path(settings.BASE_DIR) / "docs" / "pipeline.md").read_text()
    for name in (*DOCUMENT, *PAGE):
        assert f"`{name}`" in page
