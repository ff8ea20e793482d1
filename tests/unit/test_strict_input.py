"""Unknown and repeated names in query strings, forms and JSON, without a server."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError

from idp_project.core.errors import InvalidInput
from idp_project.core.json_bodies import JsonParser
from idp_project.core.strict_input import StrictSerializer, check_form, check_no_body, check_query, refusal_of


class Inner(StrictSerializer):
    page = serializers.IntegerField(required=False)


class Outer(StrictSerializer):
    name = serializers.CharField(required=False)
    made = serializers.CharField(read_only=True)
    files = serializers.ListField(child=serializers.CharField(), required=False)
    place = Inner(required=False)
    parts = Inner(many=True, required=False)


def refused(data):
    outer = Outer(data=data)
    return sorted(outer.errors) if not outer.is_valid() else []


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("name=a&files=1&files=2", []),
        ("files[0]=1&files[1]=2&place.page=1&parts[0]page=1", []),
        ("Name=a", ["Name"]),
        ("files[]=1", ["files[]"]),
        ("files=1&files[0]=2", ["files[0]"]),
        ("file=1", ["file"]),
        ("name=a&name=b", ["name"]),
        ("made=now", ["made"]),
        ("place={}", ["place"]),
        ("place.line=1", ["place"]),
        ("parts=[]", ["parts"]),
        ("names=a", ["names"]),
    ],
)
def test_a_form_loses_nothing(form, names):
    assert refused(QueryDict(form)) == names


def test_a_file_under_another_name_is_refused():
    form = MultiValueDict({"name": ["a"], "document": [SimpleUploadedFile("a.pdf", b"x")]})
    assert refused(form) == ["document"]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"name": "a", "parts": [{"page": 1}], "place": {}}, []),
        ({"nme": "a"}, ["nme"]),
        ({"made": "now"}, ["made"]),
        ({"place": {"line": 1}}, ["place"]),
        ({"parts": [{"page": 1}, {"line": 1}]}, ["parts"]),
        ({"place": [1]}, ["place"]),
        ({"files": {"a": 1}}, ["files"]),
        ({1: "a"}, ["1"]),
        ([], ["non_field_errors"]),
        (None, ["non_field_errors"]),
    ],
)
def test_json_loses_nothing(data, names):
    assert refused(data) == names


def test_the_refusal_names_the_path_and_what_is_known():
    outer = Outer(data={"name": [], "parts": [{"page": 1}, {"line": 1}]})
    assert not outer.is_valid() and set(outer.errors) == {"name", "parts"}, "other faults are named beside it"
    code, message = refusal_of(outer.errors)
    assert code == "unknown_field" and "parts[1].line" in message
    assert "page" in outer.errors["parts"][1]["line"][0]
    assert refusal_of({"name": [serializers.ErrorDetail("x", code="required")]}) is None


def test_parameters_are_known_and_given_once():
    check_query(QueryDict("cursor=a"), ["cursor"])
    for text, code in (
        ("status=a", "unknown_field"),
        ("cursor=a&cursor=b", "repeated_field"),
        ("CURSOR=a", "unknown_field"),
    ):
        with pytest.raises(ValidationError) as error:
            check_query(QueryDict(text), ["cursor"])
        assert refusal_of(error.value.detail)[0] == code


@pytest.mark.parametrize("body", [{}, None, "", []])
def test_an_empty_body_says_nothing(body):
    check_no_body(body)


@pytest.mark.parametrize("body", [{"a": 1}, [1], "a", 7, QueryDict("a=1")])
def test_a_body_where_none_is_taken_is_refused(body):
    with pytest.raises(ValidationError):
        check_no_body(body)


def test_a_plain_form_is_checked_by_name():
    check_form(QueryDict("team=1"), MultiValueDict(), fields=["team"], file_fields=["files"])
    with pytest.raises(InvalidInput, match="document") as error:
        check_form(QueryDict("team=1"), MultiValueDict({"document": [1]}), fields=["team"], file_fields=["files"])
    assert error.value.code == "unknown_field"


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"b": [{"a": 1, "a": 1}]}', "[" * 100_000, "{", "NaN", "\ud800"])
def test_json_that_loses_a_value_or_cannot_be_read_is_refused(text):
    with pytest.raises(ParseError):
        JsonParser().parse(io.BytesIO(text.encode("utf-8", "surrogatepass")))


def test_ordinary_json_is_read():
    data = {"a": [{"b": 1}, {"b": 2}]}
    assert JsonParser().parse(io.BytesIO(json.dumps(data).encode())) == data
