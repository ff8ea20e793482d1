"""`manage.py load_demo`."""

from typing import Any

from django.core.management.base import BaseCommand

from idp_project.demo import organization


class Command(BaseCommand):
    """May run again: what is there already stays."""

    help = "Makes the demonstration organisation with a person a role and its schemas."

    def handle(self, *args: Any, **options: Any) -> None:
        organization.load()
