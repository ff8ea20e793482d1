"""For pytest: fast hashing, plain static files, and servers of the test session's own (tests/servers.py starts them).

Every address follows from IDP_TEST_DATA_DIR and the xdist worker, so a process that a test starts finds the same ones.
"""

import os
import tempfile
from pathlib import Path

from idp_project.core.key_fingerprint import default_audit_key
from idp_project.operations.supervisor.environment import Secrets, embedded_postgres, embedded_redis
from idp_project.operations.supervisor.places import places_at

_default = Path(tempfile.gettempdir()) / f"idp-test-{os.geteuid()}-{os.getpid()}"
TEST_DATA_DIR = Path(os.environ.setdefault("IDP_TEST_DATA_DIR", str(_default)))
TEST_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEST_PLACES = places_at(TEST_DATA_DIR)
TEST_SECRETS = Secrets(
    secret_key="test-" * 10,
    image_token_key="test-image-" * 5,
    jwt_signing_key="test-jwt-" * 6,
    field_encryption_salts="test-salt",
    audit_mac_key=default_audit_key("test-" * 10),  # as in a folder of an earlier version, so that rotations cover it
    **dict.fromkeys(("superuser_password", "owner_password", "app_password", "redis_password"), "test"),
)
_number = int(TEST_WORKER[2:]) + 1 if TEST_WORKER.startswith("gw") else 0
os.environ.update(
    {
        **TEST_SECRETS.settings(),
        **embedded_postgres(TEST_PLACES, TEST_SECRETS, idp=f"idp_{TEST_WORKER}", pdb=f"pdb_{TEST_WORKER}"),
        **embedded_redis(TEST_PLACES, TEST_SECRETS, number=_number),
        "REDIS_PREFIX": f"test-{TEST_PLACES.key}-{TEST_WORKER}",
        "IDP_DATA_DIR": str(TEST_DATA_DIR / TEST_WORKER),
        "LOCAL_PROVIDER_HOSTS": "127.0.0.1,::1,10.0.0.0/8",  # servers of tests; tests of the list begin with an empty one
    }
)

from idp_project.settings.base import *  # noqa: E402, F403
from idp_project.settings.base import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
SCHEMA_CHECK_SECONDS = 0  # the templates are migrated by this code; tests of the check switch it on
CHECKS_KEYS = False  # modules are imported before the test databases exist
