"""A sandbox server of this process's own, for tests and command lines: started on first use, ended with the process."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from idp_project.core.files.errors import unavailable
from idp_project.core.isolation.limits import SERVER_ENVIRONMENT, SandboxLimits
from idp_project.core.isolation.own_folder import own_folder

_START_SECONDS = 30.0
_FOLDER_PREFIX = "idp-sandbox-"
_ROOT = Path(__file__).resolve().parents[3]


def server_command(module: str, socket_path: str, limits: SandboxLimits, *extra: str) -> list[str]:
    """The command line of a server; run it with `cwd` at the project's root and `SERVER_ENVIRONMENT`."""
    return [
        sys.executable,
        "-m",
        module,
        f"--socket={socket_path}",
        f"--memory={limits.memory_bytes}",
        f"--cpu={limits.cpu_seconds}",
        f"--wall={limits.wall_seconds}",
        f"--output={limits.output_bytes}",
        *extra,
    ]


class PrivateServer:
    """Starts the server by exec with `SERVER_ENVIRONMENT` alone, and again if it has died.

    It watches its parent's process id and ends when that changes, so a killed parent leaves nothing behind but a folder,
    which the next one removes. A fork of the parent goes on using the server while the parent lives.
    """

    _shared: dict[tuple[SandboxLimits, str], PrivateServer] = {}
    _shared_lock = threading.Lock()

    def __init__(self, limits: SandboxLimits, module: str) -> None:
        self.limits, self._module = limits, module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._folder = ""

    @classmethod
    def shared(cls, limits: SandboxLimits, module: str) -> PrivateServer:
        """One server of each kind a process and set of limits, however many clients."""
        with cls._shared_lock:
            return cls._shared.setdefault((limits, module), cls(limits, module))

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def ensure_running(self) -> str:
        """The path of a socket that answers. Raises TransientFailure where the server cannot be started."""
        with self._lock:
            path = str(Path(self._folder) / "sandbox.sock") if self._folder else ""
            is_own = self._process is not None and self._owner == os.getpid()
            is_alive = (
                self._process is not None and self._process.poll() is None if is_own else bool(path) and _answers(path)
            )
            return path if is_alive else self._start()

    def _start(self) -> str:
        self.stop()
        self._owner = os.getpid()
        self._folder = str(own_folder(_FOLDER_PREFIX))
        Path(self._folder).chmod(0o711)  # the server's own user works in a folder there
        path = str(Path(self._folder) / "sandbox.sock")
        log_path = Path(self._folder) / "log"
        log_path.touch(mode=0o600)
        with log_path.open("wb") as log:
            self._process = subprocess.Popen(
                server_command(self._module, path, self.limits, f"--parent-pid={os.getpid()}"),
                cwd=_ROOT,
                env=SERVER_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        atexit.register(self.stop)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if _answers(path):
                return path
            time.sleep(0.01)
        raise unavailable("the private server did not start")

    def stop(self) -> None:
        """Ends the server that this process started; in a fork of the owner, forgets it."""
        if self._process and self._owner == os.getpid():
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process, self._folder = None, ""


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
        return probe.connect_ex(path) == 0
