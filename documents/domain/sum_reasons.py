"""What checks of sums say beside that they fail: what they counted, what they lacked, and what contradicts them."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

ADJUSTMENT_COUNTED = define(
    "adjustment_counted",
    _("{total} adds up with {kind}, printed on page {page} as “{label}”: {amount}."),
    total=Param.TEXT,
    kind=Param.WORD,
    page=Param.NUMBER,
    label=Param.TEXT,
    amount=Param.TEXT,
)
COLUMN_COUNTED = define(
    "column_counted",
    _("{field} is not printed; the sum of “{column}” stands for it: {amount}."),
    field=Param.TEXT,
    column=Param.TEXT,
    amount=Param.TEXT,
)
SUM_UNCHECKED = define(
    "sum_unchecked",
    _("{total} could not be checked: {missing} was not found."),
    total=Param.TEXT,
    missing=Param.TEXT,
)
COLUMN_UNCHECKED = define(
    "column_unchecked",
    _("{total} could not be compared with the sum of “{column}”: no row has a value there."),
    total=Param.TEXT,
    column=Param.TEXT,
)
COLUMN_SUM_UNCHECKED = define(
    "column_sum_unchecked",
    _("The sum of “{column}” could not be checked: {total} was not found."),
    column=Param.TEXT,
    total=Param.TEXT,
)
PRODUCT_UNCHECKED = define(
    "product_unchecked",
    _("Row {row}: {product} could not be checked: {missing} was not found."),
    row=Param.NUMBER,
    product=Param.LABEL,
    missing=Param.LABEL,
)
PRODUCTS_UNCHECKED = define(
    "products_unchecked",
    _("“{product}” could not be checked row by row: no row has a value under “{missing}”."),
    product=Param.TEXT,
    missing=Param.TEXT,
)
OTHER_TOTAL = define(
    "other_total",
    _("{label}: {other} is printed at such a label too."),
    beside_label=_("{other} is printed at such a label too."),
    label=Param.TEXT,
    other=Param.TEXT,
)
PARTIES_UNSURE = define(
    "parties_unsure",
    _("“{recipient}” stands at the top, where the sender stands, and “{issuer}” does not: whose numbers are printed?"),
    recipient=Param.TEXT,
    issuer=Param.TEXT,
)
NUMBERS_NOT_READ = define(
    "numbers_not_read",
    _("{table}: “{column}” was not read in rows {first} to {last}, although the rows around them are numbered."),
    table=Param.TEXT,
    column=Param.TEXT,
    first=Param.NUMBER,
    last=Param.NUMBER,
)
