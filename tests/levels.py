"""Which tests run every day. `make test` has six minutes on two cores; CI runs the others in a phase of its own.

Three levels: the daily tests; `extended`, which this table names by file or folder; `slow`, which a test names itself. What
stays daily covers every module: units, contracts, one journey in the browser, the permissions of every route, and the
pipeline from upload to the production database.
"""

EXTENDED: tuple[str, ...] = ()


def is_extended(nodeid: str) -> bool:
    """Whether the table names the test's file or one of its folders."""
    return nodeid.startswith(EXTENDED)
