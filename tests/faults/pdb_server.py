"""A production database on a server of its own, behind a proxy: it can be stopped while the other one runs on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from idp_project.core import postgres
from idp_project.operations.supervisor.processes import Child
from idp_project.operations.supervisor.stores import Stores, settle
from idp_project.settings.test import TEST_SECRETS
from tests.faults.proxy import HANG, REFUSE, Proxy
from tests.integration.pdb_sync.conftest import pdb_read_only
from tests.servers import TEMPLATES, TestServers, serve

REFUSING, HANGING, STOPPED, READ_ONLY = "refusing", "hanging", "stopped", "read-only"


class PdbServer:
    """Migrated and empty. `proxy` stands in front of it."""

    def __init__(self, folder: Path) -> None:
        self._children: list[Child] = []
        serve(folder, self._children)
        self._server, self._servers = self._children[0], TestServers(folder)
        places, account = settle(folder)
        self._postgres = Stores(places, account, {}, secrets=TEST_SECRETS, is_durable=False).postgres
        self.proxy = Proxy(places.postgres_sockets / ".s.PGSQL.5432")

    def close(self) -> None:
        self.proxy.close()
        for child in (self._server, *reversed(self._children)):
            child.stop()

    @contextmanager
    def away(self, kind: str) -> Iterator[None]:
        """Until the block is left; then it is there again."""
        if kind == STOPPED:
            self._server.stop()
            yield
            self._server = Child(self._postgres.prepare())
            self._postgres.wait_until_ready(self._server)
        elif kind == READ_ONLY:
            with pdb_read_only(self._servers):
                self._end_sessions()  # those that began before may still write
                yield
            self._end_sessions()
        else:
            self.proxy.cut(HANG if kind == HANGING else REFUSE)
            yield
            self.proxy.restore()

    def _end_sessions(self) -> None:
        self.proxy.cut(HANG)
        self.proxy.restore()


@contextmanager
def pdb_on_its_own() -> Iterator[PdbServer]:
    """The production database of this process, and of what it forks, while the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="idp-p-"))  # a socket's path has at most 107 bytes
    folder.chmod(0o711)
    server = PdbServer(folder)
    target = connections["pdb"].settings_dict
    before = dict(target)
    options = {**target["OPTIONS"], "host": "127.0.0.1"}
    _forget()
    target.update(NAME=TEMPLATES["pdb"], HOST="127.0.0.1", PORT=server.proxy.port, OPTIONS=options)
    try:
        yield server
    finally:
        _forget()
        target.update(before)
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


def _forget() -> None:
    connections["pdb"].close()
    postgres.close_pools()
