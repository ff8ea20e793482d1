"""Findings 9 and 10: what a child may ask of the kernel is a list, and it is nobody while it asks. In every mode."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.mode import Mode, describe_server
from idp_project.core.isolation.office.client import OfficeConverter
from idp_project.core.isolation.office.installation import found_office
from tests.factories import files, office
from tests.hostile import probes
from tests.hostile.drawing import pdf_of, text_at
from tests.hostile.servers import HAS_NAMESPACES, IS_ROOT, OFFICE, READER, SETTINGS, ProbingServer

LIMITS = SandboxLimits(cpu_seconds=5, wall_seconds=20, output_bytes=20 * 2**20)
REFUSED = {"EPERM", "EACCES", "ENOSYS", "ENOTTY"}
pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]
needs_office = pytest.mark.skipif(not found_office(), reason="LibreOffice with Writer and Calc is not installed")


class Victim:
    """A file and a process of somebody else's: what they are before, and what is left of that."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.file = folder / "victim"
        self.file.write_bytes(b"secret")
        self.file.chmod(0o600)
        self.process = subprocess.Popen(["sleep", "600"])
        self.before = self.state()

    def state(self) -> tuple[object, ...]:
        pid, status = self.process.pid, self.file.stat()
        of_file = (status.st_mode, status.st_uid, status.st_mtime, status.st_nlink, os.listxattr(self.file))
        limits = Path("/proc", str(pid), "limits").read_text()
        return (
            of_file,
            limits,
            os.getpriority(os.PRIO_PROCESS, pid),
            os.sched_getaffinity(pid),
            os.sched_getscheduler(pid),
        )

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def victim(tmp_path_factory):
    with tempfile.TemporaryDirectory(prefix="idp-victim-") as folder:
        victim = Victim(Path(folder))
        yield victim
        victim.end()


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "good.pdf"
    path.write_bytes(pdf_of(text_at(40, 300, b"Good")))
    return str(path)


@pytest.fixture(scope="module", params=SETTINGS)
def reader(request):
    with ProbingServer(READER, LIMITS, request.param) as server:
        yield server


@pytest.fixture(scope="module")
def tried(reader, victim, good):
    """The outcome of every probe in a reader."""
    arguments = {"target": str(victim.file), "victim": victim.process.pid}
    return Sandbox(reader.socket_path, LIMITS)._one(good, "try_calls", **arguments).values


@pytest.mark.parametrize("name", probes.ALL | probes.READERS)
def test_call_is_refused_to_readers(name, tried):
    assert tried[name] in REFUSED


def test_victim_is_untouched_by_readers(tried, victim):
    assert set(tried) == set(probes.ALL | probes.READERS)
    assert victim.state() == victim.before


@pytest.fixture(scope="module", params=SETTINGS)
def office_server(request):
    with ProbingServer(OFFICE, LIMITS, request.param) as server:
        yield server


def converted(server: ProbingServer, folder: Path, content: bytes) -> dict:
    path = folder / "asked"
    path.write_bytes(content)
    frame = OfficeConverter(server.socket_path, LIMITS)._one(str(path), "convert", file_format="docx")
    return frame.values | {"data": frame.data}


@pytest.fixture(scope="module")
def office_tried(office_server, victim, tmp_path_factory):
    asked = f"calls {victim.file} {victim.process.pid}"
    return converted(office_server, tmp_path_factory.mktemp("office"), asked.encode())


@needs_office
@pytest.mark.parametrize("name", probes.ALL)
def test_call_is_refused_to_libreoffice(name, office_tried):
    assert office_tried[name] in REFUSED


@needs_office
def test_victim_is_untouched_by_libreoffice(office_tried, victim):
    assert set(probes.ALL) <= set(office_tried)
    assert victim.state() == victim.before


@pytest.mark.slow
@needs_office
def test_libreoffice_converts_in_every_mode(office_server, tmp_path):
    made = converted(office_server, tmp_path, office.docx("Invoice 12"))
    assert made["data"].startswith(b"%PDF")


# --- finding 10: who the child is, and what the mode is called


def status_of_child(server: ProbingServer, ask) -> dict[str, list[str]]:
    """/proc/PID/status of a child at work."""
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            for pid in server.children():
                lines = Path("/proc", str(pid), "status").read_text().splitlines()
                status = {key: value.split() for key, _, value in (line.partition(":") for line in lines)}
                if status["Seccomp"] == ["2"]:  # the last restriction
                    return status
            time.sleep(0.01)
        raise AssertionError("no child with a filter")
    finally:
        for pid in server.children():
            os.kill(pid, 9)
        asking.join()


def assert_is_nobody(status: dict[str, list[str]], mode: Mode) -> None:
    for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        assert status[name] == ["0" * 16], name
    if mode is not Mode.SAME_USER or IS_ROOT:
        assert status["CapBnd"] == ["0" * 16]
    assert status["NoNewPrivs"] == ["1"]
    if mode in (Mode.NAMESPACE_AND_USER, Mode.CHANGED_USER):
        assert len(set(status["Uid"])) == len(set(status["Gid"])) == 1
        assert int(status["Uid"][0]) == int(status["Gid"][0]) not in (0, os.geteuid(), 65534)
        assert status["Groups"] == []


def test_reader_has_no_capability_and_is_nobody(reader, good):
    sandbox = Sandbox(reader.socket_path, LIMITS)
    status = status_of_child(reader, lambda: sandbox._ask(good, "misbehave", how="sleep"))
    assert_is_nobody(status, reader.mode)


@needs_office
def test_libreoffice_has_no_capability_and_is_nobody(office_server, tmp_path):
    path = tmp_path / "asked"
    path.write_text("sleep")
    converter = OfficeConverter(office_server.socket_path, LIMITS)
    status = status_of_child(office_server, lambda: converter._ask(str(path), "convert", file_format="docx"))
    assert_is_nobody(status, office_server.mode)


def restrictions_missing_in(server: ProbingServer) -> str:
    """What the log must say after the mode."""
    missing = []
    is_refused = server.setting in ("no namespaces", "nothing")
    if is_refused or not (HAS_NAMESPACES or IS_ROOT):
        missing.append("network namespace")
    if is_refused and server.module == OFFICE:
        missing.append("private memory")
    if IS_ROOT and server.mode in (Mode.USER_NAMESPACE, Mode.SAME_USER):
        missing.append("change of user")
    return f"WITHOUT {', '.join(missing)}" if missing else "all restrictions"


def assert_mode_is_named(server: ProbingServer) -> None:
    expected = f"{server.mode}, {restrictions_missing_in(server)}"
    log = server.log.read_text()
    assert f"children, {expected}\n" in log
    assert "isolated" not in log
    assert ("SANDBOX WEAKENED" in log) == ("WITHOUT" in log)
    assert describe_server(server.socket_path) == expected


def test_reader_names_its_mode(reader):
    assert_mode_is_named(reader)


@needs_office
def test_office_names_its_mode(office_server):
    assert_mode_is_named(office_server)


def test_reader_reads_every_kind_in_every_mode(reader, tmp_path):
    """Fonts, character sets and colour tables are there for the user that the server became."""
    sandbox = Sandbox(reader.socket_path, LIMITS)
    kinds = {
        "message": b"From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\nTotal 10.00\r\n",
        "pdf": pdf_of(text_at(40, 300, b"Total 10.00")),
        "png": with_colour_profile(),
        "heic": files.heic("two-frames"),
    }
    for name, content in kinds.items():
        path = tmp_path / name
        path.write_bytes(content)
        (reading,) = sandbox.read_pages(str(path), [1], 80)
        assert (reading.image_error, reading.text_error) == (None, None), name
        if name in ("message", "pdf"):
            assert reading.image.min() < 128, "letters are drawn"
            assert [word[0] for word in reading.text_layer["words"]][-2:] == ["Total", "10.00"]


def with_colour_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    target = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(target, "PNG", icc_profile=profile)
    return target.getvalue()


def test_probing_server_stands_as_the_product_does(good):
    sandbox = Sandbox()
    sandbox.inspect(good)
    assert sandbox._server
    with ProbingServer(READER, LIMITS) as probing:
        of_product = describe_server(str(Path(sandbox._server._folder, "sandbox.sock")))
        assert of_product == describe_server(probing.socket_path) != "does not answer"


def test_private_folder_is_seen_only_by_its_user(reader, victim, good):
    """What remains: sizes and times of files, as far as their folders let the child's user in."""
    hidden = victim.file.parent / "hidden"
    hidden.mkdir(mode=0o700, exist_ok=True)
    (hidden / "secret").write_text("secret")
    asked = [str(victim.file), str(hidden / "secret")]
    seen = Sandbox(reader.socket_path, LIMITS)._one(good, "stat_paths", paths=asked).values
    is_another = reader.mode in (Mode.NAMESPACE_AND_USER, Mode.CHANGED_USER)
    assert list(seen.values()) == ["allowed", "PermissionError" if is_another else "allowed"]
