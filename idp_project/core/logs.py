"""Log lines: structlog renders every record of every logger, with the ids that are bound where it is written.

A line never holds a secret, nor the text of an error that may quote a document or a database row.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, merge_contextvars
from structlog.typing import EventDict

from idp_project.core.errors import IdpError

FORMS = ("plain", "json")  # key=value, and one JSON object per line
_FIRST_KEYS = ("timestamp", "level", "logger", "event")
_HIDDEN = "[hidden]"
_USER_INFO = re.compile(r"(?<=://)[^/\s@]*:[^/\s@]*(?=@)")
_BEARER = re.compile(r"(?i)\b(bearer|basic|api-key)\s+[\w+/=.~-]{8,}")
_NAMED = re.compile(
    r"""(?ix)\b(\w*(?:password|passwd|secret|token|api[_-]?key|authorization|cookie))(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"']+)"""
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Errors of ours, of the machine and of the program: their text names files, addresses and attributes. Any other may quote
# what a document says, as `int("12 EUR")` does, or the row that a database refused.
_TELLING = (
    *(IdpError, OSError, MemoryError, ImportError, NameError, AttributeError, RedisError),
    *(OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError),
)


def logging_of(level: str, form: str) -> dict[str, Any]:
    """Configuration for `logging.config`. Raises ValueError for an unknown form."""
    if form not in FORMS:
        raise ValueError(f"LOG_FORMAT is one of {', '.join(FORMS)}, not “{form}”.")
    render = _json if form == "json" else _plain
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    _add_request,
                    merge_contextvars,
                    structlog.stdlib.add_logger_name,
                    _add_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                ],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _describe_exception,
                    _hide_secrets,
                    render,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in ("uvicorn.access", "rq.worker", "httpx", "axes")},
    }


def log_ids() -> dict[str, Any]:
    """The ids of this thread or task, to be given to the `log_scope` of another."""
    return get_contextvars()


@contextmanager
def log_scope(**ids: object) -> Iterator[None]:
    """Inside, every line of this thread or task has these ids, and those that `log_bind` adds; afterwards the outer ones."""
    outer = get_contextvars()
    bind_contextvars(**_shown(ids))
    try:
        yield
    finally:
        clear_contextvars()
        bind_contextvars(**outer)


def log_bind(**ids: object) -> None:
    """Adds ids until the scope ends that is open; outside a scope nothing is added, because nothing would remove it."""
    if get_contextvars():
        bind_contextvars(**_shown(ids))


def _shown(ids: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in ids.items() if value}


def _add_request(logger: object, method: str, event: EventDict) -> EventDict:
    """Django says that an answer is an error after the middleware has ended, and gives the request with the record."""
    event.update(getattr(getattr(event["_record"], "request", None), "log_ids", {}))
    return event


def _add_level(logger: object, method: str, event: EventDict) -> EventDict:
    event["level"] = event["_record"].levelname
    return event


def _describe_exception(logger: object, method: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    if info and info[1] is not None:
        event["exception"] = described(info[1])
    return event


def described(error: BaseException) -> str:
    """The traceback of an error and of what led to it: places in the code and kinds, texts only where they quote no data."""
    described_errors: list[str] = []
    current: BaseException | None = error
    while current is not None and len(described_errors) < 10:
        frames = "".join(traceback.format_list(traceback.extract_tb(current.__traceback__)))
        described_errors.append(f"Traceback (most recent call last):\n{frames}{_kind_of(current)}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nwhich led to\n".join(reversed(described_errors))


def _kind_of(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{kind}: {error}" if isinstance(error, _TELLING) else kind


def _hide_secrets(logger: object, method: str, event: EventDict) -> EventDict:
    for key in ("event", "exception"):
        if key in event:
            event[key] = without_secrets(str(event[key]))
    return event


def without_secrets(text: str) -> str:
    """The text without passwords in addresses, credentials of headers, values named as secrets, and control characters
    other than line ends."""
    text = _CONTROL.sub(" ", text)
    text = _USER_INFO.sub(_HIDDEN, text)
    text = _BEARER.sub(rf"\1 {_HIDDEN}", text)
    return _NAMED.sub(rf"\1\2{_HIDDEN}", text)


_as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
_as_pairs = structlog.processors.LogfmtRenderer(key_order=list(_FIRST_KEYS), drop_missing=True, sort_keys=True)


def _json(logger: Any, method: str, event: EventDict) -> str:
    return str(_as_json(logger, method, _ordered(event)))


def _plain(logger: Any, method: str, event: EventDict) -> str:
    """A traceback follows its line as it is: it is for people, and in a value nobody can read it."""
    exception = event.pop("exception", "")
    line = _as_pairs(logger, method, event)
    return f"{line}\n{exception}" if exception else line


def _ordered(event: EventDict) -> dict[str, Any]:
    return {**{key: event[key] for key in _FIRST_KEYS if key in event}, **dict(sorted(event.items()))}
