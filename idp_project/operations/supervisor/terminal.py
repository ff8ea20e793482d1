"""What the person at the terminal sees: phases with their times, and errors that the logs gained."""

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

TROUBLE = re.compile(
    r"\b(ERROR|CRITICAL|FATAL|PANIC)\b|^Traceback \(most recent call last\)|^\w+(\.\w+)*(Error|Exception)\b"
)
LARGEST_LOG = 10 * 2**20
LONGEST_BURST = 20  # lines of one log at once


class LastingConsole(Console):
    """Falls silent when nobody reads any more; the service goes on."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - Python flushes it at exit


class Terminal:
    """Plain lines where nobody watches, a spinner where somebody does."""

    def __init__(self) -> None:
        self.console = LastingConsole(highlight=False, soft_wrap=True)
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        self.console.print(text)

    def note(self, text: str) -> None:
        """What a person should do something about."""
        self.console.print(text, style="yellow", markup=False)

    @contextmanager
    def phase(self, text: str) -> Iterator[None]:
        """Show that something is going on, then how long it took."""
        began = time.monotonic()
        with self.console.status(text):
            yield
        self.console.print(f"  [green]✓[/] {text} [dim]({time.monotonic() - began:.1f} s)[/]")

    def trouble(self, name: str, line: str) -> None:
        self.console.print(f"{name} | {line}", style="red", markup=False)


class LogWatch:
    """Reads what the children append to their logs and shows the lines that tell of trouble."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._offsets: dict[Path, int] = {}

    def follow(self, log: Path | None) -> None:
        """Start at what will be written from now on."""
        if log:
            self._offsets.setdefault(log, log.stat().st_size if log.exists() else 0)

    def look(self) -> None:
        """Show new trouble; a log that has grown too large begins again, with one old copy."""
        for log, offset in self._offsets.items():
            if log.exists() and (size := log.stat().st_size) != offset:
                self._offsets[log] = self._show(log, offset if size > offset else 0)
                if size > LARGEST_LOG:
                    shutil.copyfile(log, log.with_name(log.name + ".1"))
                    os.truncate(log, 0)

    def _show(self, log: Path, offset: int) -> int:
        with log.open("rb") as file:
            file.seek(offset)
            data = file.read(2**20)
        complete = data.rpartition(b"\n")[0]
        lines = complete.decode("utf-8", "replace").splitlines()
        for line in [line for line in lines if TROUBLE.search(line)][:LONGEST_BURST]:
            self.terminal.trouble(log.stem, line)
        return offset + len(complete) + (1 if complete or data.startswith(b"\n") else 0)
