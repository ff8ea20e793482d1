"""Numbers of versions: `major.minor`. What has been earned belongs to a major version."""

from __future__ import annotations

FIRST = "1.0"


def next_number(version: str, *, is_major: bool) -> str:
    """`1.9` → `1.10`, or `2.0`. An empty version, or one of another form, counts as nothing before it."""
    major, _, minor = version.partition(".")
    if not major.isdecimal():
        return FIRST
    if is_major:
        return f"{int(major) + 1}.0"
    return f"{major}.{int(minor) + 1 if minor.isdecimal() else 1}"
