"""Two workers of the plain pipeline beside the running product, in an organisation whose own processing is paused."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from accounts.access import Access
from benchmarks import workload
from benchmarks.machine import WORKERS
from benchmarks.plain_pipeline import document_enqueue
from benchmarks.processes import cpu_seconds, tree_of
from documents.domain.schema_spec import SchemaSpec
from documents.models import Document
from documents.services.running.pauses import organization_pause
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo.organization import shipped_schemas
from idp_project.operations.supervisor.programs import KEPT_MEMORY, ONE_THREAD

_LOOK_SECONDS = 0.25


class PlainMachine:
    """Takes batches through the plain pipeline and times them as `workload.process` times the product's."""

    def __init__(self, home: workload.Organization, workers: Sequence[int]) -> None:
        self._home, self._workers = home, workers

    def process(self, paths: Sequence[Path], schema: SchemaSpec | None) -> tuple[float, float]:
        """Seconds from the call of batch_submit until the last document is ready to be routed, without the time in which
        the product's own workers find the batch paused; and the processor time of all programs and both workers."""
        schema_id = workload.publish(schema, self._home) if schema else None
        workload.wait_until_idle()
        before, began = self._spent(), time.monotonic()
        batch, _ = workload.submit(paths, schema_id, self._home)
        handed_in, spent = time.monotonic() - began, self._spent() - before
        workload.wait_until_idle()
        before, began_at = self._spent(), time.time()
        with organization_scope(self._home.id):
            as_begun = Document.objects.filter(batch=batch).order_by("created_at", "id")
            for document in as_begun:
                document_enqueue(document)
        while workload.is_open(self._home.id, batch):
            time.sleep(_LOOK_SECONDS)
        spent += self._spent() - before
        with organization_scope(self._home.id):
            ended = max(Document.objects.filter(batch=batch).values_list("finished_at", flat=True))
        return handed_in + ended.timestamp() - began_at, spent

    def _spent(self) -> float:
        return workload.spent_altogether() + sum(cpu_seconds(pid) for pid in tree_of(self._workers))


@contextmanager
def plain_machine() -> Iterator[PlainMachine]:
    """Starts the workers; ends them."""
    home = workload.new_organization("Plain pipeline")
    for spec in shipped_schemas():
        workload.publish(spec, home=home)
    with organization_scope(home.id):
        organization_pause(Access.for_system(home.id))
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.plain_pipeline"],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ONE_THREAD | KEPT_MEMORY,
        )
        for _ in range(WORKERS)
    ]
    try:
        for worker in workers:
            assert worker.stdout and worker.stdout.readline() == "ready\n"
        yield PlainMachine(home, [worker.pid for worker in workers])
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
