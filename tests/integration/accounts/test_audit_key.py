"""The audit trail's own key: what an earlier version wrote stays verifiable, and a new SECRET_KEY does not touch it."""

import pytest

from accounts.access import Access
from accounts.models import KeyFingerprint
from accounts.services.audit.trail import audit_record, audit_verify
from accounts.services.keys.key_fingerprint import keys_check, keys_settle
from idp_project.core.key_fingerprint import default_audit_key
from idp_project.core.tenancy import system_scope
from idp_project.operations.supervisor.environment import kept_secrets, read, write


@pytest.fixture
def earlier(tmp_path, settings, db):
    """The `secrets` of an earlier version, and a trail written with its keys."""
    path = tmp_path / "secrets"
    secrets = kept_secrets(path)
    write(path, {name: value for name, value in read(path).items() if name != "audit_mac_key"})
    settings.SECRET_KEY, settings.SALT_KEY = secrets.secret_key, [secrets.field_encryption_salts]
    settings.AUDIT_MAC_KEY = default_audit_key(secrets.secret_key)
    KeyFingerprint.objects.all().delete()
    keys_settle()
    note()
    return path


def note():
    with system_scope("test"):
        audit_record(Access.for_system(None), "signed_in", object_kind="user", object_id="1", organization_id=None)


def test_upgrade_keeps_the_trail_verifiable(earlier, settings):
    settings.AUDIT_MAC_KEY = kept_secrets(earlier, pytest.fail).audit_mac_key
    keys_check()
    note()
    assert audit_verify(None) is None


def test_new_secret_key_leaves_the_trail_verifiable(earlier, settings):
    """Before, the trail's key changed with it."""
    upgraded = kept_secrets(earlier, pytest.fail)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new secret key", [upgraded.secret_key]
    settings.AUDIT_MAC_KEY = kept_secrets(earlier, pytest.fail, {"SECRET_KEY": "a new secret key"}).audit_mac_key
    keys_settle()
    note()
    assert audit_verify(None) is None
