"""One machine, served by `make run`."""

from idp_project.settings.base import *  # noqa: F403
