"""What goes out compressed: whole pages and JSON that is read; nothing else, and never twice the same length."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from idp_project.web.compression import LEAST, CompressionMiddleware

PAGE = "<p>the same again</p>" * 200


def answered(response, method="GET", accepts="gzip"):
    request = RequestFactory().generic(method, "/", headers={"Accept-Encoding": accepts})
    return CompressionMiddleware(lambda _: response)(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", "text/csv"])
def test_long_texts_are_compressed(kind):
    answer = answered(HttpResponse(PAGE, content_type=kind))
    assert answer["Content-Encoding"] == "gzip" and len(answer.content) < len(PAGE) / 5
    assert gzip.decompress(answer.content).decode() == PAGE and "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(
    ("response", "method", "accepts"),
    [
        (HttpResponse(PAGE, content_type="image/jpeg"), "GET", "gzip"),
        (HttpResponse(PAGE, content_type="application/json"), "POST", "gzip"),
        (HttpResponse(PAGE[: LEAST - 1]), "GET", "gzip"),
        (HttpResponse(PAGE), "GET", "identity"),
        (StreamingHttpResponse([PAGE], content_type="text/html"), "GET", "gzip"),
    ],
    ids=["picture", "JSON that answers a POST", "short", "not asked for", "stream"],
)
def test_other_answers_go_out_as_they_are(response, method, accepts):
    assert not answered(response, method, accepts).has_header("Content-Encoding")


def test_the_length_of_one_page_differs():
    lengths = {len(answered(HttpResponse(PAGE)).content) for _ in range(40)}
    assert len(lengths) > 5
