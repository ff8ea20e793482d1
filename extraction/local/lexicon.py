"""What documents say in many languages: words of amounts, companies, addresses. Data and nothing else.

Every phrase is lower case. Schemas bring their own labels; these tell a field's role and recognise the labels of others.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What part a field plays in a business document, guessed from its name and labels."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    TAX = "tax"
    ISSUE_DATE = "issue_date"
    OTHER_DATE = "other_date"
    ISSUER = "issuer"
    RECIPIENT = "recipient"
    ISSUER_ADDRESS = "issuer_address"
    RECIPIENT_ADDRESS = "recipient_address"
    OTHER = "other"


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";") if phrase.strip())


TOTAL_PHRASES = _phrases(
    """
    total; grand total; total amount; amount due; balance due; total due; net total; nett total; total payable;
    amount payable; total incl tax; total including tax; total inclusive of gst; total incl gst; total inc gst;
    total sales inclusive gst; total sales inclusive of gst; total amount incl gst; rounded total; total rounded;
    total after rounding; final total; net total rounded; nett total rounded; total amt; total amt payable; total
    rm; amount to pay; invoice total; total invoice amount; gesamtbetrag; gesamtsumme; rechnungsbetrag; zu zahlen;
    total ttc; montant total; net a payer; totaal; totaalbedrag; te betalen; totale; importe total; total a pagar;
    do zapłaty; razem; jumlah; summe
    """
)
SUBTOTAL_PHRASES = _phrases(
    """
    subtotal; sub total; sub-total; total excluding gst; total excl gst; total excl tax; total excluding tax; net
    amount; amount excl tax; total before tax; taxable amount; untaxed amount; total ht; montant ht;
    zwischensumme; nettobetrag; summe netto; subtotaal; totaal excl btw; total sales excluding gst; nett amount;
    imponibile; base imponible; netto
    """
)
TAX_PHRASES = _phrases(
    """
    tax; vat; gst; sales tax; total tax; total gst; tax amount; vat amount; mwst; ust; umsatzsteuer; tva; btw;
    iva; service tax; gst payable; service charge; sst; total included gst; gst included; total gst included; gst
    included in total; includes gst; gst amount; gst incl in total; tax included; igst; cgst; sgst; tax rm; kdv
    """
)
OTHER_AMOUNT_PHRASES = _phrases(
    """
    cash; change; change due; tendered; cash tendered; amount tendered; paid; amount paid; payment; visa;
    mastercard; credit card; debit card; card; discount; rounding; rounding adj; rounding adjustment; saving;
    savings; qty; quantity; total qty; total quantity; total items; items; no of items; item count; unit price;
    price; deposit; balance; points; gst summary; tax summary; tax code; round adj; total discount; total savings;
    you saved; tips; voucher; bar; rückgeld; gegeben; rendu; wisselgeld; total paid; total rounding; round amt;
    bill rounding; received; tender; total tender; nets
    """
)
ISSUE_DATE_PHRASES = _phrases(
    """
    date; invoice date; date of invoice; bill date; issue date; receipt date; document date; date of issue;
    rechnungsdatum; datum; factuurdatum; date de facture; date facture; fecha; data; tarikh; transaction date; doc
    date; trans date; inv date; date time; belegdatum; dated
    """
)
OTHER_DATE_PHRASES = _phrases(
    """
    due date; date due; order date; payment due; delivery date; expiry date; expires; valid until; print date;
    print time; period; due; fällig; zahlbar bis; échéance; vervaldatum; check in; check out; due on; date of
    birth; warranty; start date; end date; leistungszeitraum; lieferdatum; leverdatum
    """
)
ISSUER_WORDS = _phrases(
    """
    company; merchant; seller; vendor; supplier; store; shop; issuer; sender; restaurant; biller; issuing bank
    """
)
RECIPIENT_WORDS = _phrases(
    """
    customer; buyer; client; bill to; billed to; ship to; recipient; sold to; consignee; payer
    """
)
RECIPIENT_PHRASES = _phrases(
    """
    bill to; billed to; ship to; sold to; deliver to; invoice to; customer; customer name; buyer; client;
    attention; attn; to; m/s; rechnung an; kunde; klant; client name; billing address; shipping address; delivery
    address; recipient; lieferadresse; rechnungsadresse; adresse de livraison; factuuradres
    """
)
COMPANY_SUFFIXES = _phrases(
    """
    sdn bhd; sdn. bhd; s/b; bhd; ltd; limited; inc; llc; llp; corp; corporation; company; co; gmbh; ag; kg; ug;
    ohg; e.k; bv; b.v; nv; n.v; sa; s.a; sas; sarl; eurl; srl; s.r.l; spa; s.p.a; oy; ab; as; a/s; aps; plc; pte
    ltd; pty ltd; pvt ltd; enterprise; enterprises; trading; sp. z o.o; dac; kgaa; gbr; se; e.v; co. kg; cic; lp;
    trade; holdings; group; kft; sl; s.l; lda; ltda
    """
)
INSTITUTION_ENDINGS = _phrases(  # names that end so need no legal form
    """
    bank; savings bank; building society; credit union; sparkasse; volksbank; raiffeisenbank; insurance; university;
    council; ministry; hospital
    """
)
BUSINESS_WORDS = _phrases(
    """
    restaurant; restoran; restaurante; cafe; café; kedai; shop; store; mart; market; supermarket; hotel; bakery;
    pharmacy; farmasi; pasaraya; perniagaan; hardware; stationery; electrical; kopitiam; bistro; bookstore; book;
    petrol; station; services; service; food; foods; noodle; house; corner; seafood; trading; industries; supply;
    supplies; solutions; syarikat; ristorante; apotheke; bäckerei; boulangerie; boutique; clinic; klinik;
    workshop; motor; auto; gift; deco; home; fashion; kitchen; grill; pizza
    """
)
NOT_A_NAME = _phrases(
    """
    tax invoice; invoice; receipt; cash bill; cash sales; cash receipt; official receipt; bill; thank you;
    welcome; welcome to; tel; fax; phone; gst; gst id; gst reg; date; time; cashier; table; order; page; rechnung;
    facture; factuur; fattura; factura; copy; duplicate; reprint; simplified tax invoice; please come again;
    customer copy; statement; credit note; delivery order; quotation; purchase order; note; reg no; roc no; co
    reg; company no; member; e-mail; email; website; www; http; tin; vat; guest check; check; pos; counter; slip;
    sold by; bill to; ship to; original; invoice no; bill no; lot; closed; cash; total; change; amount; qty;
    description; item; price; jalan; jln; no; document no; salesperson; bestellung; kontoauszug; account statement; bank
    statement; application
    """
)
STREET_WORDS = _phrases(
    """
    street; st; quay; close; terrace; crescent; gardens; hill; row; mews; wharf; alley; ring; ufer; gasse; damm;
    road; rd; avenue; ave; lane; ln; drive; dr; boulevard; blvd; way; court; square; highway; hwy; parkway; suite;
    floor; unit; block; building; jalan; jln; lorong; persiaran; lebuh; lebuhraya; taman; tmn; kampung; kg; lot;
    no; batu; seksyen; section; bandar; pusat; kawasan; desa; wisma; plaza; mall; level; ground; strasse; straße;
    str; platz; weg; allee; rue; quai; place; chemin; via; viale; piazza; calle; avenida; rua; straat; laan;
    plein; ulica; ul; nagar; sector; industrial; park; p.o; box; postfach; city; town; tower; centre; center;
    terminal; airport; medan; mukim; off; kompleks; complex; bukit; ampang; arcade; jaya; perindustrian
    """
)
PLACE_WORDS = _phrases(
    """
    selangor; kuala; lumpur; johor; bahru; penang; pulau; pinang; perak; kedah; melaka; sabah; sarawak; pahang;
    kelantan; darul; ehsan; takzim; petaling; shah; alam; klang; subang; cheras; puchong; wilayah; persekutuan;
    negeri; sembilan; selatan; utara; timur; barat; ipoh; skudai; malaysia; singapore; usa; germany; deutschland;
    france; india; nederland; netherlands; london; berlin; paris; california; texas; york; kingdom; england;
    españa; italia; polska; österreich; schweiz; suisse; kl; w.p; ca; ny; tx
    """
)
NOT_IN_ADDRESS = _phrases(
    """
    tel; fax; phone; mobile; hp; gst; gst id; gst reg; gst no; email; e-mail; website; www; http; date; time;
    invoice; receipt; cashier; total; reg no; registration; roc; co reg; company no; company reg; tax invoice;
    bill; order; table; vat; tin; ust; iban; bic; bank; siren; siret; rcs; kvk; btw; cash; member; co no; roc no;
    doc no; document no; sst; customer; served; slip; hotline; thank; counter; pos; operator; salesperson; staff;
    order no; bill no; receipt no; pump; trans; ref; hours; opening; business hours; telephone; attn;
    steuernummer; amount; qty; description; id no; telp; whatsapp
    """
)
IDENTIFIER_WORDS = _phrases(
    """
    no; no.; number; nr; nr.; num; #; id; code; ref; reference; nummer; numéro; n°
    """
)
STOP_PHRASES = (
    *TOTAL_PHRASES,
    *SUBTOTAL_PHRASES,
    *OTHER_AMOUNT_PHRASES[:14],
    *_phrases("total qty; no of items; thank you; gst summary; account summary; summary of your account"),
    *_phrases("closing balance; new balance; ending balance; balance at end; neuer saldo; endsaldo"),
)
