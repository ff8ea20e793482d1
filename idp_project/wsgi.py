"""WSGI, for hosts that serve no WebSockets."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.production")
application = get_wsgi_application()

from idp_project.start_checks import check_start  # noqa: E402 - after Django is set up

check_start("web")
