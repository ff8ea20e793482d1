"""A supervisor of the two stores alone: `python -m tests.integration.supervisor.stores_driver DATA_FOLDER`."""

import os
import signal
import sys
from pathlib import Path

from idp_project.operations.supervisor.errors import StopRequested, SupervisorError
from idp_project.operations.supervisor.lock import FolderLock
from idp_project.operations.supervisor.places import places_at
from idp_project.operations.supervisor.stores import Stores, settle
from idp_project.operations.supervisor.terminal import Terminal
from idp_project.operations.supervisor.watcher import Watcher


def _stop(number: int, frame: object) -> None:
    raise StopRequested


def main(data: Path) -> int:
    """Say "ready" when both answer; end on SIGTERM."""
    signal.signal(signal.SIGTERM, _stop)
    places, account = settle(data)
    watcher = Watcher(Terminal(), places.status)
    try:
        with FolderLock(places_at(data).lock):
            stores = Stores(places, account, os.environ)
            try:
                before = {"postgres": stores.postgres.prepare, "redis": stores.prepare_redis}
                stores.start(lambda program: watcher.launch(program, before[program.name]))
                print("ready", flush=True)
                while True:
                    watcher.tick()
            except StopRequested:
                return 0
            finally:
                watcher.stop("redis")
                watcher.stop("postgres")
                places.remove_outside_sockets()
    except SupervisorError as error:
        print(error, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
