"""A folder under the system's one for temporary files that is named after the process that owns it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def own_folder(prefix: str) -> Path:
    """Makes one for this process, and removes those of the same prefix whose owners were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*-*"):
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))
