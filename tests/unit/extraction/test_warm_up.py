"""The warm-up loads what the first page would."""

import subprocess
import sys

_CODE = """
import django
django.setup()
import sys
from extraction.warm_up import warm_up
from documents.domain import dates
before = set(sys.modules)
warm_up()
loaded = set(sys.modules) - before
assert "zxingcpp" in loaded, sorted(loaded)
assert dates.month_number_in.cache_info().currsize
"""


def test_a_warm_up_loads_what_the_first_page_would():
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
