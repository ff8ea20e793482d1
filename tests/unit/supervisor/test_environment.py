"""The generated environment file: private, stable, readable by its readers."""

import stat
from pathlib import Path

import psycopg.conninfo
import pytest

from idp_project.core.isolation.limits import SERVER_ENVIRONMENT
from idp_project.core.key_fingerprint import default_audit_key
from idp_project.operations.supervisor.__main__ import beside
from idp_project.operations.supervisor.addresses import database_of, owner_name, with_account
from idp_project.operations.supervisor.environment import (
    OWNER_NAMES,
    embedded_postgres,
    kept_secrets,
    read,
    socket_url,
    write,
)
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.lock import FolderLock, holder
from idp_project.operations.supervisor.places import LONGEST_SOCKET_PATH, Places, make_private, places_at
from idp_project.operations.supervisor.programs import OWNER_COMMANDS, Programs
from idp_project.start_checks import AS_OWNER


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = kept_secrets(tmp_path / "secrets")
    assert kept_secrets(tmp_path / "secrets") == first
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o600
    assert len(set(vars(first).values())) == len(vars(first))
    assert kept_secrets(tmp_path / "other") != first


def test_a_missing_secret_is_added_and_the_others_stay(tmp_path: Path) -> None:
    first = kept_secrets(tmp_path / "secrets")
    lines = (tmp_path / "secrets").read_text().splitlines()
    (tmp_path / "secrets").write_text("\n".join(line for line in lines if not line.startswith("app_password")))
    second = kept_secrets(tmp_path / "secrets")
    assert second.owner_password == first.owner_password
    assert second.app_password not in ("", first.app_password)


def test_a_new_folder_has_an_audit_key_of_its_own(tmp_path: Path) -> None:
    secrets = kept_secrets(tmp_path / "secrets", given={"DATABASE_URL": "postgres://db/idp"})
    assert secrets.secret_key not in secrets.audit_mac_key


@pytest.mark.parametrize("given", [{}, {"SECRET_KEY": "named in the environment"}])
def test_earlier_folder_keeps_the_audit_key_of_its_trail(tmp_path: Path, given: dict[str, str]) -> None:
    path = tmp_path / "secrets"
    first = kept_secrets(path)
    write(path, {name: value for name, value in read(path).items() if name != "audit_mac_key"})
    second = kept_secrets(path, pytest.fail, given)
    assert second.audit_mac_key == default_audit_key(given.get("SECRET_KEY", first.secret_key))
    assert kept_secrets(path, pytest.fail, {"SECRET_KEY": "a later one"}) == second, "from now on it is its own"


def test_settings_hold_no_password(tmp_path: Path) -> None:
    secrets = kept_secrets(tmp_path / "secrets")
    passwords = {secrets.superuser_password, secrets.owner_password, secrets.app_password, secrets.redis_password}
    assert not passwords & set(secrets.settings().values())
    assert set(secrets.settings()) == {
        *("SECRET_KEY", "IMAGE_TOKEN_KEY", "JWT_SIGNING_KEY", "FIELD_ENCRYPTION_SALTS", "AUDIT_MAC_KEY")
    }


def test_written_values_are_read_back(tmp_path: Path) -> None:
    values = {"DATABASE_URL": "postgres://a:b%3D@/idp?host=%2Ftmp", "EMPTY": ""}
    write(tmp_path / "environment", values)
    assert read(tmp_path / "environment") == values


def test_socket_url_means_the_same_to_libpq(tmp_path: Path) -> None:
    url = socket_url("idp_app", "p@ss/word", "idp", Path("/srv/my data/run"))
    assert psycopg.conninfo.conninfo_to_dict(url) == {
        "user": "idp_app",
        "password": "p@ss/word",
        "dbname": "idp",
        "host": "/srv/my data/run",
    }


def test_four_addresses_two_databases_two_roles(tmp_path: Path) -> None:
    addresses = embedded_postgres(Places(tmp_path, tmp_path), kept_secrets(tmp_path / "secrets"))
    parsed = {name: psycopg.conninfo.conninfo_to_dict(url) for name, url in addresses.items()}
    assert {name: (value["user"], value["dbname"]) for name, value in parsed.items()} == {
        "DATABASE_URL": ("idp_app", "idp"),
        "DATABASE_OWNER_URL": ("idp_owner", "idp"),
        "PDB_DATABASE_URL": ("idp_app", "pdb"),
        "PDB_DATABASE_OWNER_URL": ("idp_owner", "pdb"),
    }


def test_an_account_is_replaced_in_any_kind_of_url() -> None:
    assert with_account("postgres://root:x@db:5433/idp?sslmode=require", "a", "b c") == (
        "postgres://a:b%20c@db:5433/idp?sslmode=require"
    )
    assert with_account("postgres://root:x@/idp?host=%2Ftmp", "a", "b") == "postgres://a:b@/idp?host=%2Ftmp"
    assert with_account("postgres://db/idp", "a", "b") == "postgres://a:b@db/idp"


def test_names_of_databases_and_owners() -> None:
    assert database_of("postgres://db/work", "idp") == "work"
    assert database_of("postgres://db", "idp") == "idp"
    assert owner_name("PDB_DATABASE_URL") == "PDB_DATABASE_OWNER_URL"


@pytest.mark.parametrize("length", [1, 60, 85, 100, 200])
def test_sockets_are_always_short_enough(length: int) -> None:
    data = Path("/" + "d" * length)
    sockets = Places(data, data)
    assert len(str(sockets.postgres_sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    assert len(str(sockets.redis_socket)) <= LONGEST_SOCKET_PATH
    assert len(str(sockets.sandbox_socket)) <= LONGEST_SOCKET_PATH


def test_a_prepared_folder_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SupervisorError, match="belongs to somebody else"):
        make_private(tmp_path / "link")


def test_the_lock_has_one_holder(tmp_path: Path) -> None:
    import os

    path = tmp_path / "supervisor.lock"
    assert holder(path) is None
    with FolderLock(path):
        assert holder(path) == os.getpid()
        with pytest.raises(SupervisorError, match=f"process {os.getpid()}"), FolderLock(path):
            pass
    assert holder(path) is None
    with FolderLock(path):
        pass


OWNERS = dict.fromkeys(OWNER_NAMES, "postgres://idp_owner:secret-of-the-owner@/x")


def test_only_publisher_and_owner_commands_know_the_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding 13: also where a person names the owner of their own server in the supervisor's environment."""
    for name, url in OWNERS.items():
        monkeypatch.setenv(name, url)
    monkeypatch.setenv("IDP_DATABASE_ROLE", "owner")
    programs = Programs(places_at(tmp_path), {"DATABASE_URL": "postgres://idp_app@/idp", **OWNERS})
    for program in (
        programs.web(()),
        programs.worker(1),
        programs.clock(),
        programs.manage("samples", "process_samples"),
    ):
        assert "secret-of-the-owner" not in str(program.environment), program.name
        assert not {*OWNER_NAMES, "IDP_DATABASE_ROLE"} & set(program.environment), program.name
    assert OWNERS.items() <= programs.manage("prepare", "prepare").environment.items()
    assert OWNERS.items() <= programs.asked_for("command", "verify_audit").environment.items(), "asked for by a person"
    assert set(programs.publisher().environment) & set(OWNER_NAMES) == {"PDB_DATABASE_OWNER_URL"}


def test_a_command_beside_it_gets_the_owner_only_if_it_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*OWNER_NAMES, "IDP_DATABASE_ROLE"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path / "owner-environment", OWNERS)
    assert OWNERS.items() <= beside(tmp_path, ["restore", "folder"]).items()
    assert not set(OWNER_NAMES) & set(beside(tmp_path, ["process", "scan.pdf"]))
    monkeypatch.setenv("IDP_DATABASE_ROLE", "owner")
    assert OWNERS.items() <= beside(tmp_path, ["dbshell"]).items()


def test_supervisor_and_start_checks_agree_on_owner_commands() -> None:
    assert set(OWNER_COMMANDS) == set(AS_OWNER) | {"migrate"}


def test_sandboxes_are_given_their_limits_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_CPU_SECONDS", "7")
    monkeypatch.setenv("OFFICE_LOCALE", "de-DE")
    monkeypatch.setenv("SANDBOX_USER", "4711")
    programs = Programs(places_at(tmp_path), {"DATABASE_URL": "postgres://with:password@/idp"})
    ordinary, office = programs.sandbox(), programs.office()
    assert "--cpu=7" in ordinary.argv and "--cpu=7" in office.argv
    assert "--user=4711" in ordinary.argv and "--user=4711" not in office.argv
    assert "--locale=de-DE" in office.argv and "--locale=de-DE" not in ordinary.argv
    assert ordinary.environment == office.environment == SERVER_ENVIRONMENT
