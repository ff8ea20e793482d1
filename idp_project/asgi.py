"""ASGI: HTTP by Django behind limits of bodies and crowds, WebSockets by Channels behind an origin check; proxies first."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp_project.settings.production")
_http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - after Django is set up
from django.conf import settings  # noqa: E402

from documents.routing import websocket_urlpatterns  # noqa: E402
from idp_project.start_checks import check_start  # noqa: E402
from idp_project.web.body_limits import BodyLimits  # noqa: E402
from idp_project.web.crowd_limits import CrowdLimits  # noqa: E402
from idp_project.web.forwarded import ForwardedAddresses  # noqa: E402
from idp_project.web.socket_checks import sockets  # noqa: E402

check_start("web")

application = ForwardedAddresses(
    ProtocolTypeRouter({"http": BodyLimits(CrowdLimits(_http)), "websocket": sockets(websocket_urlpatterns)}),
    settings.TRUSTED_PROXIES,
)
