"""The production database: delivery into it and the one door for reading it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PdbSyncConfig(AppConfig):
    """All of its tables live on the database alias `pdb`."""

    name = "pdb_sync"
    verbose_name = _("Production database")
