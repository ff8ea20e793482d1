"""REST: schemas. Each view makes one domain call."""

from __future__ import annotations

from typing import Any

from accounts.access import Access
from documents.api.base import AccessListView
from documents.selectors.doors import schema_list
from documents.serializers import SchemaSerializer


class SchemaListView(AccessListView):
    """Schemas a batch may be submitted for."""

    serializer_class = SchemaSerializer
    pagination_class = None

    def rows(self, access: Access) -> Any:
        return schema_list(access)
