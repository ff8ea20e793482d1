"""The text of an e-mail's parts: bytes in some character set, or a web page, as plain text. No network, ever."""

from __future__ import annotations

import codecs
import html
import re

CELL = "\x1f"  # between the cells of a table's row
# Codecs of Python that are no character sets, or whose decoding takes quadratic time.
_NO_CHARSETS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "utf_7"}
_MARKUP = re.compile(
    r"<!--(?P<comment>)|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<rest>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'|[\"'])*+)>"
    r"|<[!?][^<>]*+>"
)
_UNSEEN = {"script", "style", "head", "title", "template", "noscript", "svg", "object"}
_LINES = {"br", "div", "li", "dt", "dd", "ul", "ol", "dl", "table", "section", "article", "header", "footer"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre"}
_CELLS = {"td", "th"}
_MARKS = re.compile("[\x1e\x1f]")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_MANY_LINES = re.compile(r"\n[ \n]*\n[ \n]*")
_AROUND_LINE = re.compile(r" *\n *")
_ROW = "\x1e"
_AROUND_CELL = re.compile(rf"[ \n]*{CELL}[ \n]*")
_AROUND_ROW = re.compile(rf"[ \n]*{_ROW}[ \n]*{CELL}?")
_EMPTY_ROW = re.compile(rf"(?<=\n){CELL}+(?=\n)")


def decoded_text(data: bytes, charset: str) -> str:
    """Decodes in the named character set if it exists, else as UTF-8, else as Windows-1252, which fits any bytes."""
    for name in (_known(charset), "utf-8"):
        try:
            return data.decode(name) if name else _undecoded()
        except (UnicodeError, LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _undecoded() -> str:
    raise LookupError


def _known(charset: str) -> str:
    try:
        name = codecs.lookup(charset.strip().strip("\"'")[:40]).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    return "" if name in _NO_CHARSETS else name


def plain_text(page: str) -> str:
    """The words of a web page in lines; scripts, styles, pictures and whatever it would fetch are left out."""
    fragments: list[str] = []
    position, unseen = 0, ""
    while found := _MARKUP.search(page, position):
        if not unseen:
            fragments.append(_words(page[position : found.start()]))
        position = found.end()
        if found["comment"] is not None:
            end = page.find("-->", position)
            position = end + 3 if end >= 0 else len(page)
        elif found["name"]:
            name = found["name"].lower()
            if unseen:
                unseen = "" if found["close"] and name == unseen else unseen
            elif name in _UNSEEN and not found["close"] and not found["rest"].endswith("/"):
                unseen = name
            else:
                fragments.append(_break_of(name, is_end=bool(found["close"])))
    if not unseen:
        fragments.append(_words(page[position:]))
    text = _AROUND_ROW.sub("\n", _AROUND_CELL.sub(CELL, "".join(fragments)))
    text = _EMPTY_ROW.sub("", _AROUND_LINE.sub("\n", text))
    return _MANY_LINES.sub("\n\n", text).strip()


def _words(text: str) -> str:
    return _MARKS.sub(" ", _SPACE.sub(" ", html.unescape(text)))


def _break_of(name: str, *, is_end: bool) -> str:
    """Cells and rows are marked where they begin: what stands around a mark may be the lines of paragraphs in cells."""
    if name in _PARAGRAPHS:
        return "\n\n"
    if name in _CELLS or name == "tr":
        return "" if is_end else _ROW if name == "tr" else CELL
    return "\n" if name in _LINES else ""
