"""Starts the probing servers as the product starts its own, in every mode that this machine allows."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sysconfig
import tempfile
import time
from pathlib import Path
from types import TracebackType

from idp_project.core.isolation.limits import SERVER_ENVIRONMENT, SandboxLimits
from idp_project.core.isolation.mode import Mode
from idp_project.core.isolation.private_server import _answers, server_command

ROOT = Path(__file__).resolve().parents[2]
READER, OFFICE = "tests.hostile.probing_server", "tests.hostile.probing_office_server"
OTHER_USER = 65533
# What the probing server is refused, as containers and kernels refuse it, and the mode that it must then name.
REFUSALS = {
    "as it is": (),
    "one user in namespaces": ("other user",),
    "no user namespaces": ("user namespace",),
    "no namespaces": ("user namespace", "namespaces"),
    "nothing": ("user namespace", "namespaces", "other user"),
}


def _has_user_namespaces() -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0 if ctypes.CDLL(None).unshare(0x10000000) == 0 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _can_change_user() -> bool:
    """Whether there is another user here, who can read the packages."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresuid(OTHER_USER, OTHER_USER, OTHER_USER)
            os.listdir(sysconfig.get_path("purelib"))
            os.listdir(ROOT / "idp_project")
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


HAS_NAMESPACES, IS_ROOT = _has_user_namespaces(), os.geteuid() == 0
HAS_OTHER_USER = IS_ROOT and _can_change_user()


def expected_mode(setting: str) -> Mode:
    refused = REFUSALS[setting]
    has_namespace = HAS_NAMESPACES and "user namespace" not in refused
    has_user = HAS_OTHER_USER and "other user" not in refused
    if has_namespace:
        return Mode.NAMESPACE_AND_USER if has_user else Mode.USER_NAMESPACE
    return Mode.CHANGED_USER if has_user else Mode.SAME_USER


# Each mode once; root without namespaces in both of its forms.
SETTINGS = [name for name in REFUSALS if IS_ROOT or name in ("as it is", "nothing")]


class ProbingServer:
    """A server with probes added. Its folder is one that the server's own user can reach, as the product's is."""

    def __init__(self, module: str, limits: SandboxLimits, setting: str = "as it is") -> None:
        self.module, self.setting = module, setting
        self._folder = tempfile.TemporaryDirectory(prefix="idp-probing-")
        folder = Path(self._folder.name)
        folder.chmod(0o711)
        self.socket_path, self.log = str(folder / "s"), folder / "log"
        command = server_command(module, self.socket_path, limits, *(f"--refuse={name}" for name in REFUSALS[setting]))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=SERVER_ENVIRONMENT, stderr=log, stdout=log)
        deadline = time.monotonic() + 60
        while not _answers(self.socket_path) or "ready" not in self.log.read_text():
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()
            time.sleep(0.02)

    @property
    def mode(self) -> Mode:
        return expected_mode(self.setting)

    @property
    def work(self) -> Path:
        """The folder of an office server's children, as it sees it."""
        return Path("/proc", str(self.process.pid), "root", self.socket_path[1:] + ".work")

    def children(self) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in tasks.read_text().split()]

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(10)
        self._folder.cleanup()
        return code

    def __enter__(self) -> ProbingServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
