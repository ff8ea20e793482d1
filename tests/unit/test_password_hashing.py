"""Hashing costs bounded memory, no matter who asks, and people with known devices do not wait for strangers."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from idp_project.core import password_hashing
from idp_project.core.errors import TooManyRequests
from idp_project.core.password_hashing import in_lane, lane_of
from idp_project.settings.base import PASSWORD_HASHERS


@pytest.fixture(autouse=True)
def real_hashing(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    password_hashing._lane_named.cache_clear()
    yield
    password_hashing._lane_named.cache_clear()


def test_a_hash_is_argon2id_of_one_thread_and_46_to_64_mib():
    algorithm, kind, _, parameters, *_ = make_password("a long enough phrase").split("$")
    found = dict(part.split("=") for part in parameters.split(","))
    assert (algorithm, kind, found["p"]) == ("argon2", "argon2id", "1")
    assert 46 * 1024 <= int(found["m"]) <= 64 * 1024


def test_hash_of_other_cost_is_replaced_at_a_right_password():
    old = Argon2PasswordHasher().encode("a long enough phrase", "saltsaltsaltsaltsaltsa")
    replaced = []
    assert check_password("a long enough phrase", old, replaced.append)
    assert not check_password("another phrase", old, replaced.append)
    assert replaced == ["a long enough phrase"]
    fresh = make_password("a long enough phrase")
    assert check_password("a long enough phrase", fresh, replaced.append) and len(replaced) == 1


def test_strangers_hash_two_at_a_time_and_others_are_refused(settings):
    settings.BOUNDS = settings.BOUNDS | {"hashing_waiting": 4}
    at_once, most, lock, refused = 0, 0, threading.Lock(), []

    def work():
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        with lock:
            at_once -= 1

    def ask():
        try:
            in_lane(work)
        except TooManyRequests as error:
            refused.append(error.retry_after)

    with ThreadPoolExecutor(16) as crowd:
        for _ in range(16):
            crowd.submit(ask)
    assert most == 2 and len(refused) == 16 - 6 and min(refused) >= 1
    in_lane(lambda: None)  # the places are free again


def test_a_known_device_is_not_queued_behind_strangers(settings):
    settings.BOUNDS = settings.BOUNDS | {"hashing_waiting": 4}
    is_over = threading.Event()

    def stranger():
        with suppress(TooManyRequests):
            in_lane(lambda: is_over.wait(5))

    with ThreadPoolExecutor(16) as crowd:
        for _ in range(16):
            crowd.submit(stranger)
        with lane_of(is_known=True):
            began = time.monotonic()
            assert in_lane(lambda: "hashed") == "hashed"
        assert time.monotonic() - began < 2
        is_over.set()


def test_who_waits_too_long_is_told_when_to_come_back(settings):
    settings.BOUNDS = settings.BOUNDS | {"hashing_threads": 1, "hashing_seconds": 1}
    is_over = threading.Event()
    with ThreadPoolExecutor(1) as other:
        other.submit(in_lane, lambda: is_over.wait(5))
        time.sleep(0.1)
        with pytest.raises(TooManyRequests):
            in_lane(lambda: None)
        is_over.set()
