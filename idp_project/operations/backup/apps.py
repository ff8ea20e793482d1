"""Django's registration of backup and restore."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "idp_project.operations.backup"
    label = "backup"
