"""Workers as processes of their own that die, stop or go on at a named moment of a named step.

A fork of the test's process does what waits in the queues, like RQ's work horse; its faults are signals to itself.
"""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable
from uuid import UUID

from django.db import connections
from django_rq import get_worker
from rq import SimpleWorker

from documents.domain.statuses import StepStatus
from documents.models import Page, StepRun
from extraction.runner import execution
from extraction.runner.leases import Lease
from idp_project.core.tenancy import organization_scope, system_scope

CLAIMED, WORKED, WRITTEN, COMMITTED = "claimed", "worked", "written", "committed"
MOMENTS = (CLAIMED, WORKED, WRITTEN, COMMITTED)
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
    if isinstance(fault, _Fault):
        fault.install()
    get_worker(*QUEUES, worker_class=SimpleWorker).work(burst=True, logging_level="CRITICAL")


class _Fault:
    """Sits around the runner's own functions in this process only."""

    def __init__(self, step: str, moment: str, sent: int, page: int | None) -> None:
        self.step, self.moment, self.sent, self.page = step, moment, sent, page
        self.current = ""
        self.is_over = False

    def install(self) -> None:
        claim, heartbeat, passing = execution.claim, execution.Heartbeat, execution._pass
        run, fetch_one, checkpoint = execution.queries.run, execution.queries.fetch_one, execution.queries.checkpoint

        def claimed(organization_id: UUID, **wanted):  # type: ignore[no-untyped-def]
            lease = claim(organization_id, **wanted)
            self.current = self.name_of(lease)
            return lease

        def beating(*arguments, **options):  # type: ignore[no-untyped-def]
            self.at(CLAIMED)
            return heartbeat(*arguments, **options)

        def ending(*arguments, **options):  # type: ignore[no-untyped-def]
            self.at(WORKED)
            name = self.current
            ended = passing(*arguments, **options)  # claims what follows
            self.current = name
            self.at(COMMITTED)
            self.current = self.name_of(ended.following)
            return ended

        def running(name: str, **arguments):  # type: ignore[no-untyped-def]
            touched = run(name, **arguments)
            if name == "step_run_finish":
                self.at(WRITTEN)
            return touched

        def fetching(name: str, **arguments):  # type: ignore[no-untyped-def]
            row = fetch_one(name, **arguments)
            if name == "step_run_pass":
                self.at(WRITTEN)
            return row

        def at_once(organization_id: UUID, name: str, **arguments):  # type: ignore[no-untyped-def]
            with organization_scope(organization_id, is_durable=False):  # in which it is written and not yet committed
                row = checkpoint(organization_id, name, **arguments)
                self.at(WRITTEN)
            return row

        execution.claim, execution.Heartbeat, execution._pass = claimed, beating, ending  # type: ignore
        execution.queries.run, execution.queries.fetch_one = running, fetching  # type: ignore
        execution.queries.checkpoint = at_once  # type: ignore

    def name_of(self, lease: Lease | None) -> str:
        """Empty for none, and for a page that is left alone."""
        if lease is None:
            return ""
        with organization_scope(lease.organization_id):
            step_run = StepRun.objects.get(id=lease.step_run_id)
            is_other = self.page not in (
                None,
                *Page.objects.filter(id=step_run.unit_id).values_list("number", flat=True),
            )
        return "" if is_other else step_run.step

    def at(self, moment: str) -> None:
        if (self.current, moment) == (self.step, self.moment) and not self.is_over:
            self.is_over = True
            os.kill(os.getpid(), self.sent)


def run_one(step_run: StepRun, doing: execution.Doing) -> StepStatus | None:
    """Runs a step by itself, and nothing that follows. None where it was not to be had."""
    with organization_scope(step_run.organization_id):
        lease = execution.claim(step_run.organization_id, step_run_id=step_run.id)
    ended = execution._execute(lease, doing, lambda following: None) if lease else None
    return ended.status if ended else None


def step_runs(batch_id: UUID) -> list[StepRun]:
    with system_scope("test"):
        runs = StepRun.objects.filter(run__document__batch_id=batch_id).select_related("run")
        return list(runs.order_by("unit_kind", "position"))
