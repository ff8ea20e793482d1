"""guardian's abstract direct-FK grants, for the models of this product to subclass. Below `models` on purpose.

A subclass adds `content_object`, a foreign key to what the grant is on; it must be called that.
"""

from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class UserGrant(UserObjectPermissionBase):
    """A permission on one object, granted to one person."""

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class GroupGrant(GroupObjectPermissionBase):
    """A permission on one object, granted to a group."""

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True
