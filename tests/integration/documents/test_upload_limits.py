"""B3: limits are met by the web server before anything is decoded, and its memory stays where it was."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.services.sign_in import sessions
from accounts.tokens import access_token
from documents.models import Document, SourceFile, Upload
from idp_project.core.tenancy import system_scope
from tests.web_server import WebServer, serving

pytestmark = [pytest.mark.timeout(300), pytest.mark.django_db(transaction=True, databases=["default", "pdb"])]
PART = "application/offset+octet-stream"
MIB = 2**20
MOST_GROWTH = 50 * MIB
_HEAD, _TAIL = b"%PDF-1.7\n", b"\nstartxref\n0\n%%EOF\n"
_FORM = "b3"


def pdf_like(size: int) -> Iterator[bytes]:
    """Bytes that pass the door as a PDF, in chunks: head, padding, end."""
    yield _HEAD
    left = size - len(_HEAD) - len(_TAIL)
    while left:
        yield b"0" * min(left, MIB)
        left -= min(left, MIB)
    yield _TAIL


@pytest.fixture
def serve(cast, servers) -> Iterator[Callable[[], WebServer]]:
    """Starts it with the settings of this moment."""
    assert cast.team
    with ExitStack() as stack:
        yield lambda: stack.enter_context(serving(str(access_token(sessions.sign_in(cast.owner)))))


def form(team_id: object, size: int) -> tuple[Iterator[bytes], int]:
    """A multipart form with one file of that size, in chunks, and the length of it all."""
    head = (
        f'--{_FORM}\r\nContent-Disposition: form-data; name="team_id"\r\n\r\n{team_id}\r\n'
        f'--{_FORM}\r\nContent-Disposition: form-data; name="files"; filename="big.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    tail = f"\r\n--{_FORM}--\r\n".encode()

    def chunks() -> Iterator[bytes]:
        yield head
        yield from pdf_like(size)
        yield tail

    return chunks(), len(head) + size + len(tail)


def in_parts(server: WebServer, size: int) -> tuple[int, dict]:
    name = b64encode(b"big.pdf").decode()
    headers = {"Upload_Length": str(size), "Upload_Metadata": f"filename {name}"}
    status, begun = server.request("POST", reverse("api-uploads"), **headers)
    if status != 201:
        return status, begun
    url = reverse("api-upload", args=[begun["id"]])
    status, _ = server.request("PATCH", url, pdf_like(size), length=size, Content_Type=PART, Upload_Offset="0")
    assert status == 204
    return server.request("GET", url)


def as_form(server: WebServer, cast, size: int, url: str = "") -> tuple[int, dict]:
    body, length = form(cast.team.id, size)
    kind = f"multipart/form-data; boundary={_FORM}"
    return server.request("POST", url or reverse("api-batches"), body, length=length, Content_Type=kind)


def newest_error() -> str:
    with system_scope("test"):
        return Document.objects.order_by("-created_at").values_list("error_code", flat=True)[0]


def test_limits_of_bytes_are_met_without_memory(cast, serve, record_property):
    """With the limit of every day, 100 MiB: one byte less, exactly as many, one more; in parts and as a form."""
    limit = settings.MAX_FILE_BYTES
    server = serve()
    as_form(server, cast, 1000)  # what is loaded with the first request counts to the beginning
    assert in_parts(server, 1000)[0] == 200
    server.forget_peak()
    before = server.memory()
    for over in (-1, 0):
        status, upload = in_parts(server, limit + over)
        assert (status, upload["is_complete"], upload["received_bytes"]) == (200, True, limit + over)
        assert as_form(server, cast, limit + over)[0] == 201 and newest_error() == ""
    status, answer = in_parts(server, limit + 1)
    assert (status, answer["code"]) == (413, "too_many_bytes")
    assert as_form(server, cast, limit + 1)[0] == 201 and newest_error() == "too_many_bytes"
    url = reverse("api-upload", args=[upload["id"]])
    for method, address in (("PATCH", url), ("POST", reverse("api-uploads")), ("POST", reverse("api-batches"))):
        status, answer = server.request(method, address, pdf_like(1000), Content_Type=PART)
        assert (status, answer["code"]) == (411, "length_required")
    grown = server.memory() - before
    assert grown < MOST_GROWTH
    record_property("figures", f"B3: files of 100 MiB −1, ±0, +1 byte twice: web memory grew {grown / MIB:.0f} MiB")


def test_upload_resumes_after_the_web_was_killed_in_a_part(serve):
    first, third = serve(), MIB
    whole = b"".join(pdf_like(3 * third))
    headers = {"Upload_Length": str(len(whole)), "Content_Type": PART}
    status, begun = first.request("POST", reverse("api-uploads"), whole[:third], **headers)
    assert (status, begun["received_bytes"]) == (201, third)
    url = reverse("api-upload", args=[begun["id"]])

    def cut_off() -> Iterator[bytes]:
        yield whole[third : third + 1000]
        os.kill(first.pid, signal.SIGKILL)
        yield whole[third + 1000 :]

    with pytest.raises(OSError):
        first.request("PATCH", url, cut_off(), length=2 * third, Content_Type=PART, Upload_Offset=str(third))
    second = serve()
    assert second.request("GET", url)[1]["received_bytes"] == third
    assert second.request("PATCH", url, whole[third:], Content_Type=PART, Upload_Offset=str(third))[0] == 204
    assert second.request("GET", url)[1]["sha256"] == hashlib.sha256(whole).hexdigest()


def test_uploads_arrive_at_addresses_without_their_slash(cast, serve):
    """Larger than a plain form may be: the limit of bodies knows the address, too."""
    server, size = serve(), 3 * MIB
    assert size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert as_form(server, cast, size, reverse("api-batches").rstrip("/"))[0] == 201 and newest_error() == ""
    uploads = reverse("api-uploads").rstrip("/")
    status, answer = server.request("OPTIONS", uploads)
    assert status == 204 and answer["tus-version"] == "1.0.0"
    status, begun = server.request("POST", uploads, Upload_Length=str(size), Content_Type=PART)
    assert status == 201
    url = reverse("api-upload", args=[begun["id"]]).rstrip("/")
    status, _ = server.request("PATCH", url, pdf_like(size), length=size, Content_Type=PART, Upload_Offset="0")
    assert status == 204
    status, answer = server.request("HEAD", url)
    assert (status, answer["upload-offset"]) == (200, str(size))
    assert server.request("DELETE", url)[0] == 204 and server.request("GET", url)[0] == 404


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_request_over_its_limit_is_refused_before_it_is_read(cast, serve, settings, over):
    body, length = form(cast.team.id, 200_000)
    settings.MAX_REQUEST_BYTES = length - over
    server = serve()
    taken = []

    def counted() -> Iterator[bytes]:
        for chunk in body:
            taken.append(len(chunk))
            yield chunk

    kind = f"multipart/form-data; boundary={_FORM}"
    status, answer = server.request("POST", reverse("api-batches"), counted(), length=length, Content_Type=kind)
    with system_scope("test"):
        count = SourceFile.objects.count()
    if over == 1:
        assert (status, answer["code"], count) == (413, "request_too_large", 0)
        assert f"{length:,}" in answer["message"] and f"{length - 1:,}" in answer["message"]
    else:
        assert (status, count) == (201, 1)


@pytest.mark.slow
def test_huge_claims_are_answered_at_once_and_forms_are_small(cast, serve):
    """Not a byte of the body is sent: the answer comes on the claim alone."""
    server = serve()
    for path, claimed in ((reverse("api-batches"), 2**40), (reverse("accounts:login"), 3 * MIB)):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {claimed}\r\n\r\n"
            raw.sendall(head.encode())
            answer = raw.makefile("rb").read().decode()
        assert answer.startswith("HTTP/1.1 413") and "request_too_large" in answer
    with system_scope("test"):
        assert not Upload.objects.exists()
