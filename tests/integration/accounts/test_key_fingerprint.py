"""The keys are compared with those that the data was written with: by name, and before anything is written."""

import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from accounts.access import Access
from accounts.models import KeyFingerprint, ProviderEndpoint
from accounts.services.audit import trail as audit
from accounts.services.keys import encryption
from accounts.services.keys.key_fingerprint import KeysNotRecorded, OtherKeys, keys_check, keys_needed, keys_settle
from accounts.services.people import people
from idp_project.core.key_fingerprint import AUDIT_MAC_KEY, SALTS, SECRET_KEY, default_audit_key, fingerprint
from idp_project.core.tenancy import system_scope

pytestmark = pytest.mark.django_db(databases=["default", "pdb"])
CHANGES = {SECRET_KEY: "SECRET_KEY", AUDIT_MAC_KEY: "AUDIT_MAC_KEY", SALTS: "SALT_KEY"}


@pytest.fixture
def start_with(settings):
    """start_with(SECRET_KEY=…, …) is a restart of the product with these keys; what is not named stays."""
    field = ProviderEndpoint._meta.get_field("api_key")

    def forget():
        encryption.field_cipher.cache_clear()
        for name in ("keys", "f"):
            field.__dict__.pop(name, None)

    def start(**values):
        for name, value in values.items():
            setattr(settings, name, value)
        if "SECRET_KEY" in values and "AUDIT_MAC_KEY" not in values:
            settings.AUDIT_MAC_KEY = default_audit_key(values["SECRET_KEY"])
        forget()

    yield start
    for name in (*CHANGES.values(), "SECRET_KEY_FALLBACKS"):
        setattr(settings, name, getattr(configured, name))
    forget()


@pytest.fixture
def from_an_earlier_version():
    """A database that has no record of its keys."""
    KeyFingerprint.objects.all().delete()


def prepare():
    call_command("prepare", stdout=StringIO())


def chain_something():
    people.user_create(Access.for_command_line(), username="somebody", password="a password of many words")


def store_secret():
    with system_scope("test"):
        return ProviderEndpoint.objects.create(provider="openai", model="m", location="cloud", api_key="sk-1")


def wrong(name):
    return {CHANGES[name]: ["other"] if name == SALTS else "other"}


def test_the_present_keys_fit_and_each_has_its_fingerprint():
    keys_check()
    needed = keys_needed()
    assert set(needed) == set(CHANGES)
    assert all(re.fullmatch("[0-9a-f]{64}", value) for values in needed.values() for value in values)
    assert needed[SALTS] == [fingerprint(SALTS, configured.SALT_KEY[0])]


@pytest.mark.parametrize("name", CHANGES)
def test_a_key_that_differs_is_named(start_with, name):
    before = list(KeyFingerprint.objects.values())
    start_with(**wrong(name))
    for check in (keys_check, keys_settle):
        with pytest.raises(OtherKeys, match=rf"its database was made with: {name}\. Put the file `secrets` back"):
            check()
    with pytest.raises(CommandError, match=f"made with: {name}"):
        call_command("verify_audit")
    assert list(KeyFingerprint.objects.values()) == before


def test_prepare_ends_with_the_key_and_writes_nothing(start_with):
    before = list(KeyFingerprint.objects.values())
    start_with(**wrong(SECRET_KEY))
    with pytest.raises(CommandError, match=f"made with: {SECRET_KEY}"):
        prepare()
    assert list(KeyFingerprint.objects.values()) == before


@pytest.mark.parametrize(
    ("rotated", "dropped"),
    [
        ({"SALT_KEY": ["new", "test-salt"]}, {"SALT_KEY": ["new"]}),
        ({"SECRET_KEY": "new", "SECRET_KEY_FALLBACKS": ["test-" * 10]}, {"SECRET_KEY_FALLBACKS": []}),
    ],
    ids=["salts", "secret key"],
)
def test_a_rotation_needs_both_keys_until_it_is_done(start_with, rotated, dropped):
    store_secret()
    start_with(**rotated)
    keys_settle()
    for incomplete in (dropped, {"SECRET_KEY": "test-" * 10, "SALT_KEY": ["test-salt"], "SECRET_KEY_FALLBACKS": []}):
        start_with(**incomplete)
        with pytest.raises(OtherKeys):
            keys_check()
        start_with(**rotated)
    keys_check()
    call_command("rotate_field_encryption", stdout=StringIO())
    start_with(**dropped)
    keys_check()
    with system_scope("test"):
        assert ProviderEndpoint.objects.get().api_key == "sk-1"


def test_an_incomplete_rotation_keeps_needing_the_old_key(start_with):
    endpoint = store_secret()
    with system_scope("test"):
        ProviderEndpoint.objects.filter(pk=endpoint.pk).update(api_key="x")
    start_with(SALT_KEY=["lost"])
    with system_scope("test"):
        ProviderEndpoint.objects.create(provider="groq", model="m", location="cloud", api_key="under a lost key")
    start_with(SALT_KEY=["new", "test-salt"])
    with pytest.raises(CommandError, match="not given"):
        call_command("rotate_field_encryption", stdout=StringIO())
    assert fingerprint(SALTS, "test-salt") in keys_needed()[SALTS]


def test_a_process_does_not_start_before_prepare(from_an_earlier_version):
    with pytest.raises(KeysNotRecorded, match=r"manage.py prepare"):
        keys_check()


def test_an_upgrade_records_keys_that_fit_the_data(from_an_earlier_version):
    chain_something()
    store_secret()
    keys_settle()
    keys_check()


@pytest.mark.parametrize(
    ("make", "keys", "named"),
    [
        (chain_something, wrong(AUDIT_MAC_KEY), AUDIT_MAC_KEY),
        (store_secret, wrong(SALTS), "FIELD_ENCRYPTION_SALTS, SECRET_KEY"),
    ],
    ids=["audit trail", "encrypted value"],
)
def test_an_upgrade_with_keys_that_do_not_fit_is_refused(from_an_earlier_version, start_with, make, keys, named):
    make()
    start_with(**keys)
    with pytest.raises(OtherKeys, match=f"made with: {named}"):
        keys_settle()
    assert not keys_needed()


def test_wrong_keys_that_wrote_already_do_not_win_an_upgrade(from_an_earlier_version, start_with):
    """One entry under lost keys, and the right ones are back: the older entries decide."""
    chain_something()
    with system_scope("test"):
        home = people.organization_create(Access.for_command_line(), name="Town hall", slug="town-hall")
    audit.audit_record(None, "signed_in", organization_id=home.pk)
    start_with(AUDIT_MAC_KEY="of an accident")
    audit.audit_record(None, "signed_in", organization_id=home.pk)
    with pytest.raises(OtherKeys, match=AUDIT_MAC_KEY):
        keys_settle()
    start_with(AUDIT_MAC_KEY=default_audit_key("test-" * 10))
    keys_settle()


@pytest.fixture
def recorded_again():
    """What a transactional test took away stays away: this table is kept between tests."""
    yield
    keys_settle()


@pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
def test_prepare_records_the_keys_of_an_upgraded_database(recorded_again):
    KeyFingerprint.objects.all().delete()
    prepare()
    keys_check()


def run(*command, **environment):
    """A process of its own with the keys of this test session, unless other ones are named."""
    dev = {"DJANGO_SETTINGS_MODULE": "idp_project.settings.dev", "PYTHONWARNINGS": "ignore"}
    given = os.environ | dev | environment
    return subprocess.run(
        [sys.executable, *command], cwd=configured.BASE_DIR, env=given, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "clock"),
        ("-m", "uvicorn", "idp_project.asgi:application", "--port", "1"),
        pytest.param(("-c", "import idp_project.wsgi"), marks=pytest.mark.slow),
        pytest.param(("manage.py", "work"), marks=pytest.mark.slow),
        pytest.param(("manage.py", "verify_audit"), marks=pytest.mark.slow),
        pytest.param(("manage.py", "create_super_admin", "chief", "--no-input"), marks=pytest.mark.slow),
    ],
    ids=["clock", "asgi", "wsgi", "worker", "command", "writing command"],
)
@pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
def test_every_process_ends_with_one_line_by_name(command):
    done = run(*command, SECRET_KEY="other", IDP_ADMIN_PASSWORD="a password of many words")
    assert done.returncode == 1
    *before, line = done.stderr.splitlines()
    assert all(" starts: IDP " in said for said in before), done.stderr
    assert line.startswith("error: The keys of this installation differ") and "made with: SECRET_KEY." in line


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
def test_a_command_with_the_right_keys_runs_and_help_needs_none():
    assert run("manage.py", "verify_audit").returncode == 0
    assert run("manage.py", "retain", "--help", SECRET_KEY="other").returncode == 0


@pytest.mark.slow
def test_a_database_that_is_away_is_said_in_one_line():
    done = run("manage.py", "clock", DATABASE_URL="postgres://idp_app@127.0.0.1:9/idp")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1 and line.startswith("error: The keys cannot be compared")
