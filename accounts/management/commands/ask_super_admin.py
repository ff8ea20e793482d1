"""Who the first super admin is to be: asked on the terminal, or read from the environment. Needs no database."""

from __future__ import annotations

import getpass
import json
import os
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.people.people import check_new_password
from idp_project.core.errors import InvalidInput

USERNAME, PASSWORD, EMAIL = "IDP_ADMIN_USERNAME", "IDP_ADMIN_PASSWORD", "IDP_ADMIN_EMAIL"
QUESTION = "This installation has no super admin yet. Who is the first one?"


class Command(BaseCommand):
    """Prints JSON for the supervisor: username, email and password, or an error. Prompts go to standard error."""

    help = f"For `make serve`: asks for a super admin, or takes {USERNAME}, {PASSWORD} and {EMAIL}."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = _given() if os.environ.get(USERNAME) else _asked()
        except InvalidInput as error:
            answer = {"error": error.message}
        self.stdout.write(json.dumps(answer))


def _given() -> dict[str, str]:
    answer = {"username": os.environ[USERNAME], "email": os.environ.get(EMAIL, ""), "password": os.environ[PASSWORD]}
    _check_person(answer, f"{USERNAME}, {EMAIL}")
    _check_password(answer, PASSWORD)
    return answer


def _asked() -> dict[str, str]:
    """Repeats a question until its answer can be used."""
    print(QUESTION, file=sys.stderr)
    answer: dict[str, str] = {}
    while not _is_usable(_check_person, answer):
        answer = {"username": _line("User name: "), "email": _line("E-mail address (may stay empty): ")}
    while not _is_usable(_check_password, answer):
        answer["password"] = getpass.getpass("Password (at least 12 characters): ", sys.stderr)
        if answer["password"] != getpass.getpass("Password again: ", sys.stderr):
            answer["password"] = ""
            print("The two passwords differ.", file=sys.stderr)
    return answer


def _line(prompt: str) -> str:
    """CommandError where the terminal has ended."""
    print(prompt, end="", file=sys.stderr, flush=True)
    if not (text := sys.stdin.readline()):
        raise CommandError(_("Nobody was named."))
    return text.strip()


def _is_usable(check: Any, answer: dict[str, str]) -> bool:
    """False without a word where nothing was answered yet."""
    if not answer or (check is _check_password and not answer.get("password")):
        return False
    try:
        check(answer, "")
    except InvalidInput as error:
        print(error.message, file=sys.stderr)
        return False
    return True


def _check_person(answer: dict[str, str], where: str) -> None:
    user = User(username=answer["username"], email=answer["email"])
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        raise InvalidInput(f"{where}: {problems}".removeprefix(": ")) from error


def _check_password(answer: dict[str, str], where: str) -> None:
    user = User(username=answer["username"], email=answer["email"])
    try:
        check_new_password(user, answer["password"])
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error.message}".removeprefix(": ")) from error
