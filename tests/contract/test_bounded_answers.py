"""Servers that a tenant chooses and that answer without end: AI providers, mail servers, virus scanners."""

import gzip
import itertools
import smtplib
import time

import httpx
import pytest
from django.core.mail import EmailMessage, get_connection

from idp_project.core import virus_scan
from idp_project.core.virus_scan import ScannerAway, scan
from idp_project.providers.egress import EgressPolicy, EgressTransport, ProviderEndpoint
from idp_project.providers.embeddings.litellm import GatewayEmbeddings
from idp_project.providers.errors import AnswerMalformed, ProviderTimeout, ProviderUnavailable
from idp_project.providers.llm.base import LanguageRequest, Message, Speaker
from idp_project.providers.llm.gateway import GatewayModel
from tests.pouring_server import pouring

pytestmark = pytest.mark.usefixtures("socket_enabled")
MIB = 2**20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ENDLESS = HEAD + b"\r\n"
CHUNKED = HEAD.replace(b"application/json", b"text/event-stream") + b"Transfer-Encoding: chunked\r\n\r\n"
SYSTEM_BACKEND = "idp_project.core.bounded_mail.BoundedMail"  # for EMAIL_URL and organisations alike
POLICY = EgressPolicy(local_only=True)


def blanks():
    """A head, then blanks until nobody listens."""
    return itertools.chain([ENDLESS], itertools.repeat(b" " * 65536))


def byte_by_byte(text):
    """The text, then blanks."""
    return lambda: (bytes([byte]) for byte in itertools.chain(text, itertools.repeat(32)))


def model(port, provider="openai"):
    endpoint = ProviderEndpoint(provider=provider, model="m", api_base=f"http://127.0.0.1:{port}")
    return GatewayModel(endpoint, POLICY, lambda record: None)


def question(timeout=20.0):
    return LanguageRequest("", (Message(Speaker.USER, "Say OK."),), "test", max_tokens=16, timeout=timeout)


def embeddings(port, provider="openai"):
    endpoint = ProviderEndpoint(provider=provider, model="m", api_base=f"http://127.0.0.1:{port}")
    return GatewayEmbeddings(endpoint, POLICY, lambda record: None)


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_an_endless_answer_is_cut_at_eight_mebibytes(provider):
    with pouring(blanks) as (port, taken):
        for ask in (
            lambda: model(port, provider).complete(question()),
            lambda: list(model(port, provider).stream(question())),
            lambda: embeddings(port, provider).embed(["a text"]),
        ):
            with pytest.raises(AnswerMalformed) as refused:
                ask()
            assert refused.value.code == "answer_too_large"
        assert len(taken) == 3 and max(taken) < 24 * MIB, "what is on the line counts too"


@pytest.mark.parametrize(
    "beginning",
    [b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX-Endless: ", ENDLESS],
    ids=["status line", "head", "body"],
)
def test_a_dribbled_answer_ends_with_the_deadline_of_the_call(beginning):
    """Each byte comes well within the time-out of a read."""
    with pouring(byte_by_byte(beginning), pause=0.02) as (port, _):
        began = time.monotonic()
        with pytest.raises(ProviderTimeout):
            model(port).complete(question(timeout=2.0))
        assert time.monotonic() - began < 15  # loading the library counts as well, the first time


def test_a_stream_has_a_deadline_as_well():
    event = b'data: {"choices": [{"delta": {"content": "a"}, "index": 0}]}\n\n'
    chunk = b"%x\r\n%b\r\n" % (len(event), event)
    with pouring(lambda: itertools.chain([CHUNKED], itertools.repeat(chunk)), pause=0.05) as (port, _):
        began = time.monotonic()
        with pytest.raises(ProviderTimeout):
            list(model(port).stream(question(timeout=1.0)))
        assert time.monotonic() - began < 15


def test_an_answer_that_unpacks_to_more_than_it_is_is_refused():
    packed = gzip.compress(b" " * 64 * MIB)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with pouring(lambda: [head, packed]) as (port, _), pytest.raises(AnswerMalformed) as refused:
        model(port).complete(question())
    assert "compressed" in refused.value.message


def test_no_compression_is_asked_for():
    endpoint = ProviderEndpoint(provider="openai", model="m", api_base="http://127.0.0.1:9")
    request = httpx.Request("GET", "http://127.0.0.1:9/", headers={"accept-encoding": "gzip"})
    with pytest.raises((httpx.HTTPError, ProviderUnavailable)):
        EgressTransport(endpoint, POLICY).handle_request(request)
    assert request.headers["accept-encoding"] == "identity"


def test_a_mail_server_that_goes_on_talking_is_not_listened_to():
    lines = itertools.repeat(b"220-" + b"x" * 8000 + b"\r\n")
    with pouring(lambda: lines, is_asked=False) as (port, taken):
        message = EmailMessage("s", "t", "a@example.org", ["b@example.org"])
        message.connection = get_connection(SYSTEM_BACKEND, host="127.0.0.1", port=port, timeout=10)
        with pytest.raises(smtplib.SMTPException):
            message.send()
        assert max(taken) < 24 * MIB


def test_a_scanner_that_dribbles_its_verdict_is_away():
    with pouring(byte_by_byte(b"stream: "), pause=0.05) as (port, _):
        began = time.monotonic()
        with pytest.raises(ScannerAway):
            scan(f"tcp://127.0.0.1:{port}", [b"x"], seconds=1)
        assert time.monotonic() - began < 10


def test_a_scanner_that_takes_a_file_for_ever_is_away(monkeypatch):
    monkeypatch.setattr(virus_scan, "_WHOLE", 2)

    def chunks():
        while True:
            time.sleep(0.1)
            yield b"x"

    with pouring(lambda: (time.sleep(1) or b"" for _ in itertools.count())) as (port, _):
        began = time.monotonic()
        with pytest.raises(ScannerAway):
            scan(f"tcp://127.0.0.1:{port}", chunks(), seconds=1)
        assert time.monotonic() - began < 15
