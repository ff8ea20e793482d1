"""Asking for a password link takes the same work, and the same time, whether or not there is such a person."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import jobs
from accounts.models import User
from idp_project.core import rate_counters
from idp_project.core.job_names import JobName
from tests.factories import pipeline

KNOWN, UNKNOWN = "ada@example.org", "eve@example.org"
ROUNDS = 3  # of 400: equal times fail one in a hundred, and three in a row one in a million


@pytest.fixture
def queue(operator: User, servers: object) -> Iterator[None]:
    User.objects.filter(pk=operator.pk).update(email=KNOWN)
    pipeline.redis().flushdb()
    yield
    pipeline.redis().flushdb()


def rank_test(one: list[float], other: list[float]) -> float:
    """Two-sided p of Mann and Whitney's U by the normal approximation, which is close from 20 values on; ties share ranks."""
    values = sorted((value, side) for side, sample in enumerate((one, other)) for value in sample)
    ranks, start = 0.0, 0
    while start < len(values):
        end = start
        while end < len(values) and values[end][0] == values[start][0]:
            end += 1
        mean_rank = (start + 1 + end) / 2
        ranks += mean_rank * sum(side == 0 for _, side in values[start:end])
        start = end
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def seconds(browser: Client, address: str) -> float:
    began = time.perf_counter()
    assert browser.post("/password/forgotten/", {"address": address}).status_code == 200
    taken = time.perf_counter() - began
    pipeline.redis().flushdb()
    rate_counters.forget_here()  # the limit of a person who asks often is another test's matter
    return taken


def test_the_rank_test_tells_samples_apart():
    same = [float(value % 17) for value in range(200)]
    assert rank_test(same, list(same)) == pytest.approx(1)
    assert rank_test(same, [value + 4.4 for value in same]) < 1e-6
    assert rank_test([1.0, 2, 3, 4, 5], [6.0, 7, 8, 9, 10]) == pytest.approx(0.009, abs=0.001)


@pytest.mark.django_db(transaction=True)
def test_the_time_tells_nobody_who_exists(queue):
    browser, found = Client(), []
    for _ in range(20):
        seconds(browser, KNOWN), seconds(browser, UNKNOWN)
    for _ in range(ROUNDS):
        pairs = []
        for number in range(200):  # who goes first alternates as well
            first, second = (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN)
            taken = {first: seconds(browser, first)}
            taken[second] = seconds(browser, second)
            pairs.append((taken[KNOWN], taken[UNKNOWN]))
        found.append(rank_test([pair[0] for pair in pairs], [pair[1] for pair in pairs]))
        if found[-1] > 0.01:
            return
    raise AssertionError(f"p of three rounds: {found}")


@pytest.mark.django_db(transaction=True)
def test_the_work_is_the_same_statement_by_statement(queue):
    browser, done = Client(), []
    for address in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            browser.post("/password/forgotten/", {"address": address})
        (job,) = [job for waiting in pipeline.queues() for job in waiting.get_jobs()]
        pipeline.redis().flushdb()
        statements = [query["sql"].replace(address, "?") for query in queries]
        done.append((statements, job.func_name, sorted(job.kwargs), len(job.kwargs["user_ids"])))
    assert done[0] == done[1] and done[0][0]


def test_a_job_for_nobody_does_nothing(db):
    nobody = "00000000-0000-4000-8000-000000000000"
    jobs.reset_link_mail_job(request_id=nobody, user_ids=[nobody], organization_id=nobody)
    assert JobName.RESET_LINK_MAIL.value == "accounts.jobs.reset_link_mail"
