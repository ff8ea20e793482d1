"""One machine, served by `make run` and `make serve`."""

from idp_project.settings.base import *  # noqa: F403
