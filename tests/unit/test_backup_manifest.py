"""A backup says which release made it; one from before that is still read, and its seal holds."""

import hashlib
import hmac
import json

import pytest
from django.conf import settings

from idp_project.backup.errors import BackupError
from idp_project.backup.manifest import NAME, Manifest

CONTENT = {
    "created_at": "2026-11-29T12:00:00+00:00",
    "keys": "0" * 16,
    "migrations": {"default": [], "pdb": []},
    "parts": [],
    "files": 0,
    "file_bytes": 0,
    "files_sha256": "0" * 64,
    "missing_files": [],
}


def test_manifest_names_the_release(tmp_path):
    Manifest(**CONTENT, version="0.1.0", commit="4d87164a0d83" + "0" * 28).write(tmp_path)
    found = Manifest.read(tmp_path)
    assert found.is_sealed_by(settings.SECRET_KEY) and found.made_by == "IDP 0.1.0 (commit 4d87164a0d83)"


def test_changed_version_breaks_the_seal(tmp_path):
    Manifest(**CONTENT, version="0.1.0").write(tmp_path)
    (tmp_path / NAME).write_text((tmp_path / NAME).read_text().replace("0.1.0", "0.2.0"))
    assert not Manifest.read(tmp_path).is_sealed_by(settings.SECRET_KEY)


def test_manifest_of_an_earlier_release_is_read(tmp_path):
    """Format 2, sealed as that release sealed it."""
    content = CONTENT | {"format": 2, "seal": ""}
    text = f"backup {json.dumps(content, sort_keys=True)}"
    seal = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    (tmp_path / NAME).write_text(json.dumps(content | {"seal": seal}))
    found = Manifest.read(tmp_path)
    assert found.is_sealed_by(settings.SECRET_KEY) and found.made_by == "the version that made the backup"


def test_unknown_format_is_refused(tmp_path):
    (tmp_path / NAME).write_text(json.dumps(CONTENT | {"format": 4}))
    with pytest.raises(BackupError, match="format 4"):
        Manifest.read(tmp_path)
