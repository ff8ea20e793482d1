"""Workers as processes of their own that die, stop or go on at a named moment of a named step.

A fork of the test's process does what waits in the queues, like RQ's work horse; its faults are signals to itself.
"""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from uuid import UUID

from asgiref.sync import SyncToAsync
from django.db import connections
from django_rq import get_worker
from rq import SimpleWorker

from documents.domain.pipeline import PIPELINE, Step
from documents.domain.statuses import StepStatus
from documents.models import Page, StepRun
from extraction import queries
from extraction.runner.executor import Persisted, UnitExecutor
from extraction.runner.failures import StepOutcome
from extraction.runner.leases import Lease
from extraction.runner.moments import Moment, observed
from extraction.runner.page_executor import PageExecutor
from idp_project.core.errors import LeaseLost
from idp_project.core.tenancy import organization_scope, system_scope

CLAIMED, WORKED, WRITTEN, COMMITTED = MOMENTS = tuple(Moment)
QUEUES = ("io", "cpu")


def start(step: str = "", moment: str = "", sent: int = signal.SIGKILL, *, page: int | None = None) -> int:
    """Forks a worker that sends itself a signal the first time it comes to that moment (of that page); gives its pid.

    claimed: the lease is committed, no work done. worked: the work is done, nothing written. written: everything is
    written, nothing committed. committed: right after the commit, before anything is enqueued or published.
    """
    return fork(lambda: _work(step and _Fault(step, moment, sent, page)))


def fork(work: Callable[[], None]) -> int:
    """A child that ends with 0, or with 1 where `work` raises."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):  # a worker in the parent has left its handlers
            signal.signal(number, signal.SIG_DFL)
        SyncToAsync.single_thread_executor = ThreadPoolExecutor(max_workers=1)  # the parent's thread is not in the fork
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(pid: int, *, within: float = 60.0) -> int:
    """Waits for a child: its exit code, or the negative number of the signal that ended it."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("the worker did not end")


def stopped(pid: int, *, within: float = 60.0) -> None:
    """Waits until a child has stopped itself."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if done:
            assert os.WIFSTOPPED(status), f"the worker ended: {status}"
            return
        time.sleep(0.02)
    raise AssertionError("the worker did not stop")


def _work(fault: _Fault | str) -> None:
    with ExitStack() as watched:
        if isinstance(fault, _Fault):
            watched.enter_context(open_commits())
            watched.enter_context(observed(fault.at))
        get_worker(*QUEUES, worker_class=SimpleWorker).work(burst=True, logging_level="CRITICAL")


class _Fault:
    """Sends the signal at the first time that the step comes to the moment, in this process only."""

    def __init__(self, step: str, moment: str, sent: int, page: int | None) -> None:
        self.step, self.moment, self.sent, self.page = step, moment, sent, page
        self.is_over = False

    def at(self, moment: Moment, lease: Lease) -> None:
        if (lease.step, moment) == (self.step, self.moment) and not self.is_over and self._is_meant(lease):
            self.is_over = True
            os.kill(os.getpid(), self.sent)

    def _is_meant(self, lease: Lease) -> bool:
        """Not where it is another page than the one asked for."""
        if self.page is None:
            return True
        with organization_scope(lease.organization_id):
            unit_id = StepRun.objects.get(id=lease.step_run_id).unit_id
            numbers = Page.objects.filter(id=unit_id).values_list("number", flat=True)
            return not numbers or self.page in numbers


@contextmanager
def open_commits() -> Iterator[None]:
    """The statement that ends a page's step gets a transaction around it, so that there is a moment between the two."""
    checkpoint = queries.checkpoint

    def within_a_scope(organization_id: UUID, name: str, **arguments: Any) -> dict[str, Any] | None:
        return queries.fetch_one(name, **arguments)

    persist = PageExecutor.persist

    def persisting(executor: PageExecutor, *arguments: Any) -> Persisted:
        with organization_scope(executor.organization_id, is_durable=False):
            return persist(executor, *arguments)

    queries.checkpoint, PageExecutor.persist = within_a_scope, persisting  # type: ignore[method-assign]
    try:
        yield
    finally:
        queries.checkpoint, PageExecutor.persist = checkpoint, persist  # type: ignore[method-assign]


class OneStep(UnitExecutor):
    """A step run by itself with made-up work. `ends` keeps the outcomes with which it failed."""

    def __init__(self, step_run: StepRun, work: Callable[[], Any], write: Callable[[Any], StepOutcome]) -> None:
        super().__init__(step_run.organization_id, step_run.unit_id, step_run_id=step_run.id)
        self._work, self._write = work, write
        self.ends: list[StepOutcome] = []

    def execute_step(self, step: Step) -> Any:
        return self._work()

    def write_result(self, step: Step, result: Any) -> StepOutcome:
        return self._write(result)

    def fail(self, step: Step, outcome: StepOutcome) -> None:
        self.ends.append(outcome)

    def run_alone(self) -> StepStatus | None:
        """Its status afterwards; nothing that follows is run. None where it was not to be had, or was lost."""
        with organization_scope(self.organization_id):
            self.begin()
        if self._lease is None:
            return None
        with suppress(LeaseLost):
            return self._run_step(self._lease, PIPELINE.step(self._lease.step)).status
        return None


def run_one(step_run: StepRun, work: Callable[[], Any], write: Callable[[Any], StepOutcome]) -> StepStatus | None:
    """Runs a step by itself, and nothing that follows. None where it was not to be had."""
    return OneStep(step_run, work, write).run_alone()


def step_runs(batch_id: UUID) -> list[StepRun]:
    with system_scope("test"):
        runs = StepRun.objects.filter(run__document__batch_id=batch_id).select_related("run")
        return list(runs.order_by("unit_kind", "position"))
