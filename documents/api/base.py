"""What the views of the API share: a list of what the asker may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.access import access_of
from idp_project.core.strict_views import ListAPIView


class AccessListView(ListAPIView):
    """A list of what the asker may see: subclasses give `rows`."""

    rows: Callable[..., Any]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):  # the API description is made without an asker
            return self.get_serializer_class().Meta.model._default_manager.none()  # type: ignore[attr-defined]
        return self.rows(access_of(self.request))
