"""Demonstrations and real installations never mix; what can be refused is refused before a folder is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from idp_project.core.installation import InstallationKind, kind_of, remember_kind
from idp_project.operations.supervisor.contents import Contents
from idp_project.operations.supervisor.errors import SupervisorError
from idp_project.operations.supervisor.places import CHECKOUT, Places, places_at
from idp_project.operations.supervisor.processes import Program
from idp_project.operations.supervisor.programs import Programs
from idp_project.operations.supervisor.purpose import Purpose, check_alone, check_kind, described, is_new, remember_new
from idp_project.operations.supervisor.redis import quoted
from idp_project.operations.supervisor.terminal import Terminal
from idp_project.operations.supervisor.watcher import Watcher
from tests.integration.supervisor.conftest import clean_environment

DEMONSTRATION, REAL = InstallationKind.DEMONSTRATION, InstallationKind.REAL


@pytest.mark.parametrize(
    ("purpose", "kind"),
    [(Purpose.DEMONSTRATE, DEMONSTRATION), (Purpose.SERVE, REAL), (Purpose.EXECUTE, REAL)],
)
def test_a_new_folder_remembers_what_it_is_for(tmp_path: Path, purpose: Purpose, kind: InstallationKind) -> None:
    remember_new(places_at(tmp_path), purpose, {})
    assert kind_of(tmp_path) is kind
    for other in Purpose:
        remember_new(places_at(tmp_path), other, {})
    assert kind_of(tmp_path) is kind


@pytest.mark.parametrize(
    ("purpose", "kind", "hint"),
    [
        (Purpose.SERVE, DEMONSTRATION, "holds a demonstration: start it with `make run`.*`make serve`.*IDP_DATA_DIR"),
        (Purpose.DEMONSTRATE, REAL, "holds a real installation: start it with `make serve`.*`make run`.*IDP_DATA_DIR"),
    ],
)
def test_a_folder_of_the_other_kind_is_refused(
    tmp_path: Path, purpose: Purpose, kind: InstallationKind, hint: str
) -> None:
    remember_kind(tmp_path, kind)
    with pytest.raises(SupervisorError, match=f"^{tmp_path} {hint}"):
        check_kind(tmp_path, purpose)
    check_kind(tmp_path, Purpose.EXECUTE)


def test_production_settings_never_start_a_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "idp_project.settings.production")
    check_kind(tmp_path, Purpose.SERVE)
    with pytest.raises(SupervisorError, match="would be a demonstration"):
        check_kind(tmp_path, Purpose.DEMONSTRATE)
    remember_kind(tmp_path, DEMONSTRATION)
    with pytest.raises(SupervisorError, match="would be a demonstration"):
        check_kind(tmp_path, Purpose.EXECUTE)


@pytest.mark.parametrize("trace", ["environment", "postgres/PG_VERSION"])
def test_a_folder_of_an_earlier_version_is_left_to_prepare(tmp_path: Path, trace: str) -> None:
    (tmp_path / trace).parent.mkdir(exist_ok=True)
    (tmp_path / trace).write_text("x")
    remember_new(places_at(tmp_path), Purpose.DEMONSTRATE, {})
    assert kind_of(tmp_path) is None


def test_a_server_of_ones_own_is_left_to_prepare(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgres://db/idp"}
    assert is_new(places_at(tmp_path), {}) and not is_new(places_at(tmp_path), given)
    with pytest.raises(SupervisorError, match="holds the organisation “Town hall”, so no demonstration is loaded"):
        check_alone(tmp_path, Contents(is_migrated=True, other_organization="Town hall"), Purpose.DEMONSTRATE)
    check_alone(tmp_path, Contents(is_migrated=True, other_organization="Town hall"), Purpose.SERVE)
    check_alone(tmp_path, Contents(is_migrated=True), Purpose.DEMONSTRATE)


def test_secrets_alone_make_no_old_folder(tmp_path: Path) -> None:
    """They are put there before a backup is restored."""
    (tmp_path / "secrets").write_text("secret_key=x\n")
    assert is_new(places_at(tmp_path), {})


def test_a_file_with_other_words_is_named(tmp_path: Path) -> None:
    (tmp_path / "installation").write_text("maybe\n")
    with pytest.raises(SupervisorError, match="installation says “maybe”"):
        check_kind(tmp_path, Purpose.SERVE)


def test_an_admin_password_reaches_no_lasting_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_ADMIN_PASSWORD", "a password of many words")
    programs = Programs(places_at(tmp_path), {})
    lasting: list[Program] = [
        programs.web((3,)),
        programs.worker(1),
        programs.clock(),
        programs.sandbox(),
        programs.office(),
    ]
    for program in [*lasting, programs.manage("prepare", "prepare")]:
        assert "a password of many words" not in program.environment.values()


def test_a_command_that_refuses_is_said_in_its_own_words(tmp_path: Path) -> None:
    code = "import sys; sys.exit('CommandError: Nothing was written.')"
    with pytest.raises(SupervisorError, match=r"^Nothing was written\.$"):
        Watcher(Terminal(), tmp_path / "status").run_to_end(
            Program("x", (sys.executable, "-c", code), tmp_path / "x.log")
        )


def test_paths_of_redis_may_hold_anything() -> None:
    assert quoted(Path('/my data/a"b\\c')) == r'"/my data/a\"b\\c"'


def supervisor(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = clean_environment() | environment
    given.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "idp_project.operations.supervisor", *words]
    return subprocess.run(
        command, cwd=CHECKOUT, env=given, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["start"], {"IDP_PORT": "abc"}, "error: IDP_PORT is “abc”; it must be a whole number."),
        (["start"], {"IDP_WORKERS": "many"}, "error: IDP_WORKERS is “many”; it must be a whole number."),
        (
            ["start"],
            {"IDP_DEMO": "0"},
            "error: IDP_DEMO=0 has no effect any more, and `make run` shows a demonstration.",
        ),
        (
            ["serve"],
            {},
            "error: A real installation needs its first super admin, and there is no terminal to ask on. Set",
        ),
        (["serve"], {"IDP_ADMIN_USERNAME": "chief"}, "error: A real installation needs its first super admin"),
    ],
    ids=["port", "workers", "IDP_DEMO=0", "no super admin", "half a super admin"],
)
def test_what_cannot_start_is_said_in_one_line(tmp_path: Path, words, environment, said) -> None:
    data = tmp_path / "data"
    done = supervisor(*words, IDP_DATA_DIR=str(data), **environment)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and line.startswith(said)
    assert not data.exists(), "nothing was made"


def test_a_weak_password_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    given = {"IDP_ADMIN_USERNAME": "chief", "IDP_ADMIN_PASSWORD": "short"}
    done = supervisor("serve", IDP_DATA_DIR=str(tmp_path / "data"), **given)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and line.startswith("error: IDP_ADMIN_PASSWORD: This password is too short")
    assert "short" not in line.replace("too short", "") and not (tmp_path / "data").exists()


def test_an_old_switch_is_said_to_have_no_effect(tmp_path: Path) -> None:
    done = supervisor("status", IDP_DATA_DIR=str(tmp_path), IDP_DEMO="0")
    assert done.returncode == 3 and done.stderr.startswith("IDP_DEMO has no effect any more")


@pytest.mark.parametrize("kind", InstallationKind)
def test_status_and_stop_name_the_kind(tmp_path: Path, kind: InstallationKind) -> None:
    remember_kind(tmp_path, kind)
    word = {"demonstration": "(demonstration)", "real": "(real installation)"}[kind.value]
    assert word in supervisor("status", IDP_DATA_DIR=str(tmp_path)).stdout
    assert supervisor("stop", IDP_DATA_DIR=str(tmp_path)).returncode == 0


def test_status_of_an_undecided_folder_says_so(tmp_path: Path) -> None:
    assert described(places_at(tmp_path)) == "never started"
    (tmp_path / "environment").touch()
    assert described(places_at(tmp_path)) == "of an earlier version"


@pytest.mark.parametrize("name", ["installation", "secrets", "parent"])
def test_a_file_that_cannot_be_used_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    """Folders in the place of files, and a file in the place of a folder: refused for root as well."""
    data = tmp_path / "data"
    if name == "parent":
        tmp_path.joinpath("file").write_text("")
        data = tmp_path / "file" / "data"
    else:
        (data / name).mkdir(parents=True)
    done = supervisor("start", IDP_DATA_DIR=str(data))
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and line.startswith(f"error: {data}")


@pytest.mark.slow
def test_help_of_a_command_starts_nothing(tmp_path: Path) -> None:
    done = supervisor("exec", "load_demo", "--help", IDP_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 0 and "usage" in done.stdout
    assert not (tmp_path / "data").exists()


def test_make_demo_never_empties_a_real_folder(tmp_path: Path) -> None:
    remember_kind(tmp_path / "demo", REAL)
    (tmp_path / "demo" / "precious").write_text("kept")
    done = supervisor("demo", IDP_DATA_DIR=str(tmp_path))
    assert done.returncode == 1 and "holds a real installation" in done.stderr
    assert (tmp_path / "demo" / "precious").exists()


SHOW = (
    "from django.conf import settings as s; print(s.IS_DEMONSTRATION, [login['username'] for login in s.DEMO_LOGINS])"
)


def settings_of(data: Path, module: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {
        "IDP_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": f"idp_project.settings.{module}",
        "SECRET_KEY": "x" * 50,
        "FIELD_ENCRYPTION_SALTS": "y" * 50,
    }
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=CHECKOUT, env=kept | given, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("kind", "module", "shown"),
    [
        (DEMONSTRATION, "dev", "True ['root']"),
        (REAL, "dev", "False []"),
        (None, "dev", "False []"),
        (REAL, "production", "False []"),
        (None, "production", "False []"),
    ],
)
def test_published_logins_are_read_in_a_demonstration_only(tmp_path: Path, kind, module: str, shown: str) -> None:
    (tmp_path / "demo_logins.json").write_text('[{"username": "root"}]')
    if kind:
        remember_kind(tmp_path, kind)
    assert settings_of(tmp_path, module).stdout.strip() == shown


def test_production_settings_refuse_a_demonstration_folder(tmp_path: Path) -> None:
    remember_kind(tmp_path, DEMONSTRATION)
    done = settings_of(tmp_path, "production")
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {tmp_path} holds a demonstration" in done.stderr.splitlines()[-1]


def test_places_are_found_without_making_any(tmp_path: Path) -> None:
    assert is_new(Places(tmp_path / "none", tmp_path / "none"), {}) and not (tmp_path / "none").exists()
