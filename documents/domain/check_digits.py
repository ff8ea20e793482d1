"""Check digits that an identifier may have, by the name that a definition gives them. The arithmetic is python-stdnum's."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from idp_project.core.translation import gettext_noop as _

_MODULES: Mapping[str, tuple[str, str]] = {  # name: (label, module of stdnum)
    "luhn": (_("Luhn (card and customer numbers)"), "luhn"),
    "mod_97_10": (_("ISO 7064, modulo 97-10"), "iso7064.mod_97_10"),
    "mod_11_10": (_("ISO 7064, modulo 11-10"), "iso7064.mod_11_10"),
    "mod_11_2": (_("ISO 7064, modulo 11-2"), "iso7064.mod_11_2"),
    "mod_37_2": (_("ISO 7064, modulo 37-2"), "iso7064.mod_37_2"),
    "verhoeff": (_("Verhoeff"), "verhoeff"),
    "damm": (_("Damm"), "damm"),
    "ean": (_("EAN, GTIN (articles)"), "ean"),
    "isbn": (_("ISBN (books)"), "isbn"),
    "issn": (_("ISSN (periodicals)"), "issn"),
    "isin": (_("ISIN (securities)"), "isin"),
    "lei": (_("LEI (legal entities)"), "lei"),
    "imei": (_("IMEI (devices)"), "imei"),
    "creditor_reference": (_("Creditor reference (RF)"), "iso11649"),
    "de_tax_id": (_("Germany: tax identification number"), "de.idnr"),
    "at_tax_number": (_("Austria: tax number"), "at.tin"),
    "at_social": (_("Austria: social insurance number"), "at.vnr"),
    "ch_uid": (_("Switzerland: business identification number"), "ch.uid"),
    "ch_social": (_("Switzerland: social security number"), "ch.ssn"),
    "ch_reference": (_("Switzerland: payment reference"), "ch.esr"),
    "be_enterprise": (_("Belgium: enterprise number"), "be.vat"),
    "be_national": (_("Belgium: national number"), "be.nn"),
    "fr_siren": (_("France: SIREN"), "fr.siren"),
    "fr_siret": (_("France: SIRET"), "fr.siret"),
    "fr_social": (_("France: social security number"), "fr.nir"),
    "it_fiscal_code": (_("Italy: codice fiscale"), "it.codicefiscale"),
    "it_vat": (_("Italy: partita IVA"), "it.iva"),
    "es_nif": (_("Spain: NIF"), "es.nif"),
    "es_cif": (_("Spain: CIF"), "es.cif"),
    "nl_bsn": (_("Netherlands: BSN"), "nl.bsn"),
    "pl_nip": (_("Poland: NIP"), "pl.nip"),
    "pl_pesel": (_("Poland: PESEL"), "pl.pesel"),
    "gb_utr": (_("United Kingdom: unique taxpayer reference"), "gb.utr"),
    "gb_nhs": (_("United Kingdom: NHS number"), "gb.nhs"),
    "us_routing": (_("United States: routing number"), "us.rtn"),
}


_LONGEST = 200  # characters; no such number is that long, and not every module bears thousands of digits


def check_digit_choices() -> tuple[tuple[str, str], ...]:
    """(name, label marked for translation) of each."""
    return tuple((name, label) for name, (label, _module) in _MODULES.items())


def has_right_digits(kind: str, value: str) -> bool | None:
    """Whether the check digits are right, also of a value with spaces and dots; None for a kind that there is not."""
    if kind not in _MODULES:
        return None
    if len(value) > _LONGEST:
        return False
    module = import_module(f"stdnum.{_MODULES[kind][1]}")
    plain = "".join(mark for mark in value.upper() if mark.isalnum())
    return any(bool(module.is_valid(text)) for text in dict.fromkeys((value, plain)))
