"""The server for office documents: a sandbox server beside the other one, whose children load LibreOffice.

It may write in one folder, memory that nobody else sees, so that the other server's children need not.
`python -m idp_project.core.sandbox.office.server --socket PATH`; ends at once where LibreOffice is not installed.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from idp_project.core.sandbox import kernel
from idp_project.core.sandbox.isolation import leave_network, raised, readable_paths
from idp_project.core.sandbox.office import child
from idp_project.core.sandbox.office.installation import found_office, is_office
from idp_project.core.sandbox.server import SandboxServer, ServerOptions, listening, options_parser, serve_requests

logger = logging.getLogger("office")
_MOST_FILES = 20_000  # of a child
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?")


@dataclass(frozen=True)
class OfficeOptions(ServerOptions):
    """`program`: the folder of LibreOffice's libraries. `locale`: how dates and numbers look that leave it open."""

    program: str = ""
    locale: str = ""

    @property
    def work_folder(self) -> Path:
        return Path(f"{self.socket_path}.work")

    @property
    def profile_folder(self) -> Path:
        """Of a LibreOffice that was started once and has seen no document."""
        return self.work_folder / "first" / "profile"


class OfficeServer(SandboxServer):
    """Its children convert, each in a folder of its own, which goes with it."""

    options: OfficeOptions

    def serve(
        self, request: bytes, descriptors: Sequence[int], server_pid: int, memory_pages: tuple[int, int]
    ) -> NoReturn:
        child.serve_one(request, descriptors, self.options, server_pid, memory_pages)

    def make_profile(self) -> None:
        """In a child behind the same walls. What fails here fails in the open, before the first request."""
        server_pid, pages = os.getpid(), self.memory_pages()
        pid = os.fork()
        if pid == 0:
            try:
                signal.alarm(round(self.options.wall_seconds))
                child.make_profile(self.options, server_pid, pages)
            finally:
                os._exit(1)
        if code := os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            raise RuntimeError(f"LibreOffice does not start here ({code})")

    def child_gone(self, pid: int) -> None:
        """What cannot be removed was built to stay: the server ends, and its memory with it."""
        folder = child.folder_of(self.options, pid)
        try:
            if folder.exists():
                shutil.rmtree(folder)
        except (OSError, RecursionError) as error:
            logger.warning("ending, because a child's folder cannot be removed: %s", type(error).__name__)
            self.is_stopping = True


def _isolate(options: OfficeOptions) -> list[str]:
    """As the other server, but for the folder to work in. Returns the walls that could not be raised."""
    missing, work = leave_network(), options.work_folder
    size = options.max_children * options.output_bytes
    if not raised("private memory", lambda: kernel.mount_memory(work, size, options.max_children * _MOST_FILES)):
        missing.append("private memory")
    readable = [*readable_paths(), *child.readable_paths(options.program)]
    if not raised("file access rules (Landlock)", lambda: kernel.restrict_files(readable, [work])):
        missing.append("file access rules")
    return missing


def _options(arguments: list[str]) -> OfficeOptions:
    parser = options_parser()
    parser.add_argument("--program", default=found_office(), help="folder of LibreOffice's libraries")
    parser.add_argument("--locale", default="en-GB")
    parser.set_defaults(max_children=os.cpu_count() or 1)
    options = OfficeOptions(**vars(parser.parse_args(arguments)))
    if not options.program or not is_office(Path(options.program)):
        parser.error("LibreOffice with Writer and Calc is not installed")
    if not _LOCALE.fullmatch(options.locale):
        parser.error("a locale is written like en-GB")
    return options


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    server = OfficeServer(listening(options.socket_path), options)
    shutil.rmtree(options.work_folder, ignore_errors=True)  # of a server that had no private memory and was killed
    options.work_folder.mkdir(mode=0o700)
    missing = _isolate(options)
    server.make_profile()
    serve_requests(server, missing)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
