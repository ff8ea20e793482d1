"""The words of business documents: one YAML file per language or country, merged into one `Words` when first used.

An organisation adds words of its own (`own`); it cannot take built-in words away. No other module lists such words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from documents.domain.plain_text import plain
from idp_project.core.reasons import Reason, legacy

try:
    from yaml import CSafeLoader as SafeLoader  # nine times as fast
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

_LANGUAGES = Path(__file__).parent
_FIRST = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "ms", "id")


class UnusableWords(ValueError):
    """Words that cannot be merged: the reason names the group and what is wrong with it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.source_text)
        self.reason = reason


@dataclass(frozen=True, eq=False)
class Words:
    """Phrases in lower case, by what they say. Compared by identity, so that it can be the key of a cache.

    The first fields are labels of amounts and dates, then come parties, addresses, names of fields and tables.
    """

    total: tuple[str, ...]
    subtotal: tuple[str, ...]
    tax: tuple[str, ...]
    payment: tuple[str, ...]
    other_amount: tuple[str, ...]
    issue_date: tuple[str, ...]
    other_date: tuple[str, ...]
    due_date: tuple[str, ...]
    # what changes a sum, of each AdjustmentKind, and what only offers or suggests to
    adjust_tip: tuple[str, ...]
    adjust_discount: tuple[str, ...]
    adjust_prepaid: tuple[str, ...]
    adjust_credit: tuple[str, ...]
    adjust_rounding: tuple[str, ...]
    adjust_shipping: tuple[str, ...]
    adjust_surcharge: tuple[str, ...]
    adjust_container: tuple[str, ...]
    adjust_offer: tuple[str, ...]
    base_word: tuple[str, ...]  # before the amount that a rate is of: "20 % on 100.00"
    recipient_label: tuple[str, ...]
    issuer_label: tuple[str, ...]
    name_label: tuple[str, ...]  # beside the name of a party, below its heading
    issuer: tuple[str, ...]  # words in the name of a field
    recipient: tuple[str, ...]
    recipient_possessive: tuple[str, ...]  # before what is the reader's own
    subtotal_name: tuple[str, ...]  # words in the name of a field; a star stands for any ending
    tax_name: tuple[str, ...]
    total_name: tuple[str, ...]
    other_date_name: tuple[str, ...]
    order_name: tuple[str, ...]  # words in the name of a schema whose documents the buyer writes
    legal_form: tuple[str, ...]
    legal_form_filler: tuple[str, ...]  # what stands between and behind legal forms: "(M) Sdn Bhd"
    company_ending: tuple[str, ...]
    institution: tuple[str, ...]  # endings of names that need no legal form
    business: tuple[str, ...]
    not_a_name: tuple[str, ...]
    heading: tuple[str, ...]  # what documents and their parts are called
    street: tuple[str, ...]
    street_ending: tuple[str, ...]
    place: tuple[str, ...]
    contact: tuple[str, ...]  # anywhere in a line: it is no line of an address
    not_in_address: tuple[str, ...]  # at the beginning of a line
    registrar: tuple[str, ...]  # before the number under which a company is registered
    label_filler: tuple[str, ...]  # words around a label that do not make it another label
    table_end: tuple[str, ...]
    carried_sum: tuple[str, ...]  # carries a sum to the next page or from the page before
    carried_line: tuple[str, ...]  # the same in a line of the table's body
    carried_row: tuple[str, ...]  # the same in the text of a row
    page_sum: tuple[str, ...]  # below the rows of one page, the sum of those
    row_count: tuple[str, ...]  # beside how many rows the table has
    continued: tuple[str, ...]
    unit: tuple[str, ...]
    per_cent: tuple[str, ...]  # beside the sign
    yes_word: tuple[str, ...]  # beside a tick box
    no_word: tuple[str, ...]
    signed_by: tuple[str, ...]  # what programs print for a signature
    stamp_word: tuple[str, ...]  # on rubber stamps
    per_year: tuple[str, ...]  # behind a rate of interest
    quantity_name: tuple[str, ...]  # in the name of a column
    unit_price_name: tuple[str, ...]
    debit_name: tuple[str, ...]  # of a column for what goes out, or comes in
    credit_name: tuple[str, ...]
    signed_amount: tuple[str, ...]  # the head of one column for both, told apart by sign
    tax_table: tuple[str, ...]  # in the head of a table of taxes
    not_a_row: tuple[str, ...]
    page: tuple[str, ...]
    page_with_total: tuple[str, ...]  # only in "p 2 of 3"
    page_of: tuple[str, ...]
    everyday: tuple[str, ...]  # words of five letters and more that tell no two documents apart
    form_label: tuple[str, ...]  # the same on forms: they say what stands beside them
    form_number: tuple[str, ...]  # before the number that a printed form has
    number_word: tuple[str, ...]  # between a label and the number that it names
    period_begin: tuple[str, ...]
    period_end: tuple[str, ...]
    period_joint: tuple[str, ...]
    credit_mark: tuple[str, ...] = field(metadata={"built_in": True})  # behind an amount: on the account's good side
    debit_mark: tuple[str, ...] = field(metadata={"built_in": True})
    # what the titles, stamps and sentences of a document of each DocumentKind say
    kind_invoice: tuple[str, ...]
    kind_invoice_label: tuple[str, ...]  # of a number that only this kind has
    kind_credit_note: tuple[str, ...]
    kind_credit_note_label: tuple[str, ...]
    kind_correction: tuple[str, ...]
    kind_self_billed: tuple[str, ...]
    kind_reminder: tuple[str, ...]
    kind_pro_forma: tuple[str, ...]
    kind_quotation: tuple[str, ...]
    kind_delivery_note: tuple[str, ...]
    kind_order_confirmation: tuple[str, ...]
    kind_statement_of_account: tuple[str, ...]
    kind_remittance_advice: tuple[str, ...]
    kind_debit_note: tuple[str, ...]
    kind_purchase_order: tuple[str, ...]
    kind_receipt: tuple[str, ...]
    kind_cancelled: tuple[str, ...]
    kind_void: tuple[str, ...]
    kind_paid: tuple[str, ...]
    kind_copy: tuple[str, ...]
    kind_draft: tuple[str, ...]
    kind_none: tuple[str, ...]  # titles that end like one of a kind and say none
    # what takes from a sentence that it is so
    negation: tuple[str, ...]
    supposing: tuple[str, ...]
    way_of_paying: tuple[str, ...]  # behind "do not pay"
    so_far: tuple[str, ...]  # "until today", which supposes nothing
    abbreviation: tuple[str, ...]  # whose point ends no sentence
    legal_form_in_prose: tuple[str, ...]  # too short or too common to end a name outside sentences
    party_cue: tuple[str, ...]  # before the list of a contract's parties
    party_joint: tuple[str, ...]  # between two of them
    party_list_end: tuple[str, ...]  # behind the last one
    party_lead: tuple[str, ...]  # before a name, and no part of it
    article: tuple[str, ...]  # before what describes a party: "a Delaware corporation"
    party_term: tuple[str, ...]  # what contracts call a party
    party_name: tuple[str, ...]  # in the label of a field for parties
    defined_as: tuple[str, ...]  # before the term that a contract defines for a party
    agreement_name: tuple[str, ...]  # what a contract calls itself
    law_name: tuple[str, ...]  # in the label of a field for the law
    law_verb: tuple[str, ...]  # that a law governs
    law_noun: tuple[str, ...]
    law_joint: tuple[str, ...]  # between "law" and its place
    nation_ending: tuple[str, ...]  # of adjectives of nations: "deutsches", "français"
    place_lead: tuple[str, ...]  # before the name of a state, and no part of it
    place_stop: tuple[str, ...]  # behind it, in a sentence of capitals
    court_name: tuple[str, ...]  # in the label of a field for the courts
    court_cue: tuple[str, ...]  # before the place of the courts
    term_name: tuple[str, ...]  # in the label of a field for a duration
    term_cue: tuple[str, ...]  # that something ends or lasts
    term_from: tuple[str, ...]  # behind a duration: from when it counts
    not_term: tuple[str, ...]  # in sentences of other durations than the contract's own
    effective_name: tuple[str, ...]  # in the label of a field for the day from which a contract holds
    effective_cue: tuple[str, ...]  # before that day
    made_cue: tuple[str, ...]  # that the contract is concluded
    clause_filler: tuple[str, ...]  # words of labels that say nothing of the clause
    duration_filler: tuple[str, ...]  # between a number and its unit: "calendar"
    indefinite: tuple[str, ...]  # without an end
    salutation: tuple[str, ...]  # of letters
    signature_cue: tuple[str, ...]  # in the lines of a signature below the party's name
    number_name: Mapping[str, str] = field(metadata={"built_in": True})  # "two", to 2
    ordinal_name: Mapping[str, str] = field(metadata={"built_in": True})  # "second", to 2
    duration_unit: Mapping[str, str] = field(metadata={"built_in": True})  # in every form, to day, week, month or year
    separator_page: tuple[str, ...]  # what stands on sheets between the documents of a stack
    viewer_notice: tuple[str, ...]  # in pages that say nothing but that a viewer cannot show the document
    month_name: Mapping[str, str]  # names that CLDR does not have, to 1 to 12
    currency_sign: Mapping[str, str] = field(metadata={"built_in": True})  # as printed, to ISO 4217
    currency_name: Mapping[str, str] = field(metadata={"built_in": True})
    shared_sign: Mapping[str, str] = field(
        metadata={"built_in": True}
    )  # ISO 4217, to a sign that it shares with others
    currency_place: Mapping[str, str] = field(metadata={"built_in": True})  # places and registers, to their ISO 4217

    @cached_property
    def company_suffix(self) -> re.Pattern[str]:
        """Matches the end of a company's or institution's name."""
        endings = sorted((*self.legal_form, *self.company_ending, *self.institution), key=len, reverse=True)
        return re.compile(rf"(?:^|[\s(,.])(?:{'|'.join(map(re.escape, endings))})\.?\s*$", re.IGNORECASE)

    @cached_property
    def legal_words(self) -> frozenset[str]:
        return frozenset(word for form in self.legal_form for word in plain(form).split())

    @cached_property
    def contact_line(self) -> re.Pattern[str]:
        """Matches plain text that is no line of an address."""
        anywhere = "|".join(re.escape(plain(phrase)) for phrase in self.contact)
        ahead = "|".join(re.escape(plain(phrase)) for phrase in (*self.contact, *self.not_in_address))
        return re.compile(rf"^(?:{ahead})|(?:^|\s)(?:{anywhere})(?:\s|$|\d)")

    @cached_property
    def code_line(self) -> re.Pattern[str]:
        """Matches a whole line that is the number of a registration."""
        registrar = "|".join(map(re.escape, self.registrar))
        number = r"\d{4,}\s*[-–·.]?\s*[A-Z]{0,2}"
        return re.compile(rf"\W*(?:(?:{registrar})?\.?\s*(?:reg|no)?\W*){number}\W*", re.IGNORECASE)

    @cached_property
    def stops(self) -> frozenset[str]:
        """What a line begins with at which a table has ended."""
        phrases = (*self.total, *self.subtotal, *self.payment, *self.table_end)
        return frozenset(plain(phrase) for phrase in phrases)

    def of(self, groups: Sequence[str]) -> tuple[str, ...]:
        """The phrases of several groups, in their order."""
        return tuple(phrase for group in groups for phrase in getattr(self, group))


@lru_cache(maxsize=256)
def alternatives(words: Words, *groups: str) -> str:
    """Phrases of the groups as a part of a regular expression, the longest first; a star stands for any ending."""
    longest_first = sorted(words.of(groups), key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in longest_first)


@lru_cache(maxsize=256)
def phrase_pattern(words: Words, *groups: str) -> re.Pattern[str]:
    """Matches any phrase of the groups as whole words, in any case."""
    return re.compile(rf"(?<!\w)(?:{alternatives(words, *groups)})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=256)
def word_set(words: Words, group: str) -> frozenset[str]:
    """The phrases of one group, to look words up in."""
    return frozenset(words.of((group,)))


GROUPS = tuple(item.name for item in fields(Words))
EXTENDABLE = tuple(item.name for item in fields(Words) if not item.metadata.get("built_in"))
_MAPPED = frozenset(item.name for item in fields(Words) if str(item.type).startswith("Mapping"))


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that have a file of words, the common ones of business first."""
    stems = sorted({path.stem.split("_")[0] for path in _LANGUAGES.glob("*.yaml")})
    return tuple(dict.fromkeys((*_FIRST, *stems)))


@lru_cache(maxsize=1)
def built_in_words() -> Words:
    """Of all languages. Raises UnusableWords for a file with an unknown group or anything but texts."""
    merged: dict[str, Any] = dict.fromkeys(GROUPS, ())
    merged |= {name: {} for name in _MAPPED}
    for path in sorted(_LANGUAGES.glob("*.yaml")):
        for group, words in yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader).items():
            _merge(merged, group, words, path.name)
    return Words(**merged)


def _merge(merged: dict[str, Any], group: str, words: Any, file_name: str) -> None:
    known, given = merged.get(group), words.values() if isinstance(words, dict) else words
    is_right_kind = isinstance(words, dict if group in _MAPPED else list)
    if known is None or not is_right_kind or not all(isinstance(word, str) for word in given):
        raise UnusableWords(legacy(f"{file_name}: {group} is not a known group of texts"))
    merged[group] = known | words if group in _MAPPED else tuple(dict.fromkeys((*known, *words)))


def words_with(added: Mapping[str, Iterable[str] | Mapping[str, str]]) -> Words:
    """The built-in words and these by group, as `own.checked_word` leaves them; the same object for the same words."""
    return _extended(tuple(sorted((group, _frozen(words)) for group, words in added.items())))


def _frozen(words: Iterable[str] | Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(words.items()) if isinstance(words, Mapping) else tuple(words)


@lru_cache(maxsize=64)
def _extended(added: tuple[tuple[str, tuple[Any, ...]], ...]) -> Words:
    if not any(words for _, words in added):
        return built_in_words()
    merged = {name: getattr(built_in_words(), name) for name in GROUPS}
    for group, words in added:
        merged[group] = (
            merged[group] | dict(words) if group in _MAPPED else tuple(dict.fromkeys((*merged[group], *words)))
        )
    return Words(**merged)
