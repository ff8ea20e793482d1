"""Dates and times that a paper sets and that are no field: when it was received, and “payable within 14 days”.

A stamp is a word such as *Eingegangen* or *RECEIVED* with a date behind it or beside it; “payment received 12 May” does not
count. A time counts where its sentence sets one: within, net, binnen, sous. Of receipt or of the invoice's date, as it says.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from documents.domain.dates import find_dates
from documents.domain.durations import INDEFINITE, find_durations
from documents.domain.words import Words

LONGEST_DAYS = 190  # a longer one is a warranty or a contract's life, no time to answer
_STAMP_LINE = 34  # letters that a line with the date of a stamp has at most beside its digits
_AROUND = 70
_OLDEST = timedelta(days=550)

_RECEIVED = re.compile(
    r"(?<!\w)(?:(?:date|day)\s+(?:of\s+receipt|received)|received(?:\s+(?:on|date))?|rec[’']d|rcvd|posteingang|eingangsdatum|"
    r"eingangsstempel|eingegangen(?:\s+am)?|eingang(?:\s+am)?|re[çc]u\s+le|date\s+de\s+r[ée]ception|re[çc]u|recibido(?:\s+el)?|"
    r"fecha\s+de\s+(?:recepci[óo]n|entrada)|entrada|ricevuto(?:\s+il)?|data\s+di\s+ricezione|pervenuto(?:\s+il)?|"
    r"ontvangen(?:\s+op)?|ontvangstdatum|recebido(?:\s+em)?|wpłynęło|data\s+wpływu|otrzymano|mottaget|modtaget|mottatt)(?!\w)",
    re.IGNORECASE,
)
_NOT_OF_PAPER = re.compile(
    r"(?:payment|amount|sum|cash|money|goods|items?|order|with\s+thanks|not|never|have|has|been|when|if|until|"
    r"zahlungs?|waren?|geld|betrag|zahlung|paiement|montant|marchandise|pago|importe|merc[ie]|pagamento|betaling|"
    r"goederen|invoice|bestellung|auftrags?)[\s:\-]*$",
    re.IGNORECASE,
)
_NOT_BEHIND = re.compile(r"^\s*(?:with\s+thanks|by|from|in\s+good|payment|goods|von\s+ihnen|dankend)", re.IGNORECASE)
_SETS_A_TIME = re.compile(
    r"(?<!\w)(?:within|no\s+later\s+than|not\s+later\s+than|net|nett|innerhalb|binnen|netto|zahlbar|frist|zahlungsziel|"
    r"sous|dans\s+(?:les|un\s+d[ée]lai)|d[ée]lai|sotto|entro|dentro\s+de|en\s+el\s+plazo|plazo|a\s+m[áa]s\s+tardar|"
    r"termijn|uiterlijk|payable|due|respond|reply|answer|prazo|dentro\s+do|w\s+ciągu|w\s+terminie|inom|innen|"
    r"discount|skonto|escompte|sconto|descuento|korting|terms|widerspruch|einspruch)(?!\w)",
    re.IGNORECASE,
)
_OF_RECEIPT = re.compile(
    r"(?<!\w)(?:receipt|receiving|received|delivery\s+of\s+this|erhalt|eingang|zugang|empfang|bekanntgabe|zustellung|"
    r"r[ée]ception|recepci[óo]n|recibo|ricevimento|ricezione|ontvangst|recebimento|recep[çc][ãa]o|otrzymania|mottagande)"
    r"(?!\w)",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(
    r"(?:%|prozent|percent|per\s+cent)[^.;]{0,40}$|(?<!\w)(?:discount|skonto|escompte|sconto|descuento|korting|rabat|"
    r"abz(?:ü|ue)glich)(?!\w)",
    re.IGNORECASE,
)
_NOT_A_TIME = re.compile(
    r"(?<!\w)(?:warranty|guarantee|garantie|gew[äa]hrleistung|garant[íi]a|garanzia|deliver(?:y|ed)\s+(?:time|within|in)|liefer(?:zeit|ung|bar)\w*|shipment|shipping|versand|valid\s+for|"
    r"g[üu]ltig|subscription|interest|zinsen|reminder\s+after|k[üu]ndigung|notice\s+period|last|past|letzten|vergangenen)(?!\w)",
    re.IGNORECASE,
)


_FURTHER = re.compile(
    r"(?<![\w.,/])(?P<number>\d{1,3})\s*(?:(?P<days>jours?|d[íi]as?|giorni|dagen|dni|dagar|dager|dage)"
    r"|(?P<weeks>semaines?|semanas?|settimane|weken|tygodni\w*|veckor|uker|uger)|(?P<months>mois|mes(?:es)?|mesi|maanden|miesi\w+))(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Term:
    """A time that the paper sets: `amount` of `unit` ("days", "weeks", "months"), from receipt or from the date of issue;
    `is_discount` where paying in it costs less,
    `is_working` where working days are meant."""

    amount: int
    unit: str
    is_of_receipt: bool
    is_discount: bool
    is_working: bool = False

    def end(self, start: date) -> date:
        """The last day of it."""
        if self.unit != "months":
            return start + timedelta(days=self.amount * (7 if self.unit == "weeks" else 1))
        years, month = divmod(start.month - 1 + self.amount, 12)
        year = start.year + years
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def received_on(lines: Sequence[str], locale: str, *, arrived: date, order: str = "") -> date | None:
    """The day of the first stamp or note of receipt among the lines of a page; None without one.

    A day after the arrival here, or long before it, is not one on which this paper was received.
    """
    for number, line in enumerate(lines):
        for match in _RECEIVED.finditer(line):
            if _NOT_OF_PAPER.search(line[: match.start()]) or _NOT_BEHIND.search(line[match.end() :]):
                continue
            for day in _near(lines, number, match.end(), locale, order):
                if arrived - _OLDEST <= day <= arrived + timedelta(days=1):
                    return day
    return None


def _near(lines: Sequence[str], number: int, end: int, locale: str, order: str) -> Iterator[date]:
    """Behind the word within a few letters, else alone in one of the lines below or in the one above: a stamp is narrow."""
    found = find_dates(lines[number][end:], locale, order)
    if found and found[0][0] <= _STAMP_LINE:
        yield found[0][2]
        return
    if len(lines[number][end:].strip()) > _STAMP_LINE:
        return
    for neighbour in (number + 1, number + 2, number - 1):
        if not 0 <= neighbour < len(lines):
            continue
        for first, last, day in find_dates(lines[neighbour], locale, order)[:1]:
            if len(lines[neighbour].strip()) - (last - first) <= _STAMP_LINE // 3:
                yield day
                return


def terms_in(lines: Sequence[str], words: Words) -> list[Term]:
    """Every time that the lines set, in their order; a sentence may go on in the next line."""
    found: list[Term] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        text = f"{line} {following}"
        before_it = lines[number - 1] if number else ""
        for start, end, value in (*find_durations(text, words), *_further_durations(text)):
            if start < len(line):  # else it is the next line's own
                term = _term(f"{before_it} {text}", start + len(before_it) + 1, end + len(before_it) + 1, value)
                if term and term not in found:
                    found.append(term)
    return found


def _further_durations(text: str) -> Iterator[tuple[int, int, str]]:
    """In digits, in the languages whose contracts are not read."""
    for match in _FURTHER.finditer(text):
        unit = next(unit for unit in ("days", "weeks", "months") if match[unit])
        yield match.start(), match.end(), f"{int(match['number'])} {unit}"


def _term(text: str, start: int, end: int, value: str) -> Term | None:
    if value == INDEFINITE:
        return None
    number, *_, unit = value.split()
    unit = f"{unit.rstrip('s')}s"
    length = int(number) * {"days": 1, "weeks": 7, "months": 30}.get(unit, LONGEST_DAYS + 1)
    if length > LONGEST_DAYS:
        return None
    before = re.split(r"[.;!?]\s", text[max(0, start - _AROUND) : start])[-1]
    behind = re.split(r"[.;!?](?:\s|$)", text[end : end + _AROUND])[0]
    around = f"{before} {behind}"
    if _NOT_A_TIME.search(around) or not (_SETS_A_TIME.search(around)):
        return None
    nearest = re.split(r",|\s(?:or|oder|ou|o|of|else|otherwise|danach|sonst)\s", before)[-1]
    behind_here = re.split(r",|\s(?:or|oder|ou|o|net|netto|otherwise)\s", behind)[0]
    return Term(
        int(number),
        unit,
        is_of_receipt=bool(_OF_RECEIPT.search(behind)),
        is_discount=bool(_DISCOUNT.search(nearest)) or _is_cut(behind_here),
        is_working="working" in value,
    )


def _is_cut(behind: str) -> bool:
    """“within 10 days 2 % discount”: the cut stands behind the time."""
    return bool(re.search(r"\d\s?%|discount|skonto|escompte|sconto|descuento|korting", behind, re.IGNORECASE))
