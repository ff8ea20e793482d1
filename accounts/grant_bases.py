"""guardian's abstract direct-FK grants, for the models of this product to subclass. Below `models` on purpose.

A subclass adds `content_object`, a foreign key to what the grant is on; it must be called that. Grants on teams,
organisations, batches and schemas are read by `grants.grants_of` without further registration.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase


class UserGrant(UserObjectPermissionBase):
    """A permission on one object, granted to one person. `expires_at` empty: until it is removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
