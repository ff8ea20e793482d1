"""The rehearsal reaches what it is there for."""

import subprocess
import sys

_CODE = """
import django
django.setup()
import sys
from extraction.rehearsal import rehearse
from documents.domain import dates
before = set(sys.modules)
rehearse()
loaded = set(sys.modules) - before
assert {"dateparser", "zxingcpp"} <= loaded, sorted(loaded)
assert dates.named_date_pattern.cache_info().currsize
"""


def test_a_rehearsal_loads_what_the_first_page_would():
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
