"""What an Access answers."""

from uuid import uuid4

from accounts.access import Access
from accounts.domain.roles import Permission

TEAM, OTHER, BATCH, SCHEMA, ORGANIZATION = (uuid4() for _ in range(5))


def an_access(**values) -> Access:
    return Access(user_id=uuid4(), organization_id=ORGANIZATION, **values)


def test_a_team_permission_holds_on_that_team_only():
    access = an_access(team_permissions={TEAM: frozenset({"upload_documents"})})
    assert access.can("upload_documents", team_id=TEAM)
    assert not access.can("upload_documents", team_id=OTHER)
    assert not access.can("review_documents", team_id=TEAM)
    assert access.team_ids_with("upload_documents") == [TEAM]


def test_without_an_object_a_permission_held_anywhere_counts():
    access = an_access(batch_permissions={BATCH: frozenset({"view_documents"})})
    assert access.can("view_documents")
    assert not access.can("manage_schemas")


def test_a_grant_on_a_batch_opens_the_batch_in_a_foreign_team():
    access = an_access(batch_permissions={BATCH: frozenset({"view_documents"})})
    assert access.can("view_documents", team_id=OTHER, batch_id=BATCH)
    assert not access.can("view_documents", team_id=OTHER, batch_id=uuid4())
    assert not access.can("view_documents", team_id=OTHER)
    assert access.batch_ids_with("view_documents") == [BATCH]


def test_a_grant_on_a_schema_opens_the_schema():
    access = an_access(schema_permissions={SCHEMA: frozenset({"manage_schemas"})})
    assert access.can("manage_schemas", schema_id=SCHEMA)
    assert not access.can("manage_schemas", schema_id=uuid4())


def test_an_organization_permission_holds_on_every_team():
    access = an_access(organization_permissions=frozenset({"view_documents"}), team_ids=(TEAM, OTHER))
    assert access.sees_all
    assert access.can("view_documents", team_id=uuid4())
    assert not access.can("upload_documents", team_id=TEAM)
    assert access.team_ids_with("view_documents") == [TEAM, OTHER]


def test_jobs_hold_all_in_their_organization_and_no_more():
    access = Access.for_system(ORGANIZATION)
    assert access.organization_id == ORGANIZATION
    assert access.can(Permission.MANAGE_ORGANIZATION)
    assert access.can_everywhere(Permission.VIEW_DOCUMENTS)
    assert not access.can(Permission.MANAGE_SYSTEM)
    assert not access.is_super


def test_an_empty_access_may_nothing():
    access = an_access()
    assert not any(access.can(permission) for permission in Permission)
    assert not any(access.can(permission, team_id=TEAM, batch_id=BATCH, schema_id=SCHEMA) for permission in Permission)
    assert all(access.team_ids_with(permission) == [] for permission in Permission)


def test_limited_access_keeps_its_limit_of_every_grant():
    """Grants on single batches, documents and schemas included; a schema that may be used stays usable."""
    held = {"view_documents", "download_documents", "manage_schemas", "use_schema"}
    grants = {BATCH: frozenset(held)}
    access = an_access(
        team_permissions=grants, batch_permissions=grants, document_permissions=grants, schema_permissions=grants
    )
    limited = access.limited_to(["download_documents"], "a key")
    kept = {BATCH: frozenset({"download_documents", "use_schema"})}
    assert limited.batch_permissions == limited.document_permissions == limited.schema_permissions == kept
    assert not limited.can("view_documents") and not limited.can("manage_schemas", schema_id=BATCH)
