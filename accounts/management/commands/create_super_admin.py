"""Creates a super admin; asks for the password, or takes it from the environment."""

from __future__ import annotations

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.services.people.people import user_create
from idp_project.core.errors import IdpError

PASSWORD_VARIABLE = "IDP_ADMIN_PASSWORD"  # noqa: S105 - the variable's name


class Command(BaseCommand):
    help = f"Creates a super admin. The password is asked for, or read from {PASSWORD_VARIABLE} with --no-input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument("--display-name", default="")
        parser.add_argument("--no-input", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = user_create(
                Access.for_command_line(),
                username=options["username"],
                password=self._password(is_asked=not options["no_input"]),
                email=options["email"],
                display_name=options["display_name"],
                is_super_admin=True,
            )
        except IdpError as error:
            raise CommandError(error.message) from error
        self.stdout.write(self.style.SUCCESS(f"{user.username} is a super admin and can sign in."))

    def _password(self, *, is_asked: bool) -> str:
        if not is_asked:
            if password := os.environ.get(PASSWORD_VARIABLE, ""):
                return password
            raise CommandError(_("Set %(name)s.") % {"name": PASSWORD_VARIABLE})
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise CommandError(_("The two passwords differ."))
        return password
