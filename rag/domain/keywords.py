"""The words of a question or sentence that carry its meaning: without function words, folded for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rag.domain.codes import WORD, identifiers, is_code, spellings, years

_FUNCTION_TEXT = """
    a an and any are as at be been by can could did do does for from had has have her his how i if in into is
    it its me my no not of on or our please show tell that the their them there these they this those to was
    we were what when where which who whom whose why will with would you your much many give find say says der
    die das den dem des ein eine einen einem einer eines und oder ist sind war waren wird wurde was wer wie wo
    wann welche welcher welches wem wessen warum von vom zu zum zur im in am an auf aus bei mit nach für über
    unter ich wir sie er es nicht kein keine hat haben gibt viel viele bitte le la les un une des du de et ou
    est sont était quel quelle quels quelles qui que quoi où quand comment combien pour par sur dans avec au
    aux ce cette ces il elle el los las una unos unas y o es son fue qué quién cuál cuánto cuánta cuándo dónde
    cómo por para con en del al
"""  # English, German, French, Spanish
_FUNCTION_WORDS = frozenset(_FUNCTION_TEXT.split())
_SHORTEST = 2
_FIGURE_TEXT = """
    much many total amount sum price cost costs fee budget when date due number
    wann viel viele betrag summe preis nummer datum combien quand montant cuanto cuando
"""
_FIGURE_WORDS = frozenset(_FIGURE_TEXT.split())


def folded(text: str) -> str:
    """Lower case, without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in plain if not unicodedata.combining(character)).split())


def keywords(text: str) -> list[str]:
    """Folded words in order of first use, without function words; numbers and codes always count."""
    found = [word for word in WORD.findall(text) if _carries_meaning(word)]
    return list(dict.fromkeys(folded(word) for word in found))


def numbers(text: str) -> set[str]:
    """Every word with a digit, reduced to its letters and digits: 1,250.00 and 1250.00 are told apart by nobody."""
    found = (re.sub(r"\W|_", "", folded(word)) for word in WORD.findall(text))
    return {word for word in found if any(character.isdigit() for character in word)}


def asked_of(text: str) -> str:
    """The question without the names and codes that say which document is meant: "due date" of "invoice R-17, Smith".

    The whole text where nothing else carries its meaning (German capitalises every noun).
    """
    words = list(WORD.finditer(text))
    dropped = {number for number, word in enumerate(words) if number and _is_name(word[0])}
    dropped |= {number - 1 for number in dropped if number > 1 and is_code(words[number][0])}  # "invoice R-17"
    rest = " ".join(word[0] for number, word in enumerate(words) if number not in dropped)
    return rest if keywords(rest) else text


def asks_for_figures(text: str) -> bool:
    """Whether an answer is likely to hold a number: sums, counts, dates, numbers of things."""
    return bool(_FIGURE_WORDS & set(folded(text).replace("?", "").split()))


def search_words(text: str) -> str:
    """For `websearch_to_tsquery`: the keywords, any of which may occur; phrases in quotation marks stay phrases."""
    phrases = re.findall(r'"([^"]+)"', text)
    words = [word for word in WORD.findall(re.sub(r'"[^"]*"', " ", text)) if _carries_meaning(word)]
    return _any_of([*phrases, *words])


def search_codes(text: str) -> str:
    """For `websearch_to_tsquery`: the identifiers in all their spellings, any of which may occur."""
    return _any_of(spelling for identifier in identifiers(text) for spelling in spellings(identifier))


def search_years(text: str) -> str:
    """For `websearch_to_tsquery`: the years that the text names, also as fiscal years, any of which may occur."""
    named = dict.fromkeys(year for word in WORD.findall(text) for year in sorted(years(word)))
    return _any_of(form for year in named for form in (year, f"FY{year}", f"FY{year[2:]}"))


def _any_of(phrases: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys('"' + phrase.replace('"', "") + '"' for phrase in phrases))


def _is_name(word: str) -> bool:
    """A capital followed by a small letter, or a code; IBAN and VAT are neither."""
    return is_code(word) or (word[:1].isupper() and not word.isupper())


def _carries_meaning(word: str) -> bool:
    if any(character.isdigit() for character in word):
        return True
    return len(word) >= _SHORTEST and word.casefold() not in _FUNCTION_WORDS
