"""A catalog in which loopback servers stand for providers' clouds: the product's rules, other hosts."""

from __future__ import annotations

from dataclasses import replace

from idp_project.providers.catalog import PROVIDERS, Catalog
from tests.fake_providers.server import FakeServer


def catalog_with(**servers: FakeServer) -> Catalog:
    """`catalog_with(openai=fake)`: that provider's own host is the fake's, all others stay what they are."""
    own = {name: replace(PROVIDERS[name], cloud_base=server.base) for name, server in servers.items()}
    return {**PROVIDERS, **own}
