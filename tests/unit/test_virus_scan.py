"""The wire format of clamd, and what each of its answers means."""

import socket

import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.virus_scan import ScannerAway, scan
from tests.clamd_server import Clamd, closed_port


def test_clean_and_infected_bytes_over_tcp_and_a_socket(tmp_path):
    for path in ("", str(tmp_path / "clamd.ctl")):
        with Clamd(path) as clamd:
            assert scan(clamd.url, [b"clean ", b"x" * 200_000, b""], seconds=5) == ""
            assert scan(clamd.url, [b"EIC", b"AR"], seconds=5) == "Eicar-Signature"
            assert scan(clamd.url, [], seconds=5) == ""
            assert clamd.seen == [b"clean " + b"x" * 200_000, b"EICAR", b""]


def test_more_than_the_scanner_takes_is_no_verdict():
    with Clamd(limit=1000) as clamd, pytest.raises(PermanentFailure) as refused:
        scan(clamd.url, [b"x" * 5_000_000], seconds=5)
    assert refused.value.code == "too_large_to_scan"


@pytest.mark.parametrize("says", [b"COMMAND READ TIMED OUT ERROR\0", b"\0", b"HTTP/1.1 400 Bad Request\0"])
def test_any_other_answer_is_no_verdict_either(says):
    with Clamd() as clamd:
        clamd.answer_with(says)
        with pytest.raises(ScannerAway):
            scan(clamd.url, [b"x"], seconds=5)


def test_nobody_and_somebody_silent_are_away(tmp_path):
    with pytest.raises(ScannerAway):
        scan(f"tcp://127.0.0.1:{closed_port()}", [b"x"], seconds=5)
    with pytest.raises(ScannerAway):
        scan(f"unix://{tmp_path}/nothing", [b"x"], seconds=5)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ScannerAway):
        scan(f"tcp://127.0.0.1:{silent.getsockname()[1]}", [b"x"], seconds=0.2)
