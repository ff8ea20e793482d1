"""Sending files through the running machine and timing them by the step runs in PostgreSQL. Sets Django up on import."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import django
import django_rq

django.setup()

from django.conf import settings  # noqa: E402 - after Django is set up
from django.db.models import Max  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.text import slugify  # noqa: E402

from accounts.access import Access  # noqa: E402
from accounts.domain.roles import Permission  # noqa: E402
from accounts.models import Organization, Team  # noqa: E402
from accounts.services.people.people import organization_create  # noqa: E402
from accounts.services.people.teams import team_create  # noqa: E402
from benchmarks.processes import cpu_seconds, tree_of  # noqa: E402
from documents.domain.schema_spec import SchemaSpec  # noqa: E402
from documents.models import Batch, Document, Schema, SchemaVersion, StepRun  # noqa: E402
from documents.models.run import UnitKind  # noqa: E402
from documents.services.intake.batches import batch_submit  # noqa: E402
from documents.services.intake.receiving import IncomingFile  # noqa: E402
from documents.services.schemas.schemas import schema_publish  # noqa: E402
from idp_project.core.tenancy import organization_scope  # noqa: E402
from tests.factories.evidence import open_gates  # noqa: E402

URL = os.environ.get("BENCHMARK_URL", "")
_OPEN = ("received", "processing")
_READ_STATUSES = ("in_review", "delivering", "completed")
_AFTER_ROUTING = ("auto_approve", "human_review", "pdb_sync")
_LIMIT_SECONDS = 900.0
_LOOK_SECONDS = 0.25  # looking takes processor time from what is measured


@dataclass(frozen=True)
class Timing:
    """Seconds of one batch. `whole` from the call of batch_submit until the last document is routed; `pages_only` from the
    first page's start to the last page's end; `cpu` by program."""

    documents: int
    pages: int
    unread: int
    whole: float
    pages_only: float
    cpu: dict[str, float]


def programs() -> dict[str, int]:
    """Process ids of the machine's programs by name."""
    status = json.loads((Path(settings.DATA_DIR) / "status.json").read_text())
    return {"supervisor": status["pid"]} | {name: child["pid"] for name, child in status["children"].items()}


def organization() -> Organization:
    return Organization.objects.get(slug="demo")


def new_organization(name: str) -> Organization:
    """With one team."""
    operator = Access(None, None, frozenset(Permission), is_super=True, display_name="benchmark")
    created = organization_create(operator, name=name, slug=slugify(name))
    team_create(operator, organization_id=created.id, name="Front desk")
    return created


def publish(spec: SchemaSpec, home: Organization | None = None) -> UUID:
    """The schema, made where it is new, with open gates and no blind sample: in the demonstration's organisation unless another
    is named."""
    organization_id = (home or organization()).id
    with organization_scope(organization_id):
        schema = schema_publish(organization_id=organization_id, spec=spec).schema
        Schema.objects.filter(id=schema.id).update(blind_percent=0, blind_percent_earned=0)
        return open_gates(schema).id


def schemas(schema_id: UUID | None) -> list[dict[str, Any]]:
    """What comes into question for a batch of the demonstration's organisation: that schema, or all."""
    with organization_scope(organization().id):
        found = SchemaVersion.objects.filter(schema__organization=organization(), published_at__isnull=False)
        newest = {version.schema_id: version.spec for version in found.order_by("published_at")}
    return [spec.to_dict() for each, spec in newest.items() if schema_id in (None, each)]


def wait_until_idle() -> None:
    """Until no job waits or runs: an earlier batch's indexing for questions goes on after its documents are routed."""
    queues = [django_rq.get_queue(name) for name in settings.QUEUE_NAMES]
    while any(queue.count or queue.started_job_registry.count for queue in queues):
        time.sleep(0.2)


def submit(
    paths: Sequence[Path], schema_id: UUID | None = None, home: Organization | None = None
) -> tuple[Batch, datetime]:
    """The files as one batch of that organisation's first team, else the demonstration's; and when it was handed in."""
    home = home or organization()
    team = Team.objects.filter(organization=home).order_by("name")[0]
    files = [IncomingFile(path.name, [path.read_bytes()]) for path in paths]
    began = timezone.now()
    with organization_scope(home.id):
        return batch_submit(Access.for_system(home.id), team_id=team.id, files=files, schema_id=schema_id), began


def process(
    paths: Sequence[Path],
    schema_id: UUID | None = None,
    home: Organization | None = None,
    *,
    is_idle: bool = True,
) -> tuple[Batch, Timing]:
    """Submits the files as one batch and waits until every document is routed or has failed; with `is_idle` it begins
    once nothing else is at work."""
    home = home or organization()
    if is_idle:
        wait_until_idle()
    before = _spent()
    batch, began = submit(paths, schema_id, home)
    while is_open(home.id, batch):
        if (timezone.now() - began).total_seconds() > _LIMIT_SECONDS:
            raise SystemExit(f"Not finished after {_LIMIT_SECONDS:.0f} s.")
        time.sleep(_LOOK_SECONDS)
    cpu = {name: seconds - before.get(name, 0.0) for name, seconds in _spent().items()}
    return batch, _timing(home.id, batch, began, cpu)


def statuses(organization_id: UUID, batch: Batch) -> Counter[str]:
    """How many documents of the batch are in which status."""
    with organization_scope(organization_id):
        return Counter(Document.objects.filter(batch=batch).values_list("status", flat=True))


def _spent() -> dict[str, float]:
    """Processor time by program, with the processes below it; of the supervisor only its own."""
    return {
        name: sum(cpu_seconds(each) for each in (tree_of([pid]) if name != "supervisor" else [pid]))
        for name, pid in programs().items()
    }


def spent_altogether() -> float:
    """Processor time of all the machine's programs so far."""
    return sum(_spent().values())


def is_open(organization_id: UUID, batch: Batch) -> bool:
    """Whether a document of the batch is neither routed nor failed."""
    with organization_scope(organization_id):
        return Document.objects.filter(batch=batch, status__in=_OPEN).exists()


def _timing(organization_id: UUID, batch: Batch, began: datetime, cpu: dict[str, float]) -> Timing:
    with organization_scope(organization_id):
        documents = list(Document.objects.filter(batch=batch))
        step_runs = StepRun.objects.filter(run__document__in=documents)
        routed = step_runs.exclude(step__in=_AFTER_ROUTING).aggregate(last=Max("finished_at"))["last"]
        pages = step_runs.filter(unit_kind=UnitKind.PAGE)
        times = pages.exclude(started_at=None).values_list("started_at", "finished_at")
        span = max(end for _, end in times) - min(start for start, _ in times)
    return Timing(
        documents=len(documents),
        pages=sum(document.page_count or 0 for document in documents),
        unread=sum(document.status not in _READ_STATUSES for document in documents),
        whole=(routed - began).total_seconds(),
        pages_only=span.total_seconds(),
        cpu=cpu,
    )
