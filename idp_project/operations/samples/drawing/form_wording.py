"""The words printed on forms: several wordings for each label, as different offices use them, by language."""

from __future__ import annotations

import random

from idp_project.operations.samples.drawing.wording import choose_words

_REGISTRATION: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": (
            "Application for Registration of a Business",
            "Business Registration Form",
            "Registration of a Trade",
        ),
        "form_code": ("Form TR-1 (01/2025)", "Form BR 20", "REG-4 · edition 7"),
        "hint": (
            "Please complete in block letters and return to the address overleaf.",
            "Fields must be complete. Use black or blue ink.",
        ),
        "number": ("Application No.", "Application Number", "Registration No."),
        "part_person": ("Part A: Applicant", "1 Your details", "Section 1 · Applicant"),
        "part_business": ("Part B: Business", "2 Your business", "Section 2 · Business"),
        "part_declaration": ("Part C: Declaration", "3 Declaration", "Section 3 · Declaration"),
        "family_name": ("Family name", "Surname", "Last name"),
        "given_names": ("Given names", "First names", "Forenames"),
        "birth_date": ("Date of birth",),
        "nationality": ("Nationality", "Citizenship"),
        "address": ("Home address", "Residential address"),
        "email": ("E-mail", "E-mail address"),
        "phone": ("Telephone", "Phone"),
        "business_name": ("Business name", "Name of business", "Trading name"),
        "legal_form": ("Legal form", "Type of business"),
        "employees": ("Employees", "No. of employees"),
        "activity": ("Activity", "Main activity"),
        "start_date": ("Start date", "Business starts on"),
        "signed_date": ("Date signed", "Date of signature"),
        "signature": ("Signature", "Signature of applicant"),
        "declaration": (
            "I declare that the particulars given above are true and complete. I know that a false statement is an offence.",
            "The information in this application is correct to the best of my knowledge and belief.",
        ),
        "office_use": ("For official use only", "Office use"),
        "page": ("Page 1 of 1",),
    },
    "de": {
        "title": ("Antrag auf Eintragung eines Betriebs", "Gewerbeanmeldung", "Anmeldung eines Gewerbes"),
        "form_code": ("Vordruck GewA 1", "Formular TR-4 (01/2025)"),
        "hint": ("Bitte in Druckbuchstaben ausfüllen und unterschrieben zurücksenden.",),
        "number": ("Antragsnummer", "Antrags-Nr."),
        "part_person": ("Teil A: Antragsteller", "1 Angaben zur Person"),
        "part_business": ("Teil B: Betrieb", "2 Angaben zum Betrieb"),
        "part_declaration": ("Teil C: Erklärung", "3 Erklärung"),
        "family_name": ("Familienname", "Nachname"),
        "given_names": ("Vornamen", "Vorname"),
        "birth_date": ("Geburtsdatum",),
        "nationality": ("Nationalität",),
        "address": ("Wohnanschrift", "Wohnadresse"),
        "email": ("E-Mail", "E-Mail-Adresse"),
        "phone": ("Telefon", "Telefonnummer"),
        "business_name": ("Firmenname", "Name des Betriebs"),
        "legal_form": ("Rechtsform",),
        "employees": ("Beschäftigte",),
        "activity": ("Tätigkeit",),
        "start_date": ("Betriebsbeginn",),
        "signed_date": ("Unterschrieben am",),
        "signature": ("Unterschrift", "Unterschrift des Antragstellers"),
        "declaration": ("Ich versichere, dass die Angaben in diesem Antrag vollständig und richtig sind.",),
        "office_use": ("Nur für amtliche Vermerke",),
        "page": ("Seite 1 von 1",),
    },
}
_IDENTITY: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Identity Form", "Verification of Identity", "Proof of Identity"),
        "form_code": ("Form ID-3 (01/2025)", "Form KYC 7"),
        "hint": ("Please complete from the original document. Copies are not accepted.",),
        "number": ("Case No.", "File No."),
        "part_person": ("Part A: Identified person", "1 Person"),
        "part_document": ("Part B: Identity document", "2 Document presented"),
        "part_declaration": ("Part C: Confirmation", "3 Confirmation"),
        "family_name": ("Family name", "Surname"),
        "given_names": ("Given names", "First names"),
        "birth_date": ("Date of birth",),
        "birth_place": ("Place of birth",),
        "nationality": ("Nationality",),
        "address": ("Home address", "Residential address"),
        "document_type": ("Type of document", "Document type"),
        "document_number": ("Document No.", "Document number"),
        "issuing_authority": ("Issuing authority", "Issued by"),
        "issue_date": ("Date of issue", "Issued on"),
        "expiry_date": ("Date of expiry", "Valid until"),
        "signed_date": ("Date signed", "Date of signature"),
        "signature": ("Signature",),
        "declaration": (
            "The document was presented in the original. The particulars above are those of the document.",
        ),
        "office_use": ("For official use only", "Office use"),
        "page": ("Page 1 of 1",),
    },
    "de": {
        "title": ("Identitätsformular", "Identitätsprüfung", "Legitimationsprüfung"),
        "form_code": ("Formular ID-3 (01/2025)", "Vordruck L 7"),
        "hint": ("Bitte nach dem Original ausfüllen. Kopien werden nicht angenommen.",),
        "number": ("Vorgangsnummer", "Aktenzeichen"),
        "part_person": ("Teil A: Identifizierte Person", "1 Person"),
        "part_document": ("Teil B: Ausweis", "2 Vorgelegter Ausweis"),
        "part_declaration": ("Teil C: Bestätigung", "3 Bestätigung"),
        "family_name": ("Familienname", "Nachname"),
        "given_names": ("Vornamen", "Vorname"),
        "birth_date": ("Geburtsdatum",),
        "birth_place": ("Geburtsort",),
        "nationality": ("Nationalität",),
        "address": ("Wohnanschrift", "Anschrift"),
        "document_type": ("Art des Ausweises", "Ausweisart"),
        "document_number": ("Ausweisnummer", "Ausweis-Nr."),
        "issuing_authority": ("Behörde", "Ausgestellt von"),
        "issue_date": ("Ausgestellt am",),
        "expiry_date": ("Gültig bis",),
        "signed_date": ("Unterschrieben am",),
        "signature": ("Unterschrift",),
        "declaration": ("Der Ausweis lag im Original vor. Die Angaben oben sind die des Ausweises.",),
        "office_use": ("Nur für amtliche Vermerke",),
        "page": ("Seite 1 von 1",),
    },
}


def registration_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a label, as one office's form has them."""
    return choose_words(rng, _REGISTRATION[language])


def identity_words(rng: random.Random, language: str) -> dict[str, str]:
    """One wording a label, as one office's form has them."""
    return choose_words(rng, _IDENTITY[language])
