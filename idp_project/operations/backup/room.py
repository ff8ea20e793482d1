"""Room on the disk: looked for before the long work, and named where it runs out in the middle."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from idp_project.core.sizes import shown_size
from idp_project.operations.backup.errors import BackupError


def room_check(folder: Path, needed: int) -> None:
    """Raises BackupError where the disk of `folder`, or of what will hold it, has fewer bytes free than `needed`."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise BackupError(
            _("%(folder)s needs %(needed)s, and %(free)s are free there.")
            % {"folder": folder, "needed": shown_size(needed), "free": shown_size(free)}
        )


@contextmanager
def room_named(folder: Path) -> Iterator[None]:
    """Makes a BackupError of a disk that becomes full."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise BackupError(
            _("There is no room left for %(folder)s. Make room and begin again.") % {"folder": folder}
        ) from error
