"""Why a backup cannot be made or restored, in one line."""


class BackupError(Exception):
    """Shown as it is; nothing was changed."""
