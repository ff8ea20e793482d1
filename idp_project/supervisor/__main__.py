"""`python -m idp_project.supervisor start | demo | stop | status`."""

import argparse
import json
import os
import signal
import sys
import time

from idp_project.supervisor.errors import SupervisorError
from idp_project.supervisor.lock import holder
from idp_project.supervisor.places import data_folder, places_at

STOP_SECONDS = 120.0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code. Errors are said in one line."""
    parser = argparse.ArgumentParser(prog="python -m idp_project.supervisor", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    chosen = parser.parse_args(arguments).command
    os.umask(0o022)
    try:
        return COMMANDS[chosen]()
    except SupervisorError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def start() -> int:
    """Everything, until Ctrl-C."""
    from idp_project.supervisor.start import run, watch
    from idp_project.supervisor.terminal import Terminal

    return run(data_folder(), Terminal(), watch)


def demo() -> int:
    """The same on an empty data folder of its own, with a scripted reviewer, then stop."""
    from idp_project.supervisor.start import demonstrate, run
    from idp_project.supervisor.terminal import Terminal

    return run(data_folder() / "demo", Terminal(), demonstrate, is_fresh=True)


def stop() -> int:
    """End the supervisor of this data folder and wait until it has stopped everything."""
    places = places_at(data_folder())
    pid = holder(places.lock)
    if pid is None:
        print("Nothing runs on", places.data)
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while holder(places.lock) == pid:
        if time.monotonic() > deadline:
            raise SupervisorError(f"Process {pid} has not ended within {STOP_SECONDS:g} s. Its logs: {places.logs}")
        time.sleep(0.1)
    print("Stopped.")
    return 0


def status() -> int:
    """Who runs; exit code 3 when nothing does."""
    places = places_at(data_folder())
    pid = holder(places.lock)
    if pid is None or not places.status.exists():
        print("Starting." if pid else f"Nothing runs on {places.data}")
        return 3
    known = json.loads(places.status.read_text())
    print(f"{known['url']}   data {places.data}   supervisor {pid}")
    for name, child in known["children"].items():
        state = "runs" if child["runs"] else "waits to be started again"
        print(f"  {name:<10} {child['pid']:>8}  {state}, restarted {child['restarts']} times")
    return 0


COMMANDS = {"start": start, "demo": demo, "stop": stop, "status": status}

if __name__ == "__main__":
    sys.exit(main())
