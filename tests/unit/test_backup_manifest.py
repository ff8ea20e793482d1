"""A backup says which release made it; one of another format is refused by name."""

import json

import pytest
from django.conf import settings as configured

from idp_project.operations.backup import restoring
from idp_project.operations.backup.errors import BackupError
from idp_project.operations.backup.manifest import NAME, Manifest

CONTENT = {
    "created_at": "2026-11-29T12:00:00+00:00",
    "keys": {"SECRET_KEY": ["0" * 64]},
    "migrations": {"default": [], "pdb": []},
    "parts": [],
    "files": 0,
    "file_bytes": 0,
    "files_sha256": "0" * 64,
    "missing_files": [],
    "is_demonstration": False,
}


def test_manifest_names_the_release(tmp_path):
    Manifest(**CONTENT, version="0.1.0", commit="4d87164a0d83" + "0" * 28).write(tmp_path)
    found = Manifest.read(tmp_path)
    assert found.is_sealed_by(configured.SECRET_KEY) and found.made_by == "IDP 0.1.0 (commit 4d87164a0d83)"


def test_changed_version_breaks_the_seal(tmp_path):
    Manifest(**CONTENT, version="0.1.0", commit="unknown").write(tmp_path)
    (tmp_path / NAME).write_text((tmp_path / NAME).read_text().replace("0.1.0", "0.2.0"))
    assert not Manifest.read(tmp_path).is_sealed_by(configured.SECRET_KEY)


@pytest.mark.parametrize("number", [2, 4])
def test_another_format_is_refused_by_name(tmp_path, number):
    (tmp_path / NAME).write_text(json.dumps(CONTENT | {"format": number}))
    with pytest.raises(BackupError, match=f"format {number}.*Restore with the release that made the backup"):
        Manifest.read(tmp_path)


def test_a_demonstrations_backup_enters_no_real_installation(settings):
    manifest = Manifest(**CONTENT | {"is_demonstration": True}, version="0.1.0", commit="unknown")
    settings.IS_DEMONSTRATION = False
    with pytest.raises(BackupError, match="backup of a demonstration"):
        restoring._check_kind(manifest)
    settings.IS_DEMONSTRATION = True
    restoring._check_kind(manifest)
