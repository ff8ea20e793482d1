"""Secrets are never made where data exists, and no start uses other keys than the data's."""

import json
from pathlib import Path

import pytest

from idp_project.core.key_fingerprint import DataKeys, default_audit_key
from idp_project.operations.supervisor.contents import Contents
from idp_project.operations.supervisor.environment import Secrets, kept_secrets, read, write
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.keys import check_backup, check_keys, check_missing, present_keys
from idp_project.operations.supervisor.places import Places

KEYS = ("secret_key", "image_token_key", "jwt_signing_key", "field_encryption_salts")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path, tmp_path)


def secrets_of(places: Places, **given: str) -> Secrets:
    return kept_secrets(places.secrets, lambda missing: check_missing(places, given, missing), given)


def make_cluster(places: Places) -> None:
    places.postgres_data.mkdir()
    (places.postgres_data / "PG_VERSION").write_text("18\n")


def leave_environment(places: Places, secrets: Secrets) -> None:
    write(places.environment, secrets.settings() | {"DATABASE_URL": "postgres://somewhere/idp"})


def drop(places: Places, *names: str) -> None:
    write(places.secrets, {name: value for name, value in read(places.secrets).items() if name not in names})


@pytest.mark.parametrize("leave", [make_cluster, lambda places: write(places.environment, {"SECRET_KEY": "x"})])
def test_missing_secrets_are_not_made_where_data_exists(places: Places, leave) -> None:
    leave(places)
    with pytest.raises(SupervisorError, match=rf"^{places.secrets} is missing, .*no new one is made.*copy of the file"):
        secrets_of(places)
    assert not places.secrets.exists()


@pytest.mark.parametrize("name", [*KEYS, "superuser_password"])
def test_an_incomplete_file_is_refused_by_name(places: Places, name: str) -> None:
    secrets_of(places)
    make_cluster(places)
    drop(places, name)
    before = places.secrets.read_text()
    with pytest.raises(SupervisorError, match=f"lacks {name}, but "):
        secrets_of(places)
    assert places.secrets.read_text() == before


def test_a_password_that_every_start_sets_again_is_made(places: Places) -> None:
    first = secrets_of(places)
    make_cluster(places)
    drop(places, "app_password", "redis_password")
    second = secrets_of(places)
    assert second.secret_key == first.secret_key and second.app_password != first.app_password


def test_keys_of_the_real_environment_need_not_be_in_the_file(places: Places) -> None:
    write(places.environment, {"SECRET_KEY": "x"})
    given = {name.upper(): "of their own" for name in KEYS}
    assert secrets_of(places, **given).app_password


def test_the_refusal_says_where_the_keys_still_are(places: Places) -> None:
    leave_environment(places, secrets_of(places))
    places.secrets.unlink()
    with pytest.raises(
        SupervisorError, match=f"Keep a copy of {places.environment}: it still holds the values of secret_key"
    ):
        secrets_of(places)


def recorded(secrets: Secrets, **given: str) -> Contents:
    keys = DataKeys.from_environment(present_keys(secrets, given))
    assert keys
    return Contents(is_migrated=True, fingerprints={name: [value] for name, value in keys.newest().items()})


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": "other"}, "SECRET_KEY"),
        ({"FIELD_ENCRYPTION_SALTS": "other"}, "FIELD_ENCRYPTION_SALTS"),
        ({"AUDIT_MAC_KEY": "other"}, "AUDIT_MAC_KEY"),
        ({"SECRET_KEY": "other", "AUDIT_MAC_KEY": "other"}, "AUDIT_MAC_KEY, SECRET_KEY"),
    ],
)
def test_another_key_is_named(places: Places, changed: dict[str, str], named: str) -> None:
    secrets = secrets_of(places)
    contents = recorded(secrets)
    check_keys(contents, present_keys(secrets, {}), places)
    with pytest.raises(SupervisorError, match=rf"made with: {named}\. Put the file"):
        check_keys(contents, present_keys(secrets, changed), places)


def test_keys_that_are_replaced_freely_are_not_compared(places: Places) -> None:
    secrets = secrets_of(places)
    check_keys(recorded(secrets), present_keys(secrets, {"JWT_SIGNING_KEY": "new", "IMAGE_TOKEN_KEY": "new"}), places)


def test_a_rotation_with_the_old_key_listed_may_start(places: Places) -> None:
    secrets = secrets_of(places)
    contents = recorded(secrets)
    rotating = {"SECRET_KEY": "new", "SECRET_KEY_FALLBACKS": f"older,{secrets.secret_key}"}
    check_keys(contents, present_keys(secrets, rotating), places)
    rotating = {"FIELD_ENCRYPTION_SALTS": f"new,{secrets.field_encryption_salts}"}
    check_keys(contents, present_keys(secrets, rotating), places)


def test_rotation_in_an_earlier_folder_keeps_the_audit_key(places: Places) -> None:
    """Before the upgrade the audit key followed from SECRET_KEY; the upgrade writes it down."""
    secrets_of(places)
    drop(places, "audit_mac_key")
    secrets = secrets_of(places)
    contents = recorded(secrets)
    assert present_keys(secrets, {})["AUDIT_MAC_KEY"] == default_audit_key(secrets.secret_key)
    rotating = {"SECRET_KEY": "new", "SECRET_KEY_FALLBACKS": secrets.secret_key}
    check_keys(contents, present_keys(secrets, rotating), places)


def test_a_lost_audit_key_is_not_replaced_unseen(places: Places) -> None:
    contents = recorded(secrets_of(places))
    drop(places, "audit_mac_key")
    with pytest.raises(SupervisorError, match=r"made with: AUDIT_MAC_KEY\. Put the file"):
        check_keys(contents, present_keys(secrets_of(places), {}), places)


def test_other_secrets_are_refused_before_keys_are_known(places: Places) -> None:
    """A database of an earlier version: what the last start used stands in `environment`."""
    leave_environment(places, secrets_of(places))
    places.secrets.unlink()
    others = kept_secrets(places.secrets)
    before = places.environment.read_text()
    with pytest.raises(SupervisorError, match=r"made with: FIELD_ENCRYPTION_SALTS, SECRET_KEY\. .*Keep a copy of"):
        check_keys(Contents(is_migrated=True), present_keys(others, {}), places)
    assert places.environment.read_text() == before
    check_keys(Contents(), present_keys(others, {}), places)


def test_backup_under_other_keys_is_refused_at_once(places: Places, tmp_path: Path) -> None:
    elsewhere = Places(tmp_path / "elsewhere", tmp_path / "elsewhere")
    secrets = secrets_of(places)
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"keys": recorded(secrets).fingerprints}))
    check_backup([str(folder)], places, {})
    with pytest.raises(SupervisorError, match=r"other secrets than the one that the backup is of: .*SECRET_KEY"):
        check_backup(["--keep-pdb", str(folder)], elsewhere, {})
    check_backup([str(folder), "--other-keys"], elsewhere, {})
    check_backup([str(folder)], elsewhere, present_keys(secrets, {}))
    assert not elsewhere.data.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"keys": "of an earlier format"}', "[]"])
def test_a_backup_that_cannot_be_judged_is_left_to_restore(places: Places, tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    check_backup([str(tmp_path)], places, {})
    check_backup([], places, {})
