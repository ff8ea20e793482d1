"""ASGI: HTTP by Django behind a wall for bodies, WebSockets by Channels behind an origin check."""

import os

from django.core.asgi import get_asgi_application

from idp_project.core.release import say_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.dev")
_http = get_asgi_application()
say_start("web")

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 - after Django is set up
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from documents.routing import websocket_urlpatterns  # noqa: E402
from idp_project.body_wall import BodyWall  # noqa: E402

application = ProtocolTypeRouter(
    {"http": BodyWall(_http), "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))}
)
