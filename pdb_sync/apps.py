"""The production database: delivery into it and the one door for reading it."""

from django.apps import AppConfig


class PdbSyncConfig(AppConfig):
    """All of its tables live on the database alias `pdb`."""

    name = "pdb_sync"
    verbose_name = "Production database"
