"""The life of one conversion: isolate, look at the file, load LibreOffice, answer a PDF, exit. Only after a fork."""

from __future__ import annotations

import json
import os
import resource
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.files.formats import TEXTS, FileFormat
from idp_project.core.isolation.child_life import INPUT, MOST_TASKS, live
from idp_project.core.isolation.office.profile import write_profile
from idp_project.core.isolation.office.soffice import Target, convert, fill_profile
from idp_project.core.isolation.privileges import ChildRestrictions, address_space, apply_restrictions, use_of
from idp_project.core.isolation.system_calls import OFFICE_CALLS
from idp_project.core.isolation.wire import Frame
from idp_project.core.readers.office_container import check_container, format_inside
from idp_project.core.readers.sheet_layout import widened

if TYPE_CHECKING:
    from idp_project.core.isolation.office.server import OfficeOptions

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

    def isolate() -> None:
        folder.mkdir()
        _isolate(options, folder, server_pid, memory_pages)

    live(descriptors, isolate, lambda: _convert(json.loads(request), options, folder))


def make_profile(options: OfficeOptions, server_pid: int, memory_pages: tuple[int, int]) -> NoReturn:
    """The one that fills the profile of which every other takes a copy; of no file that came from outside."""
    folder = options.profile_folder.parent
    folder.mkdir()
    _isolate(options, folder, server_pid, memory_pages)
    write_profile(options.profile_folder, options.locale)
    _set_environment(folder)
    fill_profile(Path(options.program), options.profile_folder)
    os._exit(0)


def _isolate(options: OfficeOptions, folder: Path, server_pid: int, memory_pages: tuple[int, int]) -> None:
    """Threads, which LibreOffice needs, and a socket that leads nowhere, but no process and no program; files for reading
    only, but in its own folder."""
    memory = address_space(options.memory_bytes, memory_pages)
    use = use_of(options.cpu_seconds, options.output_bytes, MOST_TASKS, _MOST_DESCRIPTORS)
    readable = [*readable_paths(options.program), options.profile_folder]
    apply_restrictions(server_pid, ChildRestrictions(OFFICE_CALLS, {**memory, **use}, readable, [folder]))


def _set_environment(folder: Path) -> None:
    os.environ.update({"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"})


def _convert(request: dict[str, Any], options: OfficeOptions, folder: Path) -> Iterator[Frame]:
    arguments, limits = request["arguments"], request["limits"]
    source, file_format = _copied(FileFormat(arguments["file_format"]), folder, limits["max_bytes"])
    if file_format is FileFormat.XLSX:
        source.write_bytes(widened(source.read_bytes()))
    is_open = file_format is FileFormat.XLSX or file_format in TEXTS
    target = Target.PDF if is_open else Target(arguments.get("target", Target.PDF))
    profile = folder / "profile"
    _copy_profile(options.profile_folder, profile)
    _set_environment(folder)
    try:
        made = convert(Path(options.program), profile, source, file_format, limits["max_pages"] + 1, target)
    except ParseFailure as error:
        raise _named(error, options, folder) from error
    if made.stat().st_size > limits["max_bytes"]:
        raise ParseFailure(SandboxCode.TOO_MANY_BYTES)
    yield Frame({"format": file_format.value, "target": target.value}, data=made.read_bytes())


def _copied(named: FileFormat, folder: Path, max_bytes: int) -> tuple[Path, FileFormat]:
    """A copy of the file under the format that it is of, whatever it is named; checked."""
    if os.fstat(INPUT).st_size > max_bytes:
        raise ParseFailure(SandboxCode.TOO_MANY_BYTES)
    with os.fdopen(INPUT, "rb", closefd=False) as file:
        file_format = format_inside(file, named)
        check_container(file, file_format)
        file.seek(0)
        source = folder / f"document.{file_format}"
        with source.open("wb") as copy:
            shutil.copyfileobj(file, copy)
    return source, file_format


def _copy_profile(source: Path, target: Path) -> None:
    """Contents only: a child may not set modes, times or attributes, as `shutil.copytree` does."""
    for folder, _, names in os.walk(source):
        copied = target / Path(folder).relative_to(source)
        copied.mkdir()
        for name in names:
            (copied / name).write_bytes(Path(folder, name).read_bytes())


def _named(error: ParseFailure, options: OfficeOptions, folder: Path) -> ParseFailure:
    """LibreOffice does not say that it was memory, its own or that of its folder, which it lacked."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    is_full = peak >= _MEMORY_SHARE * options.memory_bytes or os.statvfs(folder).f_bavail == 0
    return ParseFailure(SandboxCode.TOO_MUCH_MEMORY) if is_full else error
