"""Which kind of installation a data folder is, decided once; published passwords in a real one."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import ApiKey, AuditEntry, Organization, SignInSession, User
from accounts.services.sign_in.sessions import sign_in
from documents.models import Batch
from idp_project.core.installation import InstallationKind, kind_of, remember_kind
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.operations.demo import organization
from idp_project.operations.demo.logins import read_logins

pytestmark = pytest.mark.django_db
DEMONSTRATION, REAL = InstallationKind.DEMONSTRATION, InstallationKind.REAL


@pytest.fixture
def data(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder of this installation."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(organization, "LOGINS_PATH", tmp_path / "demo_logins.json")
    return tmp_path


@pytest.fixture
def old_demonstration(data: Path) -> Path:
    """As an earlier version left it: demo organisation and logins, but no file `installation`."""
    remember_kind(data, DEMONSTRATION)
    organization.load()
    (data / "logins").write_text("operator  its-password")
    (data / "installation").unlink()
    return data


def settle(wanted: InstallationKind = REAL) -> str:
    output = StringIO()
    call_command("settle_installation", wanted=wanted.value, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("wanted", [DEMONSTRATION, REAL])
def test_an_empty_database_takes_the_wanted_kind(data, wanted):
    assert settle(wanted) == ""
    assert kind_of(data) is wanted


def test_an_old_demonstration_stays_one(old_demonstration):
    assert settle(REAL) == ""
    assert kind_of(old_demonstration) is DEMONSTRATION
    assert read_logins(old_demonstration / "demo_logins.json")


def test_a_decided_folder_is_never_decided_again(old_demonstration):
    remember_kind(old_demonstration, REAL)
    settle(DEMONSTRATION)
    assert kind_of(old_demonstration) is REAL
    with pytest.raises(ValueError, match="holds a real installation already"):
        remember_kind(old_demonstration, DEMONSTRATION)


def test_another_organisation_makes_a_folder_real(old_demonstration):
    Organization.objects.create(name="Town hall", slug="town-hall")
    settle(DEMONSTRATION)
    assert kind_of(old_demonstration) is REAL


def test_a_database_without_traces_of_the_demo_is_real(data, cast):
    assert cast.owner
    settle(DEMONSTRATION)
    assert kind_of(data) is REAL


def test_a_demo_organisation_without_published_logins_is_real(old_demonstration):
    (old_demonstration / "demo_logins.json").unlink()
    settle(DEMONSTRATION)
    assert kind_of(old_demonstration) is REAL


def test_planted_logins_of_a_real_folder_are_withdrawn(old_demonstration):
    remember_kind(old_demonstration, REAL)
    kept = User.objects.get(username="manager")
    kept.set_password("chosen by its person 7")
    kept.save()
    operator = User.objects.get(username="operator")
    session = sign_in(operator).session
    key = _key_of(operator)
    said = settle()
    active = dict(User.objects.values_list("username", "is_active"))
    assert active == {"root": False, "admin": False, "manager": True, "operator": False, "viewer": False}
    assert SignInSession.objects.get(pk=session.pk).revoked_at
    with system_scope("test"):
        assert ApiKey.objects.get(pk=key.pk).revoked_at
        entry = AuditEntry.objects.get(action="published_logins_withdrawn")
    assert entry.details == {"deactivated": ["root", "admin", "operator", "viewer"]}
    assert "root, admin, operator, viewer" in said and "deleted" in said
    assert not (old_demonstration / "demo_logins.json").exists() and not (old_demonstration / "logins").exists()
    assert settle() == "", "once"


def _key_of(user: User) -> ApiKey:
    home = Organization.objects.get(slug="demo")
    with organization_scope(home.id):
        return ApiKey.objects.create(
            organization=home, user=user, name="nightly", prefix="idp_1", key_hash="0", expires_at=timezone.now()
        )


@pytest.mark.parametrize("command", ["load_demo", "process_samples"])
@pytest.mark.parametrize("kind", [REAL, None])
def test_nothing_of_the_demo_comes_into_another_folder(data, command, kind):
    if kind:
        remember_kind(data, kind)
    with pytest.raises(CommandError, match="holds no demonstration"):
        call_command(command)
    assert not Organization.objects.exists() and not User.objects.exists()
    assert not (data / "demo_logins.json").exists()


def test_the_demo_is_not_loaded_beside_another_organisation(data, cast):
    remember_kind(data, DEMONSTRATION)
    name, people = cast.organization.name, User.objects.count()
    for arguments in ({}, {"if_alone": True}):
        with pytest.raises(CommandError, match=f"holds the organisation “{name}”"):
            call_command("load_demo", **arguments)
    assert User.objects.count() == people and not Batch.objects.exists()


def test_demonstration_with_another_organisation_is_unchanged(old_demonstration, monkeypatch):
    remember_kind(old_demonstration, DEMONSTRATION)
    Organization.objects.create(name="Town hall", slug="town-hall")
    User.objects.filter(username="viewer").delete()
    call_command("load_demo", if_alone=True)
    assert not User.objects.filter(username="viewer").exists()
    with pytest.raises(CommandError, match="Town hall"):
        call_command("load_demo")
