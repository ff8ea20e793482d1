"""Where everything of one data folder lives. Two checkouts never share a path, a socket or a prefix."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from idp_project.operations.supervisor.errors import SupervisorError

CHECKOUT = Path(__file__).resolve().parents[3]
LONGEST_SOCKET_PATH = 107  # sizeof(sun_path) less the closing zero
LONGEST_SOCKET_NAME = "postgres/.s.PGSQL.5432"
SHELTER = Path("/var/lib/idp")


@dataclass(frozen=True)
class Places:
    """The files and folders of one data folder. `home` holds the stores: the data folder itself or a shelter."""

    data: Path
    home: Path

    @property
    def key(self) -> str:
        """Eight hexadecimal digits that stand for the data folder."""
        return hashlib.sha256(os.fsencode(self.data)).hexdigest()[:8]

    @property
    def run(self) -> Path:
        """The folder of the sockets, short enough for every name below it."""
        folder = self.home / "run"
        if len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return folder
        return Path(tempfile.gettempdir()) / f"idp-{os.geteuid()}-{self.key}"

    def remove_outside_sockets(self) -> None:
        """Leave nothing in the temporary folder; sockets below the home stay."""
        if self.home not in self.run.parents:
            shutil.rmtree(self.run, ignore_errors=True)

    @property
    def postgres_data(self) -> Path:
        return self.home / "postgres"

    @property
    def postgres_sockets(self) -> Path:
        return self.run / "postgres"

    @property
    def redis_folder(self) -> Path:
        return self.run / "redis"

    @property
    def redis_socket(self) -> Path:
        return self.redis_folder / "redis.sock"

    @property
    def sandbox_socket(self) -> Path:
        return self.run / "sandbox.sock"

    @property
    def office_socket(self) -> Path:
        return self.run / "office.sock"

    @property
    def rules_socket(self) -> Path:
        return self.run / "rules.sock"

    @property
    def environment(self) -> Path:
        return self.data / "environment"

    @property
    def owner_environment(self) -> Path:
        """The owner's addresses of both databases: read by `exec` for the commands that need them."""
        return self.data / "owner-environment"

    @property
    def secrets(self) -> Path:
        """Read by the supervisor alone."""
        return self.data / "secrets"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def lock(self) -> Path:
        return self.data / "supervisor.lock"

    @property
    def status(self) -> Path:
        return self.data / "status.json"

    @property
    def home_note(self) -> Path:
        """Names the shelter, so that a moved checkout finds its stores again."""
        return self.data / "stores-folder"


def places_at(data: Path) -> Places:
    """Paths of a data folder, with its stores where they were last time; touches nothing."""
    data = data.absolute()
    note = data / "stores-folder"
    home = Path(note.read_text().strip()) if note.exists() else data
    return Places(data, home)


def data_folder() -> Path:
    """The data folder of this process: IDP_DATA_DIR, else `var` in the checkout."""
    return Path(os.environ.get("IDP_DATA_DIR") or CHECKOUT / "var").absolute()


def make_private(folder: Path, mode: int = 0o700) -> None:
    """Make a folder that is ours alone; refuse one that somebody else prepared."""
    try:
        folder.mkdir(mode=mode, parents=True)
        folder.chmod(mode)
    except FileExistsError:
        entry = folder.lstat()
        if not stat.S_ISDIR(entry.st_mode) or entry.st_uid not in (os.geteuid(), 0):
            raise SupervisorError(f"{folder} belongs to somebody else. Remove it, or set IDP_DATA_DIR.") from None
