"""The project as a whole: Django's own checks, migrations, names of modules."""

import io
import re
from importlib import metadata
from pathlib import Path

import pytest
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(settings.BASE_DIR)


@pytest.mark.django_db(databases=["default", "pdb"])
def test_django_has_nothing_to_complain_about():
    found = [message for message in checks.run_checks(databases=["default", "pdb"]) if message.level >= checks.WARNING]
    assert not found


@pytest.mark.django_db(databases=["default", "pdb"])
def test_no_model_change_is_without_its_migration():
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out, verbosity=1)
    assert "No changes detected" in out.getvalue()


@pytest.mark.django_db(databases=["default", "pdb"])
def test_both_databases_are_migrated():
    for alias in ("default", "pdb"):
        out = io.StringIO()
        call_command("showmigrations", database=alias, stdout=out, format="plan")
        unapplied = [line for line in out.getvalue().splitlines() if line.startswith("[ ]")]
        assert not unapplied


def test_asking_for_a_name_finds_no_dumping_ground():
    """CONVENTIONS: no module called utils, helpers, common, misc, manager; no _v2."""
    forbidden = re.compile(r"^(utils?|helpers?|common|misc|managers?)$|_v\d+$")
    folders = ("accounts", "documents", "extraction", "idp_project", "pdb_sync", "rag", "review", "tests")
    names = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert len(names) > 200
    assert [str(path) for path in names if forbidden.search(path.stem)] == []


@pytest.mark.parametrize("version", ["3.11.0", "3.12.0"])
def test_lock_holds_all_needs_on_every_supported_python(version):
    """A lock is compiled on one Python; a package may need another one only on an earlier or a later."""
    environment = {"python_version": version.rpartition(".")[0], "python_full_version": version, "extra": ""}
    text = (ROOT / "requirements" / "lock.txt").read_text()
    locked = {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)}
    assert len(locked) > 100
    needed = {
        (name, canonicalize_name(requirement.name))
        for name in sorted(locked)
        for requirement in map(Requirement, metadata.requires(name) or [])
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }
    unmet = sorted(f"{name} needs {other}" for name, other in needed if other not in locked)
    assert unmet == []
