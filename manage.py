#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.dev")
    from idp_project.start_checks import CommandLine

    CommandLine(sys.argv).execute()


if __name__ == "__main__":
    main()
