"""The server for office documents: a sandbox server beside the other one, whose children load LibreOffice.

It may write in one folder, memory that nobody else sees, so that the other server's children need not.
`python -m idp_project.core.isolation.office.server --socket PATH`; ends at once where LibreOffice is not installed.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from idp_project.core.isolation import kernel
from idp_project.core.isolation.mode import Isolation, Mode
from idp_project.core.isolation.office import child
from idp_project.core.isolation.office.installation import found_office, is_office
from idp_project.core.isolation.own_folder import own_folder
from idp_project.core.isolation.privileges import drop_privileges, leave_network, note, readable_paths, restrict_files
from idp_project.core.isolation.server import SandboxServer, ServerOptions, listening, options_parser, serve_requests
from idp_project.core.isolation.system_calls import OFFICE_CALLS

logger = logging.getLogger("office")
_MOST_FILES = 20_000  # of a child
_OWN_USER = 65532  # not that of the other server
_FOLDER_PREFIX = "idp-office-"
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?")


@dataclass(frozen=True)
class OfficeOptions(ServerOptions):
    """`program`: the folder of LibreOffice's libraries. `locale`: how dates and numbers look that leave it open.
    `work_folder`: where the children's folders are made.
    """

    program: str = ""
    locale: str = ""
    work_folder: Path = Path()

    @property
    def profile_folder(self) -> Path:
        """Folder of the profile of a LibreOffice that was started once and has read no document."""
        return self.work_folder / "first" / "profile"


class OfficeServer(SandboxServer):
    """Its children convert, each in a folder of its own, which goes with it."""

    options: OfficeOptions

    def serve(
        self, request: bytes, descriptors: Sequence[int], server_pid: int, memory_pages: tuple[int, int]
    ) -> NoReturn:
        child.serve_one(request, descriptors, self.options, server_pid, memory_pages)

    def make_profile(self) -> None:
        """Makes the profile in a child under the same restrictions, so that what fails does so before the first request."""
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


def _isolate(server: OfficeServer) -> Isolation:
    """Returns the other server's isolation with a folder to work in."""
    isolation = leave_network(server.options.user)
    if isolation.mode in (Mode.NAMESPACE_AND_USER, Mode.CHANGED_USER) and not _is_within_reach(
        server.options.work_folder
    ):
        server.options.work_folder.rmdir()
        # The folders above the socket are root's alone: the user that the server becomes could not get to its own.
        server.options = replace(server.options, work_folder=own_folder(_FOLDER_PREFIX))
    options, work = server.options, server.options.work_folder
    size, files = options.max_children * options.output_bytes, options.max_children * _MOST_FILES
    note(isolation, "private memory", lambda: kernel.mount_memory(work, size, files))
    readable = [*readable_paths(), *child.readable_paths(options.program)]
    restrict_files(isolation, readable, [work])
    drop_privileges(isolation, options.user, [Path(options.program)], [work])
    return isolation


def _is_within_reach(folder: Path) -> bool:
    """Whether every user may go there, as far as the folders above it are concerned."""
    return all(above.stat().st_mode & stat.S_IXOTH for above in folder.parents)


def _options(arguments: list[str]) -> OfficeOptions:
    parser = options_parser()
    parser.add_argument("--program", default=found_office(), help="folder of LibreOffice's libraries")
    parser.add_argument("--locale", default="en-GB")
    parser.set_defaults(max_children=os.cpu_count() or 1, user=_OWN_USER)
    options = OfficeOptions(**vars(parser.parse_args(arguments)))
    options = replace(options, work_folder=Path(f"{options.socket_path}.work"))
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
    isolation = _isolate(server)
    server.make_profile()
    serve_requests(server, isolation, OFFICE_CALLS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
