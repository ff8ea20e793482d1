"""Paused work: a job that meets a pause does nothing; whoever resumes has the reconciler look at what was left."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from documents.selectors import is_paused
from idp_project.core.job_names import QUEUE_OF_JOB, JobName
from idp_project.core.tenancy import organization_scope


def unless_paused(job: JobName) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorates a job's entry point."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def run(organization_id: str, **ids: Any) -> None:
            with organization_scope(UUID(organization_id)):
                is_stopped = is_paused(UUID(organization_id), QUEUE_OF_JOB[job])
            if not is_stopped:
                function(organization_id, **ids)

        return run

    return decorate
