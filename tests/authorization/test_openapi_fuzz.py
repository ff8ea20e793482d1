"""Generated requests over the OpenAPI description, once per role: no unexpected 5xx, no traceback, only stated errors."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings, strategies

from idp_project.wsgi import application

pytestmark = pytest.mark.slow
ROLES = ("viewer", "owner", "reviewer", "admin", "super_admin", "anonymous")
EXAMPLES = 15  # of each operation and role
ID_NAMES = {"batch_id": "batch", "document_id": "document", "task_id": "task", "field_value_id": "field_value"}
ID_NAMES |= {"sub_document_id": "sub_document", "page_id": "page"}


@schemathesis.serializer("application/offset+octet-stream")
def _bytes_of_a_part(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """Requests through WSGI would close the connection whose transaction is to be rolled back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def closing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Reads the whole answer and closes it (and the file in it), as servers do and schemathesis does not."""
    answer = application(environ, start_response)
    try:
        return list(answer)
    finally:
        answer.close()


@pytest.fixture
def operations(kept_connection: None) -> list[Any]:
    with override_settings(PUBLIC_API_DESCRIPTION=True):
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi/", closing)
    found = [result.ok() for result in schema.get_all_operations()]
    assert len(found) > 15
    return found


@pytest.fixture
def crashes() -> Iterator[list[str]]:
    """What Django was told of as an unexpected exception."""
    heard: list[str] = []

    def hear(sender: Any, request: Any = None, **_: Any) -> None:
        heard.append(f"{request.method} {request.path_info}" if request else "?")

    got_request_exception.connect(hear)
    yield heard
    got_request_exception.disconnect(hear)


def is_expected(answer: Any) -> bool:
    """Below 500, or a stated outage; never with a stack in it."""
    text = text_of(answer)
    if "Traceback" in text or 'File "/' in text:
        return False
    if answer.status_code < 500:
        return True
    return answer.status_code == 503 and json.loads(text).get("is_retryable") is True


def text_of(answer: Any) -> str:
    """Of a file, what is readable."""
    return answer.content.decode("utf-8", "replace")


@pytest.mark.parametrize("role", ROLES)
def test_no_generated_request_breaks_the_api(world, operations, crashes, caplog, role, record_property):
    caplog.set_level(logging.ERROR)
    actor = world.actors[role]
    statuses: Counter[int] = Counter()
    for operation in operations:
        headers = {"Authorization": f"Bearer {actor.cookie}"} if actor.cookie else {}
        statuses += fuzz(world, operation, headers)
    assert crashes == []
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    if role != "anonymous":
        assert sum(count for status, count in statuses.items() if status < 300) > 0
    record_property(
        "figures", f"schemathesis as {role}: {sum(statuses.values())} requests, {dict(sorted(statuses.items()))}"
    )


def fuzz(world: Any, operation: Any, headers: dict[str, str]) -> Counter[int]:
    """Half of the requests name things that exist."""
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), names_what_exists=strategies.booleans())
    def send(case: Any, names_what_exists: bool) -> None:
        if names_what_exists and case.path_parameters:
            known = {name: world.ids[ID_NAMES[name]] for name in case.path_parameters if name in ID_NAMES}
            case.path_parameters |= known
        with transaction.atomic(using="default"):
            answer = case.call(headers=headers)
            transaction.set_rollback(True, using="default")
        statuses[answer.status_code] += 1
        assert is_expected(answer), f"{answer.status_code} {case.method} {case.formatted_path}: {text_of(answer)[:300]}"

    send()
    return statuses
