#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.dev")
    from idp_project.core.command_gate import say_version, stop_on_other_schema

    if say_version(sys.argv[1:]):
        return
    from django.core.management import execute_from_command_line

    stop_on_other_schema(sys.argv[1:])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
