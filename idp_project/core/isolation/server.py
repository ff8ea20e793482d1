"""The sandbox server: imports the parsers once, parses nothing, and forks one clean child a request.

Single-threaded: one selector loop over the listening socket, the clients' connections and a wake-up pipe for SIGCHLD.
Started by exec with nothing of our environment: `python -m idp_project.core.isolation.server --socket PATH`.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import logging
import os
import resource
import selectors
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from idp_project.core.isolation.mode import MODE_REQUEST, Isolation
from idp_project.core.isolation.privileges import (
    check_filter,
    drop_privileges,
    leave_network,
    readable_paths,
    restrict_files,
)
from idp_project.core.isolation.seccomp import AllowList
from idp_project.core.isolation.system_calls import READER_CALLS
from idp_project.core.isolation.wire import MAX_MESSAGE
from idp_project.core.release import say_start

logger = logging.getLogger("sandbox")
_TICK_SECONDS = 0.25
_OWN_USER = 65533  # a number that nobody has: between those that systemd gives out and `nobody`


@dataclass(frozen=True)
class ServerOptions:
    """`parent_pid`: end when this process is no longer the parent (0: live on). `max_children`: more requests queue.
    `user`: who a server becomes that root starts.
    """

    socket_path: str
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    output_bytes: int
    max_children: int
    parent_pid: int = 0
    user: int = _OWN_USER


@dataclass
class _Connection:
    channel: socket.socket
    request: bytes = b""
    descriptors: list[int] = field(default_factory=list)

    def tell(self, **message: Any) -> None:
        with contextlib.suppress(OSError):  # the client is gone; its child is stopped when the loop sees it
            self.channel.send(json.dumps(message).encode(), socket.MSG_DONTWAIT)

    def close(self) -> None:
        self.close_descriptors()
        self.channel.close()

    def close_descriptors(self) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []


@dataclass
class _Child:
    connection: _Connection
    started: float
    stopped_by: str = ""


class SandboxServer:
    """Accepts, queues, forks, stops on the wall clock, reaps and tells the client how its child ended."""

    def __init__(self, listener: socket.socket, options: ServerOptions) -> None:
        self.listener = listener
        self.options = options
        self.selector = selectors.DefaultSelector()
        self.waiting: deque[_Connection] = deque()
        self.children: dict[int, _Child] = {}
        self.is_stopping = False
        self.isolation: Isolation | None = None  # until it is known
        self.null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)  # before the files are out of reach
        self.statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)

    def run(self) -> None:
        self._listen_to_signals()
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        while not self.is_stopping:
            for key, _ in self.selector.select(_TICK_SECONDS):
                key.data(key.fileobj)
            self._reap()
            self._stop_overdue()
            self._start_waiting()
            if self.options.parent_pid and os.getppid() != self.options.parent_pid:
                logger.info("parent is gone, ending")
                break
        for pid in self.children:
            _kill_group(pid)

    def _listen_to_signals(self) -> None:
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        self.selector.register(reader, selectors.EVENT_READ, lambda fd: os.read(reader, 4096))

    def _on_stop(self, *_: object) -> None:
        self.is_stopping = True

    def _accept(self, _: Any) -> None:
        try:
            channel, _address = self.listener.accept()
        except OSError:
            return
        channel.setblocking(False)
        connection = _Connection(channel)
        self.selector.register(channel, selectors.EVENT_READ, lambda _: self._receive(connection))

    def _receive(self, connection: _Connection) -> None:
        """The first message is the request; anything after it, the end of the connection included, ends the request.
        Who asks for the mode gets it at once."""
        try:
            message, descriptors, _flags, _address = socket.recv_fds(connection.channel, MAX_MESSAGE, 2)
        except BlockingIOError:
            return
        except OSError:
            message, descriptors = b"", []
        if message == MODE_REQUEST and self.isolation:
            connection.tell(mode=self.isolation.mode, missing=self.isolation.missing)
        if connection.request or len(descriptors) != 2 or not message:
            for descriptor in descriptors:
                os.close(descriptor)
            self._drop(connection)
            return
        connection.request, connection.descriptors = message, descriptors
        self.waiting.append(connection)

    def _drop(self, connection: _Connection) -> None:
        self.selector.unregister(connection.channel)
        connection.close()
        if connection in self.waiting:
            self.waiting.remove(connection)
        for pid, child in self.children.items():
            if child.connection is connection:
                child.stopped_by = "client"
                _kill_group(pid)

    def _start_waiting(self) -> None:
        while self.waiting and len(self.children) < self.options.max_children:
            connection = self.waiting.popleft()
            try:
                pid = self._fork(connection)
            except OSError as error:  # no memory, no process slot: the client may try again
                logger.warning("cannot fork: %s", error)
                connection.tell(event="refused", reason=os.strerror(error.errno or 0))
                self._drop(connection)
                continue
            self.children[pid] = _Child(connection, time.monotonic())
            connection.close_descriptors()
            connection.tell(event="started")

    def _fork(self, connection: _Connection) -> int:
        server_pid, pages = os.getpid(), self.memory_pages()
        pid = os.fork()
        if pid == 0:
            self.serve(connection.request, [*connection.descriptors, self.null], server_pid, pages)
        return pid

    def memory_pages(self) -> tuple[int, int]:
        """Mapped and resident, of this process."""
        mapped, resident = (int(word) for word in os.pread(self.statm, 200, 0).split()[:2])
        return mapped, resident

    def serve(
        self, request: bytes, descriptors: Sequence[int], server_pid: int, memory_pages: tuple[int, int]
    ) -> NoReturn:
        """Does what is asked, in the child, and ends."""
        from idp_project.core.isolation.child import serve_one

        serve_one(request, descriptors, self.options, server_pid, memory_pages)

    def child_gone(self, pid: int) -> None:
        """Clears away what an ended child left, in the server."""

    def _reap(self) -> None:
        while self.children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            self.child_gone(pid)
            child = self.children.pop(pid, None)
            if child is None or child.connection.channel.fileno() < 0:
                continue
            code = os.waitstatus_to_exitcode(status)
            child.connection.tell(
                event="ended",
                exit_code=code if code >= 0 else None,
                signal=-code if code < 0 else None,
                stopped_by=child.stopped_by,
                cpu_seconds=round(usage.ru_utime + usage.ru_stime, 4),
                wall_seconds=round(time.monotonic() - child.started, 4),
                max_rss_bytes=usage.ru_maxrss * 1024,
            )
            if code != 0:
                logger.info("child ended by %s %s", "signal" if code < 0 else "exit", abs(code))
            self._drop(child.connection)

    def _stop_overdue(self) -> None:
        for pid, child in self.children.items():
            if not child.stopped_by and time.monotonic() - child.started > self.options.wall_seconds:
                child.stopped_by = "wall"
                _kill_group(pid)


def _kill_group(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # the group may not exist yet in the child's first instant
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def bind_socket(path: Path) -> socket.socket:
    """A private listening socket; the stale one of a crashed server is replaced, a live one raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC)
    if path.is_socket():
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as probe:
            if probe.connect_ex(str(path)) == 0:
                raise OSError(f"another sandbox server listens at {path}")
        path.unlink()
    previous = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(previous)
    listener.listen(256)
    return listener


def _raise_descriptor_limit() -> None:
    """A queued request holds three descriptors."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard > 0 else 65536, hard))


def options_parser() -> argparse.ArgumentParser:
    """The command line that every sandbox server takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", required=True, dest="socket_path")
    parser.add_argument("--memory", type=int, default=2**30, dest="memory_bytes", help="resident bytes a child")
    parser.add_argument("--cpu", type=int, default=45, dest="cpu_seconds")
    parser.add_argument("--wall", type=float, default=55, dest="wall_seconds")
    parser.add_argument("--output", type=int, default=512 * 2**20, dest="output_bytes")
    parser.add_argument("--max-children", type=int, default=(os.cpu_count() or 1) + 1)
    parser.add_argument("--parent-pid", type=int, default=0, help="end when this process has gone")
    parser.add_argument(
        "--user", type=_user_id, default=_OWN_USER, help="number of the user to become, if root starts it"
    )
    return parser


def _user_id(text: str) -> int:
    if not 0 < int(text) < 2**32 - 1:
        raise argparse.ArgumentTypeError("the number of a user other than root")
    return int(text)


def listening(socket_path: str) -> socket.socket:
    """A server's first steps, before it gives anything up: log, no environment, its socket."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    say_start("sandbox server")
    os.environ.clear()
    os.umask(0o077)
    _raise_descriptor_limit()
    return bind_socket(Path(socket_path))


def serve_requests(server: SandboxServer, isolation: Isolation, calls: AllowList) -> None:
    """A server's last steps: what is loaded now is shared with all children, who will make these system calls."""
    os.environ.clear()
    check_filter(isolation, calls)
    gc.collect()
    gc.freeze()
    server.isolation = isolation
    logger.info("ready, %s children, %s", server.options.max_children, isolation)
    server.run()


def main(arguments: list[str]) -> int:
    options = ServerOptions(**vars(options_parser().parse_args(arguments)))
    server = SandboxServer(listening(options.socket_path), options)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy's thread pool would not survive the fork
    isolation = leave_network(options.user)
    restrict_files(isolation, readable_paths())
    for parser in ("pdfminer", "pdfplumber", "pikepdf", "PIL", "pypdfium2"):
        logging.getLogger(parser).setLevel(logging.CRITICAL)  # their words quote the files
    from idp_project.core.isolation.warm_up import read_later, warm_up

    warm_up()
    drop_privileges(isolation, options.user, read_later())
    serve_requests(server, isolation, READER_CALLS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
