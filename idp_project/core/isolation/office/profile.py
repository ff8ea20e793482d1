"""The settings of a LibreOffice that reads one untrusted file: nothing is run, fetched or brought up to date."""

from __future__ import annotations

from pathlib import Path

_SCRIPTING = "org.openoffice.Office.Common/Security/Scripting"
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "2"),  # never
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Common/Save/Document", "WarnAlienFormat", "false"),
)
_LOCALE = (
    "org.openoffice.Setup/L10N",
    "ooSetupSystemLocale",
)  # how dates and numbers look that follow the reader's language
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
)
_ITEM = '<item oor:path="/{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'


def write_profile(folder: Path, locale: str) -> None:
    """Makes the profile folder of one child."""
    items = [_ITEM.format(*setting) for setting in (*_SETTINGS, (*_LOCALE, locale))]
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(f"{_HEAD}{''.join(items)}</oor:items>\n", "utf-8")
