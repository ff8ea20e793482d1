"""Fetches the browser's third-party files into `static/vendor/` and writes their hash manifest.

Run by hand when a pin below changes: `python requirements/vendor_assets.py` (needs npm). The browser never loads
anything from elsewhere. Source map references are removed, because the maps are not shipped.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "static" / "vendor"
PACKAGES = {
    "@tabler/core": (
        "1.6.1",
        "MIT",
        {"dist/css/tabler.min.css": "tabler.min.css"},
    ),
    "htmx.org": ("2.0.11", "0BSD", {"dist/htmx.min.js": "htmx.min.js"}),
    "@fontsource-variable/inter": (
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
        },
    ),
}
ICON_PACKAGE = ("@tabler/icons", "3.51.0", "MIT")
_ICON_USES = (
    r'_icon\.html" with name="([\w-]+)"',  # templates
    r'icon\("([\w-]+)"',  # modules
    r'[\[(]"\w+", "([\w-]+)", (?:gettext|_)\(',  # tables of tone, icon and words
    r'#show\("\w+", "([\w-]+)"',
)
_MAP = re.compile(rb"\n?(/\*|//)# sourceMappingURL=\S+( \*/)?")


def used_icons() -> set[str]:
    """The names of all icons that templates, template tags and modules draw."""
    files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js"), *ROOT.glob("*/templatetags/*.py")]
    text = "\n".join(path.read_text() for path in files)
    return {name for pattern in _ICON_USES for name in re.findall(pattern, text)}


def _unpack(package: str, version: str, folder: Path) -> Path:
    done = subprocess.run(
        ["npm", "pack", f"{package}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    )
    target = folder / package.replace("/", "_")
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _symbol(folder: Path, name: str) -> str:
    svg = (folder / "icons" / "outline" / f"{name}.svg").read_text()
    shapes = re.findall(r"<(?:path|circle|rect|line|ellipse|polyline|polygon)\b[^>]*/>", svg)
    drawn = "".join(re.sub(r"\s+", " ", shape) for shape in shapes if 'stroke="none"' not in shape)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>\n'


def _entry(package: str, version: str, licence: str, name: str) -> dict[str, str]:
    digest = hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()
    return {"package": package, "version": version, "licence": licence, "sha256": digest}


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for package, (version, licence, files) in PACKAGES.items():
            folder = _unpack(package, version, Path(temporary))
            for source, name in files.items():
                (VENDOR / name).write_bytes(_MAP.sub(b"", (folder / source).read_bytes()))
                manifest[name] = _entry(package, version, licence, name)
        package, version, licence = ICON_PACKAGE
        folder = _unpack(package, version, Path(temporary))
        symbols = "".join(_symbol(folder, name) for name in sorted(used_icons()))
        (VENDOR / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n')
        manifest["icons.svg"] = _entry(package, version, licence, "icons.svg")
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
