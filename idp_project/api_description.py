"""The description of the API: YAML, or JSON by `?format=json` or the Accept header."""

from types import SimpleNamespace

from drf_spectacular.utils import OpenApiParameter
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation

from idp_project.core.strict_views import StrictInput


class _ByFormat(DefaultContentNegotiation):
    settings = SimpleNamespace(URL_FORMAT_OVERRIDE="format")  # type: ignore[assignment]  # the only view that has two formats


class DescriptionView(StrictInput, SpectacularAPIView):
    """OpenAPI 3."""

    content_negotiation_class = _ByFormat
    query_parameters = [OpenApiParameter("format", str, enum=["json", "yaml"]), OpenApiParameter("lang", str)]
