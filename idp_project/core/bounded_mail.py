"""Handing messages in by SMTP: a server is waited for and listened to within bounds, whatever it answers.

For the system's mail server (`EMAIL_URL`) and for those of organisations.
"""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

WHOLE_SECONDS = 30.0  # for all of a message's way
MOST_BYTES = 256 * 1024  # of everything that the server says


class BoundedMail(EmailBackend):
    """Raises TimeoutError after `WHOLE_SECONDS`, and SMTPException once the server has said more than `MOST_BYTES`.

    It knows its line already while the server greets, so that it can be cut then as well.
    """

    line: socket.socket | None = None

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Returns the addresses to connect to for this host, tried in order; at least one."""
        return [host]

    @property
    def connection_class(self) -> Any:
        backend = self

        class Connection(super().connection_class):  # type: ignore[misc]
            received = 0
            file: Any = None

            def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
                *others, last = backend.addresses(host, port)  # TLS goes by the name that smtplib keeps
                for address in others:
                    with suppress(OSError):
                        backend.line = super()._get_socket(address, port, timeout)
                        return backend.line
                backend.line = super()._get_socket(last, port, timeout)
                return backend.line

            def getreply(self) -> tuple[int, bytes]:
                """smtplib reads lines as long as the server says that one more follows, and keeps them all."""
                if self.file is None:
                    self.file = self.sock.makefile("rb")
                if not isinstance(self.file, _Counted):
                    self.file = _Counted(self.file, self)
                return super().getreply()  # type: ignore[no-any-return]

        return Connection

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Nothing stays open: after a failed greeting Django would keep the line."""
        is_over = threading.Event()
        try:
            with self._deadline(is_over):
                return super().send_messages(email_messages) or 0
        except (OSError, ValueError) as error:
            if is_over.is_set():
                raise TimeoutError("the mail server took too long") from error
            raise

    @contextmanager
    def _deadline(self, is_over: threading.Event) -> Iterator[None]:
        """A server that dribbles an answer byte by byte passes every time limit of a single read: the line is cut."""

        def cut() -> None:
            is_over.set()
            self._hang_up()

        timer = threading.Timer(WHOLE_SECONDS, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._hang_up()

    def _hang_up(self) -> None:
        connection = self.connection or self._partial_connection  # type: ignore[attr-defined]
        line = connection.sock if connection else self.line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


class _Counted:
    """The server's side of a connection, line by line."""

    def __init__(self, file: Any, connection: Any) -> None:
        self._file, self._connection = file, connection

    def readline(self, most: int) -> bytes:
        line: bytes = self._file.readline(most)
        self._connection.received += len(line)
        if self._connection.received > MOST_BYTES:
            self._connection.close()
            raise smtplib.SMTPException("The mail server says more than is listened to.")
        return line

    def close(self) -> None:
        self._file.close()
