"""The audit chain: whatever a superuser of the database does to it is found and located."""

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from accounts.access import Access
from accounts.models import AuditEntry, AuditHead
from accounts.services.audit import anchors as anchors_services
from accounts.services.audit import trail as audit
from idp_project.core.tenancy import organization_scope, system_scope
from tests.servers import TestServers

TAMPERING = {
    "edit": ('UPDATE accounts_auditentry SET details = \'{"amount": "9"}\' WHERE {mine} AND number = 3', 3, "changed"),
    "edit the time": (
        "UPDATE accounts_auditentry SET at = at - interval '1 day' WHERE {mine} AND number = 2",
        2,
        "changed",
    ),
    "delete in the middle": ("DELETE FROM accounts_auditentry WHERE {mine} AND number = 3", 3, "missing"),
    "cut the tail": ("DELETE FROM accounts_auditentry WHERE {mine} AND number > 3", 4, "the tail was cut"),
    "cut everything": ("DELETE FROM accounts_auditentry WHERE {mine}", 1, "the tail was cut"),
    "cut the tail and the head": (
        "DELETE FROM accounts_auditentry WHERE {mine} AND number > 3;"
        "UPDATE accounts_audithead SET length = 3, last_mac ="
        " (SELECT mac FROM accounts_auditentry WHERE {mine} AND number = 3) WHERE {mine}",
        4,
        "the head was changed",
    ),
    "insert": (
        "UPDATE accounts_auditentry SET number = number + 1001 WHERE {mine} AND number > 3;"
        "UPDATE accounts_auditentry SET number = number - 1000 WHERE number > 1000;"
        "INSERT INTO accounts_auditentry SELECT gen_random_uuid(), 4, at, actor_id, actor_name, action, object_kind,"
        " object_id, details, mac, mac, organization_id FROM accounts_auditentry WHERE {mine} AND number = 3",
        4,
        "changed",
    ),
    "reorder": (
        "UPDATE accounts_auditentry SET number = 99 WHERE {mine} AND number = 2;"
        "UPDATE accounts_auditentry SET number = 2 WHERE {mine} AND number = 3;"
        "UPDATE accounts_auditentry SET number = 3 WHERE {mine} AND number = 99",
        2,
        "changed",
    ),
    "move to another organisation": (
        "DELETE FROM accounts_auditentry WHERE {theirs}; DELETE FROM accounts_audithead WHERE {mine};"
        "UPDATE accounts_audithead SET organization_id = '{my_id}' WHERE {theirs};"
        "UPDATE accounts_audithead SET organization_id = '{my_id}' WHERE {mine}",
        None,
        None,
    ),
    "drop the head": ("DELETE FROM accounts_audithead WHERE {mine}", 1, "the head is missing"),
}


@pytest.fixture
def chains(world):
    """Five more entries in each organisation, besides those of its making."""
    for organization in (world.organization, world.foreign):
        access = Access.for_system(organization.id)
        for number in range(5):
            audit.audit_record(access, "counted", object_kind="thing", object_id=number, details={"amount": 1.5})
    return world


def as_superuser(statement: str, world) -> None:
    """Triggers off, row security off: the worst case."""
    url = TestServers(settings.TEST_DATA_DIR).superuser_url(f"idp_{settings.TEST_WORKER}")
    filled = (
        statement.replace("{mine}", f"organization_id = '{world.organization.id}'")
        .replace("{theirs}", f"organization_id = '{world.foreign.id}'")
        .replace("{my_id}", str(world.organization.id))
        .replace("{other_id}", str(world.foreign.id))
    )
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(filled)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attack", TAMPERING)
def test_tampering_is_found(chains, attack):
    statement, number, reason = TAMPERING[attack]
    assert audit.audit_verify(chains.organization.id) is None
    as_superuser(statement, chains)
    fault = audit.audit_verify(chains.organization.id)
    assert fault is not None
    if number:
        assert (fault.number, str(fault.reason)) == (number, reason)
    with pytest.raises(CommandError):
        call_command("verify_audit")


SIX = {
    "edit": "edit",
    "delete in the middle": "delete in the middle",
    "cut the tail": "cut the tail and put an older head back",
    "insert": "insert",
    "reorder": "reorder",
    "swap organisations": "swap organisations",
}
TAMPERING_UNSEEN_IN_THE_CHAIN = {
    "cut the tail and put an older head back": "DELETE FROM accounts_auditentry WHERE {mine} AND number > 3;"
    "UPDATE accounts_audithead SET (length, last_mac, mac) = (SELECT length, last_mac, mac FROM older_head) WHERE {mine}",
    "swap organisations": "ALTER TABLE accounts_auditentry DROP CONSTRAINT audit_number;"
    "UPDATE accounts_auditentry SET organization_id = CASE WHEN {mine} THEN '{other_id}'::uuid ELSE '{my_id}' END"
    " WHERE {mine} OR {theirs};"
    "ALTER TABLE accounts_auditentry ADD CONSTRAINT audit_number UNIQUE NULLS NOT DISTINCT (organization_id, number)",
}
KEEP = (
    "CREATE TABLE kept_entries AS TABLE accounts_auditentry; CREATE TABLE kept_heads AS TABLE accounts_audithead;"
    "CREATE TABLE older_head AS SELECT * FROM accounts_audithead WHERE {mine}"
)
PUT_BACK = (
    "DELETE FROM accounts_auditentry; INSERT INTO accounts_auditentry SELECT * FROM kept_entries;"
    "DELETE FROM accounts_audithead; INSERT INTO accounts_audithead SELECT * FROM kept_heads"
)
FORGET = "DROP TABLE kept_entries, kept_heads, older_head"


@pytest.mark.django_db(transaction=True)
def test_each_of_the_six_tamperings_by_a_superuser_is_found(chains, tmp_path, record_property):
    """Edit, delete, cut, insert, reorder, swap; the tail is cut with an older head put back, which only anchors tell."""
    anchors = tmp_path / "anchors.jsonl"
    as_superuser(KEEP, chains)
    try:
        mine = Access.for_system(chains.organization.id)
        for number in range(3):
            audit.audit_record(mine, "counted", object_kind="thing", object_id=number)
        call_command("export_audit_anchors", file=anchors)
        as_superuser("DELETE FROM kept_entries; INSERT INTO kept_entries TABLE accounts_auditentry", chains)
        as_superuser("DELETE FROM kept_heads; INSERT INTO kept_heads TABLE accounts_audithead", chains)
        call_command("verify_audit", anchors=anchors)
        found = []
        for name, attack in SIX.items():
            statement = TAMPERING_UNSEEN_IN_THE_CHAIN.get(attack) or TAMPERING[attack][0]
            as_superuser(statement, chains)
            with pytest.raises(CommandError, match="altered"):
                call_command("verify_audit", anchors=anchors)
            found.append(name)
            as_superuser(PUT_BACK, chains)
            call_command("verify_audit", anchors=anchors)
    finally:
        as_superuser(FORGET, chains)
    record_property("figures", f"C9: tampering with the audit trail as a superuser, found {len(found)}/{len(SIX)}")


def test_an_untouched_chain_is_whole_and_the_command_says_so(chains, capsys):
    call_command("verify_audit")
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines) == ["harbour: unaltered", "system: unaltered", "town-hall: unaltered"]
    with organization_scope(chains.organization.id):
        numbers = list(AuditEntry.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 5
        assert AuditHead.objects.get().length == len(numbers)


def test_entries_are_visible_to_their_organization_only(chains):
    assert not AuditEntry.objects.exists(), "outside a scope"
    with organization_scope(chains.foreign.id):
        assert set(AuditEntry.objects.values_list("organization_id", flat=True)) == {chains.foreign.id}


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("scope", ["organization", "system"])
def test_the_runtime_roles_cannot_change_an_entry(chains, change, scope):
    opened = organization_scope(chains.organization.id) if scope == "organization" else system_scope("test")
    with opened:
        entries = AuditEntry.objects.filter(number=1)
        assert entries.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            entries.update(action="nothing happened") if change == "update" else entries.delete()


def test_an_entry_shares_the_fate_of_its_change(chains):
    access = Access.for_system(chains.organization.id)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.audit_record(access, "undone")
        raise ZeroDivisionError
    with organization_scope(chains.organization.id):
        assert not AuditEntry.objects.filter(action="undone").exists()
    assert audit.audit_verify(chains.organization.id) is None


def test_anchors_grow_with_their_chains_and_name_a_changed_line(chains, tmp_path):
    path = tmp_path / "anchors.jsonl"
    assert anchors_services.audit_anchors_export(path) == 2, "two organisations; nothing happened to the system"
    assert anchors_services.audit_anchors_export(path) == 0
    audit.audit_record(Access.for_system(chains.organization.id), "counted")
    assert anchors_services.audit_anchors_export(path) == 1
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1].replace('"length": ', '"length": 1'), *lines[2:]]))
    with pytest.raises(CommandError, match=r"Line 2 of anchors\.jsonl was changed"):
        call_command("verify_audit", anchors=path)


def test_a_rewritten_chain_is_found_by_its_anchors(chains, tmp_path):
    """Anyone who has the key can make a chain that is whole, but not the one that anchors know."""
    path = tmp_path / "anchors.jsonl"
    anchors_services.audit_anchors_export(path)
    known = anchors_services.anchors_of(anchors_services.audit_anchors_read(path), chains.organization.id)
    other = dict.fromkeys(known, "0" * 64)
    fault = audit.audit_verify(chains.organization.id, other)
    assert (fault.number, "anchor" in str(fault.reason)) == (max(known), True)
