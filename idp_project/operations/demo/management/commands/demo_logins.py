"""`manage.py demo_logins`."""

from typing import Any

from django.core.management.base import BaseCommand

from idp_project.operations.demo.logins import read_logins
from idp_project.operations.demo.organization import LOGINS_PATH


class Command(BaseCommand):
    """One line per role: role, user name, password."""

    help = "Prints the demonstration's logins."

    def handle(self, *args: Any, **options: Any) -> None:
        for login in read_logins(LOGINS_PATH):
            self.stdout.write(f"{login.role.replace('_', ' '):<12} {login.username:<10} {login.password}")
