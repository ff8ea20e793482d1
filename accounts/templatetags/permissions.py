"""Permissions in templates: whether there is a reason to show something. Services and doors decide."""

from __future__ import annotations

from django import template

from accounts.access import Access

register = template.Library()


@register.filter
def may(access: Access | None, permission: str) -> bool:
    """`request.access|may:"manage_schemas"`: whether the permission is held anywhere in the present organisation."""
    return bool(access and access.organization_id and access.can(permission))
