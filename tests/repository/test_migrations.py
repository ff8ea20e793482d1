"""Every migration says what it does to older code, and `expand` is true as far as a machine can tell."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from idp_project.core.migration_marks import compatibility_of, is_judged
from idp_project.core.schema_guard import known_migrations

OWN = {"accounts", "documents", "review", "rag", "pdb_sync", "extraction"}
TAKES_AWAY = (
    *(migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel),
    migrations.AlterModelTable,
)


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def offences(migration: migrations.Migration, loader: MigrationLoader) -> Iterator[str]:
    """What an `expand` migration must not do. Raw SQL is judged by its author."""
    key = (migration.app_label, migration.name)
    state = loader.project_state(key, at_end=False)
    new = {operation.name_lower for operation in migration.operations if isinstance(operation, migrations.CreateModel)}
    for operation in _flat(migration.operations):
        if isinstance(operation, TAKES_AWAY):
            yield f"{operation.describe()}: takes away"
        elif isinstance(operation, migrations.AddField) and operation.model_name_lower not in new:
            if not _is_optional(operation.field):
                yield f"{operation.describe()}: NOT NULL without db_default"
        elif isinstance(operation, migrations.AlterField) and operation.model_name_lower not in new:
            before = state.models[migration.app_label, operation.model_name_lower].get_field(operation.name)
            if before.null and not operation.field.null:
                yield f"{operation.describe()}: NOT NULL"
            if (before.max_length or 0) > (operation.field.max_length or before.max_length or 0):
                yield f"{operation.describe()}: shorter"
        operation.state_forwards(migration.app_label, state)


def _flat(operations: list[object]) -> Iterator[object]:
    for operation in operations:
        inner = getattr(operation, "database_operations", None)
        yield from _flat(inner) if inner else [operation]


def _is_optional(field: models.Field) -> bool:
    return field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED


def own_migrations(loader: MigrationLoader) -> list[migrations.Migration]:
    return [migration for (app, _), migration in sorted(loader.disk_migrations.items()) if app in OWN]


def test_own_migrations_carry_a_mark(loader):
    assert {config.label for config in apps.get_app_configs() if config.label in OWN} == OWN
    unmarked = [
        str(migration)
        for migration in own_migrations(loader)
        if getattr(migration, "compatibility", None) not in ("expand", "contract")
    ]
    assert unmarked == []


def test_expand_migrations_only_add(loader):
    expanding = [one for one in own_migrations(loader) if one.compatibility == "expand"]
    found = [f"{migration}: {offence}" for migration in expanding for offence in offences(migration, loader)]
    assert found == [] and expanding


def test_contract_rule_finds_what_takes_away(loader):
    """The rule itself: among today's contracts are one that removes a model, one NOT NULL and one without default."""
    known = loader.disk_migrations
    for key, word in {
        ("documents", "0015_no_grants_to_groups"): "takes away",
        ("documents", "0017_order_of_a_document"): "NOT NULL",
        ("documents", "0020_pdfs_of_office_documents"): "without db_default",
    }.items():
        assert any(word in offence for offence in offences(known[key], loader)), key


def test_migrations_of_packages_are_judged(loader):
    unjudged = [str(one) for one in loader.disk_migrations.values() if not is_judged(one)]
    assert unjudged == [], "judge them in idp_project/core/migration_marks.py"


def test_unknown_migration_of_a_package_is_contract():
    assert compatibility_of(migrations.Migration("0013_new", "auth")) == "contract"
    assert compatibility_of(migrations.Migration("0001_initial", "never_seen")) == "contract"
    assert compatibility_of(migrations.Migration("0012_alter_user_first_name_max_length", "auth")) == "expand"


def test_known_migrations_are_those_of_the_loader(loader):
    assert known_migrations() == set(loader.disk_migrations)
