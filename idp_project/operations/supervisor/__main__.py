"""`python -m idp_project.operations.supervisor start | serve | demo | stop | status | exec COMMAND…`."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from idp_project.core.release import release
from idp_project.core.scripts import NAMES
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.lock import holder
from idp_project.operations.supervisor.places import CHECKOUT, data_folder, places_at
from idp_project.operations.supervisor.purpose import Purpose, check_switch, described
from idp_project.providers.ocr.script_data import scripts_here

STOP_SECONDS = 120.0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code. Errors are said in one line."""
    parser = argparse.ArgumentParser(prog="python -m idp_project.operations.supervisor", description=__doc__)
    parser.add_argument("--version", action="version", version=str(release()))
    parser.add_argument("command", choices=[*COMMANDS, "exec"])
    parser.add_argument("words", nargs=argparse.REMAINDER, help="of `exec`: arguments of manage.py")
    chosen = parser.parse_args(arguments)
    if bool(chosen.words) != (chosen.command == "exec"):
        parser.error("`exec` alone takes further words: a command of manage.py")
    os.umask(0o022)
    try:
        check_switch(chosen.command, os.environ)
        return execute(chosen.words) if chosen.command == "exec" else COMMANDS[chosen.command]()
    except SupervisorError as error:
        print(f"error: {error}", file=sys.stderr)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def start() -> int:
    """The demonstration, until Ctrl-C."""
    from idp_project.operations.supervisor.start import run, watch
    from idp_project.operations.supervisor.terminal import Terminal

    return run(data_folder(), Terminal(), watch, Purpose.DEMONSTRATE)


def serve() -> int:
    """A real installation, until Ctrl-C."""
    from idp_project.operations.supervisor.start import run, watch
    from idp_project.operations.supervisor.terminal import Terminal

    return run(data_folder(), Terminal(), watch, Purpose.SERVE)


def demo() -> int:
    """The demonstration on an empty data folder of its own, with a scripted reviewer, then stop."""
    from idp_project.operations.supervisor.start import demonstrate, run
    from idp_project.operations.supervisor.terminal import Terminal

    return run(data_folder() / "demo", Terminal(), demonstrate, Purpose.DEMONSTRATE, is_fresh=True)


def execute(words: list[str]) -> int:
    """Run a command of manage.py while everything runs: what runs already, or what is started for it alone."""
    data = data_folder()
    needs_nothing = words[0] == "help" or bool({"--help", "-h"} & set(words))
    if needs_nothing or holder(places_at(data).lock):
        environment = beside(data, words)
        return subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), *words], env=environment, check=False
        ).returncode
    from idp_project.operations.supervisor.keys import check_backup
    from idp_project.operations.supervisor.programs import ADMIN_NAMES
    from idp_project.operations.supervisor.start import run
    from idp_project.operations.supervisor.terminal import Terminal

    if words[0] == "restore":
        check_backup(words[1:], places_at(data), os.environ)
    for_this_command = {name: os.environ[name] for name in ADMIN_NAMES if name in os.environ}
    return run(
        data,
        Terminal(),
        lambda machine: machine.watcher.run_in_foreground(
            machine.programs.asked_for("command", *words, **for_this_command)
        ),
        Purpose.EXECUTE,
    )


def beside(data: Path, words: list[str]) -> dict[str, str]:
    """The environment of a command beside what runs: the owner's addresses only if it needs them."""
    from idp_project.operations.supervisor.environment import OWNER_NAMES, read
    from idp_project.operations.supervisor.programs import is_owner_wanted, needs_owner, without

    if needs_owner(words) or is_owner_wanted():
        return {**read(places_at(data).owner_environment), **os.environ, "IDP_DATA_DIR": str(data)}
    return {**without(os.environ, *OWNER_NAMES), "IDP_DATA_DIR": str(data)}


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
    kind = f"{places.data} ({described(places)})"
    pid = holder(places.lock)
    if pid is None or not places.status.exists():
        print(f"Starting on {kind}." if pid else f"Nothing runs on {kind}")
        return 3
    known = json.loads(places.status.read_text())
    print(f"{known['url']}   data {kind}   supervisor {pid}   {known.get('release', '')}")
    for name, child in known["children"].items():
        state = "runs" if child["runs"] else "waits to be started again"
        print(f"  {name:<10} {child['pid']:>8}  {state}, restarted {child['restarts']} times")
    print(f"  scripts that are read from pictures: {', '.join(_scripts())}")
    return 0


def _scripts() -> list[str]:
    return [NAMES[script] for script in scripts_here({"program": os.environ.get("TESSERACT_PROGRAM", "tesseract")})]


COMMANDS = {"start": start, "serve": serve, "demo": demo, "stop": stop, "status": status}

if __name__ == "__main__":
    sys.exit(main())
