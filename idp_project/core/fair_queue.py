"""Queues in which organisations take turns, and the express lane that takes the first job of an organisation that nobody serves.

Who waits stands in RQ's lists, who is served in its registries of begun jobs; both begin with the organisation's id.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django_rq.queues import DjangoRQ
from redis import Redis
from rq.exceptions import DequeueTimeout
from rq.registry import StartedJobRegistry

from idp_project.core.job_names import DOCUMENT_QUEUES, EXPRESS_JOBS

EXPRESS_NAME = "express-"  # how the names of the lane's workers begin
HEARTBEAT_SECONDS = 10  # so often a worker says that it is at its job
# RQ keeps a begun job for 60 s after its worker's next word is due. One that was not heard of for 25 s serves nobody: two
# of its words may be late, and to be wrong of it costs a turn, not work.
_DUE_SECONDS = HEARTBEAT_SECONDS + 60 - 25
_KINDS = [job.name.lower() for job in EXPRESS_JOBS]
# A new job wakes the lane up; that an organisation's last begun one has ended is seen by looking.
_LOOK_SECONDS = 1.0

# The keys from the nth on are registries of begun jobs; those whose worker has not been heard of for long do not count.
_BEGUN_JOBS = f"""
local function begun_jobs(first)
    local found, due = {{}}, redis.call('TIME')[1] + {_DUE_SECONDS}
    for place = first, #KEYS do
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[place], due, '+inf')) do table.insert(found, id) end
    end
    return found
end
"""

# KEYS: the queue, the wake-up list, then the registries.
_BEGUN = (
    _BEGUN_JOBS
    + """
local begun = {}
for _, id in ipairs(begun_jobs(3)) do begun[string.sub(id, 1, 32)] = true end
"""
)

# The new job is its organisation's nth that waits: it stands before the first one that is its organisation's n+1st.
_TAKE_TURN = (
    _BEGUN
    + """
local own, mine, behind, turns, following = string.sub(ARGV[1], 1, 32), 1, 0, {}, nil
local waiting = redis.call('LRANGE', KEYS[1], 0, -1)
for place, id in ipairs(waiting) do
    if string.sub(id, 1, 32) == own then mine, behind = mine + 1, place end
end
for place, id in ipairs(waiting) do
    local organization = string.sub(id, 1, 32)
    turns[organization] = (turns[organization] or 0) + 1
    if not following and place > behind and turns[organization] > mine then following = id end
end
if following then
    redis.call('LINSERT', KEYS[1], 'BEFORE', following, ARGV[1])
else
    redis.call('RPUSH', KEYS[1], ARGV[1])
end
if not begun[own] and redis.call('LLEN', KEYS[2]) == 0 then redis.call('RPUSH', KEYS[2], own) end
"""
)

# ARGV: the kinds of job that the lane takes.
_TAKE_UNSERVED = (
    _BEGUN
    + """
local kinds = {}
for _, kind in ipairs(ARGV) do kinds[kind] = true end
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    local organization, kind = string.match(id, '^(%x+)%-([%a_]+)%-')
    if kinds[kind or ''] and not begun[organization] then
        redis.call('LREM', KEYS[1], 1, id)
        return id
    end
end
return false
"""
)


class FairQueue(DjangoRQ):
    """A queue in which organisations take turns: the order is made when a job is added, workers take the first.

    It holds few jobs (admission bounds them), so looking through it costs less than a millisecond.
    """

    def push_job_id(self, job_id: str, pipeline: Any = None, at_front: bool = False) -> None:
        if at_front:
            super().push_job_id(job_id, pipeline=pipeline, at_front=True)
        else:
            keys = _keys(self.key)
            (self.connection if pipeline is None else pipeline).eval(_TAKE_TURN, len(keys), *keys, job_id)


class ExpressQueue(DjangoRQ):
    """The same queue as the express lane sees it: only jobs of organisations of which no job has begun.

    A job stands in one list for all workers. So the first free worker takes it, a lane that is missing holds up nothing,
    and many organisations in the lane do not push back one that waits for an ordinary worker.
    """

    @classmethod
    def lpop(
        cls, queue_keys: Sequence[str], timeout: int | None, connection: Redis[bytes] | None = None
    ) -> tuple[str, bytes] | None:
        """Waits for at most `timeout` seconds, not at all for None. Raises DequeueTimeout."""
        assert connection is not None
        until = time.monotonic() + (timeout or 0)
        while True:
            for queue_key in queue_keys:
                keys = _keys(queue_key)
                if job_id := connection.eval(_TAKE_UNSERVED, len(keys), *keys, *_KINDS):
                    return queue_key, job_id
            left = until - time.monotonic()
            if timeout is None:
                return None
            if left <= 0:
                raise DequeueTimeout(timeout, queue_keys)
            connection.blpop([_wake_up_key()], min(left, _LOOK_SECONDS))

    @classmethod
    def lmove(cls, connection: Redis[bytes], queue_key: str, timeout: int | None) -> tuple[str, bytes] | None:
        """RQ's way where there is one queue: its intermediate list serves to find lost jobs, as our reconciler does."""
        return cls.lpop([queue_key], timeout, connection)


def begun_jobs(connection: Redis[bytes], queue_names: Iterable[str]) -> list[str]:
    """Ids of the jobs at work, each followed by a colon and its execution's."""
    keys = [_registry(name) for name in queue_names]
    return [member.decode() for member in connection.eval(_BEGUN_JOBS + "return begun_jobs(1)", len(keys), *keys)]


def _keys(queue_key: str) -> list[str]:
    return [queue_key, _wake_up_key(), *(_registry(name) for name in DOCUMENT_QUEUES)]


def _registry(name: str) -> str:
    return StartedJobRegistry.key_template.format(name)


def _wake_up_key() -> str:
    """A list that the express lane waits at; it holds at most one entry."""
    return f"{settings.REDIS_PREFIX}:express"
