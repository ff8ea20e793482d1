"""The RQ worker: preloads models in the parent, forks a work horse a job that inherits them.

The parent opens no database connection, starts no thread pool and no sandbox; the horse dies with it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from rq import Worker

from extraction.runner.contexts import ocr_engine
from extraction.steps.metadata import detect_language
from idp_project.core.job_names import JobName

if TYPE_CHECKING:
    from rq.job import Job
    from rq.queue import Queue

_PR_SET_PDEATHSIG = 1


def preload() -> None:
    """Loads what every job needs, once, before the first fork."""
    for job in JobName:
        import_module(job.value.rpartition(".")[0])
    ocr_engine(settings.OCR_ENGINE)
    detect_language("Loads the language model once, before the first fork: it takes longer than a page.")
    gc.collect()
    gc.freeze()


class PreloadingWorker(Worker):
    """A forking worker whose horses die with it: the lease, not RQ, decides who works."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)
        super().main_work_horse(job, queue)
