"""Query parameters that several lists share."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter

from documents.domain.reason_groups import ReasonGroup
from review.selectors.queue import WHOSE

QUEUE_PARAMETERS = [
    OpenApiParameter("type", str, description="The id of a type, or “unknown”."),
    OpenApiParameter("team", str, description="The id of a team."),
    OpenApiParameter("reason", str, enum=[group.value for group in ReasonGroup], description="What is in doubt."),
    OpenApiParameter("whose", str, enum=list(WHOSE), description="Whose they are."),
    OpenApiParameter("late", bool, description="Only what is past its deadline."),
    OpenApiParameter("text", str, description="Letters of the file's name."),
]
