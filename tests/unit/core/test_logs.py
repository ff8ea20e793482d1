"""Log lines: their form, the ids on them, and what they never hold."""

import json
import logging
import logging.config
import threading
from io import StringIO

import pytest
from django.db import DataError, OperationalError

from idp_project.core.errors import Conflict
from idp_project.core.logs import described, log_bind, log_ids, log_scope, logging_of, without_secrets
from idp_project.operations.supervisor.terminal import TROUBLE

NAME = "Erika"  # of a document: source lines in a traceback quote no value


@pytest.fixture
def lines():
    """lines(form) gives a logger and a function that reads what it wrote."""
    handler = logging.StreamHandler(StringIO())
    logger = logging.getLogger("documents.test_logs")
    logger.propagate = False
    logger.addHandler(handler)

    def configured(form):
        config = logging_of("INFO", form)
        formatter = dict(config["formatters"]["lines"])
        handler.setFormatter(formatter.pop("()")(**formatter))
        return logger, lambda: handler.stream.getvalue().splitlines()

    yield configured
    logger.removeHandler(handler)


def test_plain_line_is_pairs_with_the_ids(lines):
    logger, written = lines("plain")
    with log_scope(organization_id="7", document_id=""):
        log_bind(batch_id="8")
        logger.warning("%s is\nlate", "it")
    (line,) = written()
    when, rest = line.split(" ", 1)
    assert when.startswith("timestamp=20") and when.endswith("Z")
    assert rest == 'level=WARNING logger=documents.test_logs event="it is\\nlate" batch_id=8 organization_id=7'


def test_json_line_is_one_object_with_its_traceback(lines):
    logger, written = lines("json")
    with log_scope(request_id="1"):
        try:
            raise KeyError(NAME)
        except KeyError:
            logger.exception("it broke")
    (line,) = written()
    entry = json.loads(line)
    assert list(entry)[:4] == ["timestamp", "level", "logger", "event"] and entry["request_id"] == "1"
    assert "test_logs.py" in entry["exception"] and entry["exception"].endswith("KeyError")
    assert NAME not in line and TROUBLE.search(line)


def test_plain_trouble_is_seen_by_the_supervisor(lines):
    logger, written = lines("plain")
    logger.error("it broke", exc_info=OSError(28, "No space left"))
    first, *rest = written()
    assert TROUBLE.search(first) and rest[-1] == "OSError: [Errno 28] No space left"


def test_scopes_nest_and_leave_nothing():
    with log_scope(organization_id="1"):
        with log_scope(document_id="2", organization_id="3"):
            log_bind(batch_id="4")
            assert log_ids() == {"organization_id": "3", "document_id": "2", "batch_id": "4"}
        assert log_ids() == {"organization_id": "1"}
    log_bind(batch_id="outside a scope")
    assert log_ids() == {}


def test_scope_is_of_one_thread():
    seen = []
    with log_scope(organization_id="1"):
        thread = threading.Thread(target=lambda: seen.append(log_ids()))
        thread.start()
        thread.join()
    assert seen == [{}]


@pytest.mark.parametrize(
    ("error", "is_told"),
    [
        (ValueError("could not convert: '12 EUR to Erika'"), False),
        (DataError('invalid input syntax for type json: "Erika"'), False),
        (OperationalError("Erika's server closed the connection"), True),
        (Conflict("Erika has it."), True),
        (ConnectionRefusedError(111, "Erika"), True),
    ],
)
def test_error_text_is_kept_where_it_quotes_no_data(error, is_told):
    try:
        try:
            raise error
        except Exception as first:
            raise RuntimeError(NAME) from first
    except RuntimeError as second:
        text = described(second)
    assert (NAME in text) is is_told
    assert text.count("Traceback") == 2 and text.endswith("RuntimeError")


@pytest.mark.parametrize(
    "text",
    [
        "postgres://idp_app:Geheim12@db.example/idp is away",
        "redis://:Geheim12@redis:6379",
        "Authorization: Bearer Geheim12",
        "{'api_key': 'Geheim12', 'model': 'x'}",
        "GET /reset/?token=Geheim12&x=1",
        'password="Geheim12" refused',
    ],
)
def test_secret_is_hidden(text):
    assert "Geheim12" not in without_secrets(text) and "[hidden]" in without_secrets(text)


def test_control_characters_do_not_reach_a_terminal():
    assert without_secrets("a\x1b[31mb\rc") == "a [31mb c"


def test_ordinary_words_stay():
    text = "the token of https://user@host/a:b@c was lost; step ocr: 3 pages"
    assert without_secrets(text) == text


def test_unknown_form_is_named():
    with pytest.raises(ValueError, match="LOG_FORMAT"):
        logging_of("INFO", "xml")
