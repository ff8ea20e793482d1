"""Which words with digits name one thing, and which are only figures: years, dates, amounts, standards, measures.

A question about invoice RE-2024-17 means no other, so an identifier excludes passages. A figure never does: "FY2022",
"17.03.2024", "1,250.00", "page 1204", "ISO 9001" and "COVID-19" stand in a question without standing in the answer.
"""

from __future__ import annotations

import re
import unicodedata

from documents.domain.dates import is_written_date
from documents.domain.numbers import is_written_number

WORD = re.compile(r"\w(?:[\w'’./,:-]*\w)?")
SHORTEST = 4  # letters and digits: shorter ones ("the 3 largest", "page 12") stand on every page
_FEW_DIGITS = 4  # of letters with fewer digits (COVID-19, FTSE 100, M365) most are names
_MANY_DIGITS = 5  # of digits alone: shorter ones are counts
_GROUPS = re.compile(r"\d+|[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d|2100")
_LIKELY_YEAR = re.compile(r"19[5-9]\d|20[0-4]\d")  # within a word with letters: IBZY2087 is a number
_YEARS = re.compile(r"(?:19|20)\d\d[/–-](?:(?:19|20)\d\d|\d\d)")
_MEASURE = re.compile(r"\d[\d.,'’]*-?[a-zäöüéè%°²³]+(?:-[a-zäöüéè]+)*")  # 25th, 30-day, 500mg, 2.5bn, 1990s
_QUARTER = re.compile(r"\b([qh][1-4])(?=(?:\d\d|\d{4})\b)", re.IGNORECASE)  # Q32022 is Q3 2022
_NAME = re.compile(r"[^\W\d_]{4,}-?\d{1,2}")  # COVID-19
_PREFIXED = re.compile(r"[A-Z]{1,3}[-/.]\d.*")  # GX-40, RE-999
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_CURRENCY = "€$£¥"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands before the number of one thing. German compounds end with one of them ("Kundennummer").
_LABELS = _words("""
    invoice invoices bill order orders number nr nummer account booking customer policy contract permit reference ref id case
    file ticket claim receipt shipment quote quotation offer iban bic vat serial sku po batch lot certificate licence license
    registration record application agreement credit note document
    rechnung auftrag bestellung konto kunde vertrag police aktenzeichen beleg lieferschein angebot gutschrift
    facture commande numéro compte contrat devis factura pedido número cuenta contrato
""")
_NUMBER_LABELS = _words("number numéro número")
_LOCATORS = _words("""
    page pages p pp seite seiten s section abschnitt chapter kapitel paragraph clause article artikel art figure table
    tabelle line zeile row step rule exhibit appendix anhang schedule sheet slide room §
""")
_STANDARDS = _words("iso en din iec ieee ifrs ias asc ipsas rfc ansi astm fips nist pci soc gaap")
_LAWS = _words("bs ul eu ec eg ce form act regulation directive verordnung richtlinie norm standard model type")
_LIMITS = _words("""
    over above under below than least most exceeding exceeds exceed about around approximately nearly roughly between
    über unter als mindestens höchstens rund etwa zwischen
""")
_UNITS = _words("""
    eur euro euros usd dollar dollars gbp pound pounds chf cent cents percent million millions billion thousand people persons
    employees customers shares units pieces items tons tonnes kg km miles hours days months years pages words copies
    prozent stück mitarbeiter stunden tage monate jahre
""")
_PERIODS = _words("""
    fy cy gj h q ye eoy ytd mid pre post early late since year e a st nd rd th jan feb mar apr may jun jul aug sep sept oct nov
    dec january february march april june july august september october november december januar februar märz mai juni juli
    oktober dezember mär okt dez
""")
_BEFORE_TWO_DIGITS = _words("fy cy gj h q ye eoy")  # FY22


def is_code(word: str) -> bool:
    """A number, year or identifier of four characters and more: it weighs double."""
    return len(plain(word)) >= SHORTEST and any(character.isdigit() for character in word)


def plain(word: str) -> str:
    """Its letters and digits, folded: how it is punctuated does not count."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def identifiers(question: str) -> list[str]:
    """What names one thing, as it is written, in order: numbers of invoices, permits, accounts; an IBAN is one."""
    ibans = list(_IBAN.finditer(question))
    words = list(WORD.finditer(question))
    found = [match[0] for match in ibans]
    for place, match in enumerate(words):
        is_of_iban = any(iban.start() <= match.start() < iban.end() for iban in ibans)
        before = words[place - 1][0] if place else ""
        after = words[place + 1][0] if place + 1 < len(words) else ""
        if not is_of_iban and is_code(match[0]) and _is_identifier(question, match, before, after):
            found.append(match[0])
    return list(dict.fromkeys(found))


def spellings(identifier: str) -> list[str]:
    """How else it may be punctuated: as one word, and with spaces between letters and digits."""
    spaced = " ".join(_GROUPS.findall(identifier))
    return list(dict.fromkeys([identifier, plain(identifier), spaced]))


def years(word: str) -> set[str]:
    """The years that a word names, of four digits: of FY2022, FY22, Q3'22 and 2022; both of 2022/23."""
    if not any(character.isdigit() for character in word):
        return set()
    groups = _groups(word)
    full = [group for group in groups if _YEAR.fullmatch(group)]
    if _is_range(word):
        first, last = groups
        return {first, last if len(last) == 4 else first[:2] + last}
    if full and (len(groups) == 1 or _is_period(groups) or is_written_date(word) or _MEASURE.fullmatch(word)):
        return set(full)
    if groups[0] in _BEFORE_TWO_DIGITS or groups[1:2] == ["h"] or groups[1:2] == ["q"]:
        return {f"20{group}" for group in groups if len(group) == 2 and group.isdigit() and _is_period(groups)}
    return set()


def names(text: str, identifier: str) -> bool:
    """Whether the text names the thing, however the identifier is punctuated; a longer number is another thing."""
    characters = plain(identifier)
    gap = r"[\W_]?" if characters.isdigit() else r"[\W_]{0,3}"
    before = r"(?<!\d)" if characters[0].isdigit() else ""
    after = r"(?!\d)" if characters[-1].isdigit() else ""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.search(before + gap.join(map(re.escape, characters)) + after, decomposed) is not None


def _is_identifier(question: str, match: re.Match[str], before: str, after: str) -> bool:
    word, label = match[0], before.casefold()
    sign = question[: match.start()].rstrip()[-1:]
    if _is_measured(question, match, sign, label, after):
        return False
    if _is_numbered(question[: match.start()]):
        return True
    groups = _groups(word)
    if _YEAR.fullmatch(word) or _is_range(word) or is_written_date(word) or _is_period(groups):
        return False
    if _NAME.fullmatch(word) or groups[0] in _STANDARDS:
        return False
    if label in _LABELS:
        is_count = label.startswith("order") and word.endswith("00") and len(word) <= _FEW_DIGITS  # "orders 500"
        return not is_count and not re.fullmatch(r"[\d.,'’]*[.,]\d{1,2}", word)  # "invoice 1,250.00" is an amount
    if label in _LOCATORS or sign == "§" or label.rpartition("/")[2] in _STANDARDS | _LAWS:
        return False
    return _looks_like_identifier(word, groups)


def _groups(word: str) -> list[str]:
    """Its runs of letters and of digits, in small letters."""
    return _GROUPS.findall(_QUARTER.sub(r"\1-", word).casefold())


def _is_range(word: str) -> bool:
    """2022/23, 2021-2022: the second year follows the first within ten."""
    if not _YEARS.fullmatch(word):
        return False
    first, last = map(int, _GROUPS.findall(word))
    return 0 < ((last if last > 99 else first // 100 * 100 + last) - first) % 100 <= 10


def _is_measured(question: str, match: re.Match[str], sign: str, label: str, after: str) -> bool:
    """An amount or a measure by what stands beside it: a currency, a unit, "over", a per cent sign."""
    if question[match.end() : match.end() + 2].strip()[:1] in {"%", *_CURRENCY} or sign in {*_CURRENCY}:
        return True
    is_number = is_written_number(match[0])
    return is_number and (label in _LIMITS or label in _UNITS or after.casefold() in _UNITS)


def _is_numbered(before: str) -> bool:
    """ "no. 4711", "#4711", "Rechnungsnummer: 4711", "invoice number 4711": then even 2022 is no year. "no 2022" denies."""
    before = before.casefold().rstrip(" :")
    if before.endswith(("#", "no.", "nr", "nr.", "nummer", "n°", "nº")):
        return True
    *_, thing, number = ["", "", *WORD.findall(before)]
    return number in _NUMBER_LABELS and thing in _LABELS


def _looks_like_identifier(word: str, groups: list[str]) -> bool:
    digits = [group for group in groups if group.isdigit()]
    if len(digits) == len(groups):
        is_round = all(group.endswith("00") for group in digits)
        is_amount = len(digits) > 1 and is_written_number(word)
        return sum(map(len, digits)) >= _MANY_DIGITS and not is_round and not is_amount and ":" not in word
    if _MEASURE.fullmatch(word) or (len(digits) == 1 and _LIKELY_YEAR.fullmatch(digits[0])):
        return False
    if sum(map(len, digits)) >= _FEW_DIGITS:
        return True
    return _PREFIXED.fullmatch(word) is not None and sum(map(len, digits)) > 1


def _is_period(groups: list[str]) -> bool:
    """Nothing but words of time, years, and small numbers: FY2022, Q3-2022, 1H22, FY22/23, 31-Dec-2022, mid-2022."""
    return any(group in _PERIODS for group in groups) and all(
        group in _PERIODS or (group.isdigit() and (len(group) <= 2 or _YEAR.fullmatch(group))) for group in groups
    )
