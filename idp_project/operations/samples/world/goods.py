"""What the made-up firms sell, by trade and language, with plausible prices."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Good:
    description: str
    unit: str
    unit_price: Decimal


# (description with {} for a variant, variants, unit, lowest and highest price)
_Row = tuple[str, tuple[str, ...], str, str, str]

_TILL: dict[str, tuple[_Row, ...]] = {
    "en": (
        ("Oat milk {}", ("1L", "500ml"), "pc", "1.20", "3.10"),
        ("Ground coffee {}", ("250g", "500g", "decaf 250g"), "pc", "3.40", "8.90"),
        ("Rye bread", (), "pc", "2.10", "4.20"),
        ("Cheddar {}", ("200g", "400g"), "pc", "2.80", "6.50"),
        ("Paint brush {}", ("25mm", "50mm", "75mm"), "pc", "2.49", "9.99"),
        ("Masking tape {}", ("24mm", "48mm"), "pc", "1.99", "5.49"),
        ("Wood screws {}", ("4x40 box 200", "5x60 box 100"), "pc", "4.99", "12.50"),
        ("Silicone sealant {}", ("white", "clear"), "pc", "4.25", "8.75"),
        ("LED bulb {}", ("E27 8W", "E14 5W", "GU10 4W"), "pc", "2.75", "7.95"),
        ("Work gloves size {}", ("9", "10"), "pr", "3.50", "11.00"),
        ("Notebook {}", ("A5 ruled", "A4 squared"), "pc", "1.80", "6.20"),
        ("Ballpoint pens {}", ("blue 10pk", "black 10pk"), "pk", "2.20", "5.90"),
        ("Batteries {}", ("AA 8pk", "AAA 4pk"), "pk", "3.99", "9.49"),
        ("Olive oil {}", ("500ml", "750ml"), "pc", "4.95", "11.95"),
        ("Sponges 6pk", (), "pk", "1.10", "2.60"),
        ("Garden hose {}", ("15m", "25m"), "pc", "14.90", "34.90"),
        ("Extension lead {}", ("3m", "5m"), "pc", "7.99", "16.99"),
        ("Basmati rice {}", ("1kg", "5kg"), "pc", "2.90", "13.40"),
    ),
    "de": (
        ("Hafermilch {}", ("1L", "0,5L"), "St", "1.20", "2.90"),
        ("Röstkaffee {}", ("250g", "500g"), "St", "3.90", "8.90"),
        ("Roggenbrot", (), "St", "2.10", "4.20"),
        ("Bergkäse {}", ("200g", "400g"), "St", "3.20", "7.50"),
        ("Flachpinsel {}", ("25mm", "50mm"), "St", "2.49", "8.99"),
        ("Malerkrepp {}", ("30mm", "50mm"), "St", "1.99", "5.49"),
        ("Holzschrauben {}", ("4x40 200er", "5x60 100er"), "Pk", "4.99", "12.50"),
        ("Silikon {}", ("weiß", "transparent"), "St", "4.25", "8.75"),
        ("LED-Lampe {}", ("E27 8W", "E14 5W"), "St", "2.75", "7.95"),
        ("Arbeitshandschuhe Gr. {}", ("9", "10"), "Pa", "3.50", "11.00"),
        ("Schreibblock {}", ("A5 liniert", "A4 kariert"), "St", "1.80", "5.20"),
        ("Kugelschreiber {}", ("blau 10er", "schwarz 10er"), "Pk", "2.20", "5.90"),
        ("Batterien {}", ("AA 8er", "AAA 4er"), "Pk", "3.99", "9.49"),
        ("Olivenöl {}", ("0,5L", "0,75L"), "St", "4.95", "11.95"),
        ("Gartenschlauch {}", ("15m", "25m"), "St", "14.90", "34.90"),
        ("Kabeltrommel {}", ("10m", "25m"), "St", "17.99", "46.99"),
    ),
}

_TRADE: dict[str, tuple[_Row, ...]] = {
    "en": (
        ("Hex bolt {} zinc plated, box of 100", ("M6x30", "M8x40", "M10x50", "M12x60"), "box", "8.40", "38.60"),
        ("Deep groove ball bearing {}", ("608-2RS", "6002-ZZ", "6204-2RS", "6306-ZZ"), "pcs", "2.35", "21.90"),
        ("Pneumatic hose {}, polyurethane", ("6 mm", "8 mm", "12 mm"), "m", "0.95", "4.80"),
        ("Office chair, mesh back, {}", ("black", "grey", "blue"), "pcs", "119.00", "289.00"),
        ("Height-adjustable desk {}", ("120x80 cm", "160x80 cm", "180x90 cm"), "pcs", "329.00", "749.00"),
        ("Laser toner cartridge, {}", ("black", "cyan", "magenta", "yellow"), "pcs", "48.50", "134.00"),
        ("Copy paper A4 80 g, {}", ("carton of 5 reams", "pallet box"), "ctn", "17.90", "94.00"),
        ("Network cable Cat 6A, {}", ("1 m", "3 m", "5 m", "10 m"), "pcs", "2.10", "14.40"),
        ("Cable tray 100 mm, section of 3 m, {}", ("galvanised", "stainless"), "pcs", "19.80", "71.50"),
        ("Safety shoes S3, size {}", ("41", "42", "43", "44", "45"), "pair", "54.00", "118.00"),
        ("Nitrile gloves, box of 100, size {}", ("S", "M", "L", "XL"), "box", "6.20", "13.70"),
        ("On-site technician, {}", ("standard rate", "evening rate"), "h", "68.00", "112.00"),
        ("Calibration of pressure gauge {}", ("0-10 bar", "0-25 bar", "0-100 bar"), "pcs", "42.00", "86.00"),
        ("Ventilation filter {}", ("G4 592x592", "F7 592x287", "F9 287x287"), "pcs", "11.30", "58.20"),
        ("Industrial cleaner, canister {}", ("5 l", "10 l", "25 l"), "pcs", "14.75", "67.30"),
        ("LED panel 62x62 cm, {}", ("3000 K", "4000 K", "6500 K"), "pcs", "34.90", "79.90"),
        ("Ring binder A4, {}", ("red", "blue", "black", "green"), "pcs", "1.85", "4.60"),
        ("Shelving unit, 5 tiers, {}", ("80 cm", "100 cm", "120 cm"), "pcs", "74.00", "168.00"),
        ("Thermal label roll {}", ("58x40 mm", "100x150 mm"), "roll", "3.95", "16.80"),
        ("Delivery and installation, zone {}", ("A", "B", "C"), "flat", "35.00", "145.00"),
    ),
    "de": (
        ("Sechskantschraube {} verzinkt, 100 Stück", ("M6x30", "M8x40", "M10x50", "M12x60"), "Pkg", "8.40", "38.60"),
        ("Rillenkugellager {}", ("608-2RS", "6002-ZZ", "6204-2RS", "6306-ZZ"), "Stk", "2.35", "21.90"),
        ("Druckluftschlauch {}, Polyurethan", ("6 mm", "8 mm", "12 mm"), "m", "0.95", "4.80"),
        ("Bürodrehstuhl mit Netzrücken, {}", ("schwarz", "grau", "blau"), "Stk", "119.00", "289.00"),
        ("Höhenverstellbarer Schreibtisch {}", ("120x80 cm", "160x80 cm"), "Stk", "329.00", "749.00"),
        ("Tonerkartusche, {}", ("schwarz", "cyan", "magenta", "gelb"), "Stk", "48.50", "134.00"),
        ("Kopierpapier A4 80 g, {}", ("Karton 5 Ries", "Palettenbox"), "Ktn", "17.90", "94.00"),
        ("Netzwerkkabel Cat 6A, {}", ("1 m", "3 m", "5 m", "10 m"), "Stk", "2.10", "14.40"),
        ("Sicherheitsschuhe S3, Größe {}", ("41", "42", "43", "44"), "Paar", "54.00", "118.00"),
        ("Nitrilhandschuhe, 100 Stück, Größe {}", ("S", "M", "L", "XL"), "Pkg", "6.20", "13.70"),
        ("Techniker vor Ort, {}", ("Normalsatz", "Abendsatz"), "Std", "68.00", "112.00"),
        ("Kalibrierung Manometer {}", ("0-10 bar", "0-25 bar", "0-100 bar"), "Stk", "42.00", "86.00"),
        ("Lüftungsfilter {}", ("G4 592x592", "F7 592x287"), "Stk", "11.30", "58.20"),
        ("Industriereiniger, Kanister {}", ("5 l", "10 l", "25 l"), "Stk", "14.75", "67.30"),
        ("Ordner A4, {}", ("rot", "blau", "schwarz", "grün"), "Stk", "1.85", "4.60"),
        ("Steckregal, 5 Böden, {}", ("80 cm", "100 cm", "120 cm"), "Stk", "74.00", "168.00"),
        ("Lieferung und Montage, Zone {}", ("A", "B", "C"), "psch", "35.00", "145.00"),
    ),
}


def choose_till_goods(rng: random.Random, language: str, count: int) -> list[Good]:
    """`count` different things from a shop's shelf."""
    return _choose(rng, _TILL[language], count)


def choose_trade_goods(rng: random.Random, language: str, count: int) -> list[Good]:
    """`count` things that firms buy from each other, different as long as there are enough."""
    return _choose(rng, _TRADE[language], count)


def _choose(rng: random.Random, rows: tuple[_Row, ...], count: int) -> list[Good]:
    everything = [(pattern.format(variant), row) for row in rows for pattern in [row[0]] for variant in row[1] or ("",)]
    rng.shuffle(everything)
    chosen = (everything * (count // len(everything) + 1))[:count]
    return [Good(description, row[2], _price(rng, row)) for description, row in chosen]


def _price(rng: random.Random, row: _Row) -> Decimal:
    low, high = float(row[3]), float(row[4])
    return Decimal(str(rng.uniform(low, high))).quantize(_CENT)
