"""WSGI, for hosts that serve no WebSockets."""

import os

from django.core.wsgi import get_wsgi_application

from idp_project.core.release import say_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.production")
application = get_wsgi_application()
say_start("web")
