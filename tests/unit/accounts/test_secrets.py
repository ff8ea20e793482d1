"""Keyed functions: what must change a MAC, and what must not."""

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.secrets import chain_value, image_token, image_token_expiry, keyed_hex, next_token_id

BOUND = {"page_id": uuid4(), "variant": "view", "user_id": uuid4(), "session_id": uuid4(), "expires_at": 1_900_000_000}


def test_parts_do_not_run_into_each_other():
    assert keyed_hex("key", "ab", "c") != keyed_hex("key", "a", "bc")
    assert keyed_hex("key", "a", "") != keyed_hex("key", "a")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("page_id", uuid4()),
        ("variant", "thumb"),
        ("user_id", uuid4()),
        ("session_id", uuid4()),
        ("expires_at", 1_900_000_001),
    ],
)
def test_an_image_token_is_bound_to(name, other):
    assert image_token("key", **BOUND) == image_token("key", **BOUND)
    assert image_token("key", **BOUND).split(".")[1] != image_token("key", **{**BOUND, name: other}).split(".")[1]


def test_the_key_matters():
    assert image_token("key", **BOUND) != image_token("other", **BOUND)


@pytest.mark.parametrize("token", ["", ".", "x.y", "-1.y", "1.", "1e3.y", "²3.y", "9999999999999.y"])
def test_a_malformed_image_token_has_no_expiry(token):
    assert image_token_expiry(token) is None


def test_next_token_id_depends_on_key_session_and_id():
    session = uuid4()
    successors = {
        next_token_id("key", session, "a"),
        next_token_id("key", session, "b"),
        next_token_id("other", session, "a"),
        next_token_id("key", uuid4(), "a"),
    }
    assert len(successors) == 4
    assert next_token_id("key", session, "a") in successors


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.uuids() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4) | st.frozensets(st.text())
    ),
    max_leaves=12,
)


@given(values)
def test_an_audited_value_survives_json_unchanged(value):
    assert json.loads(json.dumps(chain_value(value))) == chain_value(value)
