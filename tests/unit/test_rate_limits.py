"""The table of limits: what the environment may change, and what one address is."""

import pytest

from idp_project.core.client_addresses import counted_address
from idp_project.core.errors import TooManyRequests, headers_of
from idp_project.core.rate_limits import BOUNDS, RATE_LIMITS, bounds_from, limited, rates_from, setting_of


def test_names_are_unique_and_defaults_can_be_read():
    names = [row.name for row in (*RATE_LIMITS, *BOUNDS)]
    assert len(names) == len(set(names))
    assert rates_from({}) == {limit.name: limit.rate for limit in RATE_LIMITS}
    assert bounds_from({}) == {bound.name: bound.most for bound in BOUNDS}


def test_the_environment_changes_a_row_and_a_bad_value_is_named():
    assert rates_from({"LIMIT_SIGN_IN_ADDRESS": " 5/10 minutes "})["sign_in_address"] == "5/10 minutes"
    assert bounds_from({"LIMIT_HASHING_THREADS": "3"})["hashing_threads"] == 3
    for value in ("many", "0/minute", "5", "5/fortnight"):
        with pytest.raises(ValueError, match="LIMIT_SIGN_IN_ADDRESS"):
            rates_from({"LIMIT_SIGN_IN_ADDRESS": value})
    for value in ("-1", "0", "two"):
        with pytest.raises(ValueError, match="LIMIT_HASHING_THREADS"):
            bounds_from({"LIMIT_HASHING_THREADS": value})
    assert setting_of("hashing_threads") == "LIMIT_HASHING_THREADS"


def test_a_group_without_limits_is_a_mistake():
    with pytest.raises(ValueError, match="no limit called"):
        limited("uploadz")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("", "unknown"),
        (None, "unknown"),
        ("pigeon", "unknown"),
    ],
)
def test_an_ipv6_network_counts_as_one_address(address, counted):
    assert counted_address(address) == counted


def test_a_refusal_says_when_to_try_again():
    refusal = TooManyRequests(retry_after=61.2)
    assert headers_of(refusal) == {"Retry-After": "62"} and "2 minutes" in refusal.message
    assert refusal.as_dict()["is_retryable"] is True and refusal.http_status == 429
