"""Keeps the children alive, and stops them in order."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from idp_project.core.release import release
from idp_project.operations.supervisor.environment import write_private
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.processes import Child, Program, end_orphans
from idp_project.operations.supervisor.terminal import LogWatch, Terminal

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
CALM_SECONDS = 60.0  # a child that lived this long starts over with the shortest pause
TICK_SECONDS = 0.1
REFUSAL = "CommandError: "
STORES = ("postgres", "redis")  # always shut down cleanly


@dataclass
class Watched:
    """A child with its restarts. `before` makes a new program, for instance after a crash of its server."""

    child: Child
    before: Callable[[], Program]
    restarts: int = 0
    pause: float = FIRST_PAUSE
    restart_at: float | None = None


class Watcher:
    """Children by name, in the order of their start."""

    def __init__(self, terminal: Terminal, status: Path) -> None:
        self.terminal = terminal
        self.logs = LogWatch(terminal)
        self.status = status
        self.watched: dict[str, Watched] = {}
        self.url = ""
        self.is_hurrying = False
        self.foreground: Child | None = None

    def launch(self, program: Program, before: Callable[[], Program] | None = None) -> Child:
        """Start a child that is started again whenever it ends."""
        self.logs.follow(program.log)
        child = Child(program)
        self.watched[program.name] = Watched(child, before or (lambda: program))
        self.write_status()
        return child

    def run_to_end(self, *programs: Program) -> None:
        """Run these side by side until all have ended; raise SupervisorError when one fails."""
        for program in programs:
            self.logs.follow(program.log)
        children = [Child(program) for program in programs]
        try:
            while any(child.poll() is None for child in children):
                self.tick()
        finally:
            for child in children:
                child.stop()
        self.logs.look()
        for child in children:
            if code := child.poll():
                raise SupervisorError(_why_it_ended(child.program, code))

    def run_in_foreground(self, program: Program) -> int:
        """Run to its end on our terminal; its exit code."""
        self.foreground = child = Child(replace(program, log=None))
        try:
            while (code := child.poll()) is None:
                self.tick()
        finally:
            child.stop()
            self.foreground = None
        return code

    def tick(self, seconds: float = TICK_SECONDS) -> None:
        """Look after everybody once."""
        time.sleep(seconds)
        for name, watched in self.watched.items():
            if watched.restart_at is None:
                self._look_at(name, watched)
            elif time.monotonic() >= watched.restart_at:
                self._restart(name, watched)
        self.logs.look()

    def stop(self, *name_prefixes: str) -> None:
        """Stop the children whose names start with one of these, all at once, and wait for them."""
        chosen = [name for name in self.watched if name.startswith(name_prefixes)]
        children = [self.watched.pop(name).child for name in chosen]
        began = time.monotonic()
        for child in children:
            child.ask_to_stop()
        for child in children:
            self._wait_for(child, began)
        self.write_status()

    def end_orphans(self) -> None:
        """Processes that a dead child left behind; what runs in the foreground is no orphan."""
        known = {watched.child.pid for watched in self.watched.values()}
        end_orphans(known | ({self.foreground.pid} if self.foreground else set()))

    def write_status(self) -> None:
        """Who runs, for `status`."""
        children = {
            name: {"pid": watched.child.pid, "restarts": watched.restarts, "runs": watched.restart_at is None}
            for name, watched in self.watched.items()
        }
        known = {"pid": os.getpid(), "url": self.url, "release": str(release()), "children": children}
        write_private(self.status, json.dumps(known))

    def _wait_for(self, child: Child, began: float) -> None:
        """Until it has ended or its time is up; a person in a hurry gives it up at once, except a store."""
        while child.wait(TICK_SECONDS) is None:
            is_given_up = self.is_hurrying and child.program.name not in STORES
            if is_given_up or time.monotonic() - began > child.program.stop_seconds:
                self.terminal.say(f"{child.program.name} did not end in time and was killed.")
                child.kill()
                return

    def _look_at(self, name: str, watched: Watched) -> None:
        code = watched.child.poll()
        if code is None:
            return
        if time.monotonic() - watched.child.started_at > CALM_SECONDS:
            watched.pause = FIRST_PAUSE
        self.terminal.trouble(name, f"ended with exit code {code}; starting it again in {watched.pause:g} s")
        watched.restart_at = time.monotonic() + watched.pause
        watched.pause = min(watched.pause * 2, LONGEST_PAUSE)
        self.end_orphans()
        self.write_status()

    def _restart(self, name: str, watched: Watched) -> None:
        watched.restart_at = None
        try:
            watched.child = Child(watched.before())
        except (OSError, SupervisorError) as error:
            self.terminal.trouble(name, str(error))
            watched.restart_at = time.monotonic() + watched.pause
        watched.restarts += 1
        self.write_status()


def _why_it_ended(program: Program, code: int) -> str:
    """The sentence of a command that refused, else the exit code and the end of the log."""
    lines = program.log.read_text(errors="replace").splitlines() if program.log else []
    last = lines[-1] if lines else ""
    if last.startswith(REFUSAL):
        return last.removeprefix(REFUSAL)
    headline = f"{program.name} ended with exit code {code}."
    return "\n".join([f"{headline} The end of {program.log}:", *lines[-15:]]) if program.log else headline
