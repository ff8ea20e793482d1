"""The life of one conversion: walls up, the file looked at, LibreOffice loaded, a PDF answered, gone. Only after a fork."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from idp_project.core.sandbox import kernel
from idp_project.core.sandbox.child_life import INPUT, MOST_TASKS, live
from idp_project.core.sandbox.errors import ParseFailure, SandboxCode
from idp_project.core.sandbox.formats import FileFormat
from idp_project.core.sandbox.isolation import isolate_child, limit_child
from idp_project.core.sandbox.office.container import check_container
from idp_project.core.sandbox.office.profile import write_profile
from idp_project.core.sandbox.office.soffice import convert, fill_profile
from idp_project.core.sandbox.wire import Frame

if TYPE_CHECKING:
    from idp_project.core.sandbox.office.server import OfficeOptions

_MOST_DESCRIPTORS = 256
_MEMORY_SHARE = 0.6  # a failure above this share of the limit was a failed allocation
_SYSTEM = (
    *(
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/usr/share/libreoffice",
        "/etc/libreoffice",
        "/var/spool/libreoffice",
    ),
    "/etc/ld.so.cache",
    *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig"),
    *("/usr/share/liblangtag", "/etc/localtime", "/usr/share/zoneinfo", "/dev/null", "/dev/zero", "/dev/urandom"),
)


def readable_paths(program: str) -> list[Path]:
    """What LibreOffice itself reads: its installation, libraries and fonts. No document, no secret, no /proc, no /home."""
    return [Path(program).resolve().parent, *(Path(path) for path in _SYSTEM)]


def folder_of(options: OfficeOptions, pid: int) -> Path:
    """The only place where that child may write."""
    return options.work_folder / str(pid)


def serve_one(
    request: bytes, descriptors: Sequence[int], options: OfficeOptions, server_pid: int, memory_pages: tuple[int, int]
) -> NoReturn:
    """The one of a request."""
    folder = folder_of(options, os.getpid())

    def raise_walls() -> None:
        folder.mkdir()
        _raise_walls(options, folder, server_pid, memory_pages)

    live(descriptors, raise_walls, lambda: _convert(json.loads(request), options, folder))


def make_profile(options: OfficeOptions, server_pid: int, memory_pages: tuple[int, int]) -> NoReturn:
    """The one that fills the profile of which every other takes a copy; of no file that came from outside."""
    folder = options.profile_folder.parent
    folder.mkdir()
    _raise_walls(options, folder, server_pid, memory_pages)
    write_profile(options.profile_folder, options.locale)
    _set_environment(folder)
    fill_profile(Path(options.program), options.profile_folder)
    os._exit(0)


def _raise_walls(options: OfficeOptions, folder: Path, server_pid: int, memory_pages: tuple[int, int]) -> None:
    """Threads, which LibreOffice needs, and a socket that leads nowhere, but no process and no program; files for reading
    only, but in its own folder."""
    isolate_child(server_pid, may_start_threads=True, has_dead_sockets=True)
    readable = [*readable_paths(options.program), options.profile_folder]
    with contextlib.suppress(OSError):  # the server has said in its log that this machine does not allow it
        kernel.restrict_files(readable, [folder])
    limits = options.memory_bytes, options.cpu_seconds, options.output_bytes
    limit_child(*limits, memory_pages, MOST_TASKS, _MOST_DESCRIPTORS)


def _set_environment(folder: Path) -> None:
    os.environ.update({"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"})


def _convert(request: dict[str, Any], options: OfficeOptions, folder: Path) -> Iterator[Frame]:
    file_format, limits = FileFormat(request["arguments"]["file_format"]), request["limits"]
    source, profile = folder / f"document.{file_format}", folder / "profile"
    if os.fstat(INPUT).st_size > limits["max_bytes"]:
        raise ParseFailure(SandboxCode.TOO_MANY_BYTES)
    with os.fdopen(INPUT, "rb", closefd=False) as file:
        check_container(file, file_format)
        file.seek(0)
        with source.open("wb") as copy:
            shutil.copyfileobj(file, copy)
    shutil.copytree(options.profile_folder, profile)
    _set_environment(folder)
    try:
        made = convert(Path(options.program), profile, source, file_format, limits["max_pages"] + 1)
    except ParseFailure as error:
        raise _named(error, options, folder) from error
    if made.stat().st_size > limits["max_bytes"]:
        raise ParseFailure(SandboxCode.TOO_MANY_BYTES)
    yield Frame({"format": file_format.value}, data=made.read_bytes())


def _named(error: ParseFailure, options: OfficeOptions, folder: Path) -> ParseFailure:
    """LibreOffice does not say that it was memory, its own or that of its folder, which it lacked."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    is_full = peak >= _MEMORY_SHARE * options.memory_bytes or os.statvfs(folder).f_bavail == 0
    return ParseFailure(SandboxCode.TOO_MUCH_MEMORY) if is_full else error
