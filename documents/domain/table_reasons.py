"""What is refused when people change the rows and cells of a table, and what is said of its completeness."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

CELLS_CHANGED_SINCE = define(
    "cells_changed_since", _("It cannot be undone: {cells} changed since. Take that back first."), cells=Param.TEXT
)
CELLS_DIFFER = define(
    "cells_differ",
    _("{column}: the rows {rows} have different values. Clear all except one of them first."),
    column=Param.TEXT,
    rows=Param.TEXT,
)
CELLS_NOT_READ = define(
    "cells_not_read", _("Nothing was changed. These cannot be read as their columns: {cells}."), cells=Param.TEXT
)
COLUMN_TAKEN_TWICE = define(
    "column_taken_twice", _("“{column}” would get two columns: choose another one for one of them."), column=Param.TEXT
)
COLUMN_UNKNOWN = define("column_unknown", _("{table} has no column “{column}”."), table=Param.TEXT, column=Param.TEXT)
NOTHING_TO_FILL = define("nothing_to_fill", _("Nothing to fill: no cell of these rows would change."))
NOTHING_TO_PASTE = define("nothing_to_paste", _("There is no text to paste."))
NOTHING_TO_REDO = define("nothing_to_redo", _("There is nothing to do again."))
NOTHING_TO_UNDO = define("nothing_to_undo", _("There is nothing to undo in the tables."))
PASTE_TOO_WIDE = define(
    "paste_too_wide",
    _("The text has {columns} columns; from “{column}” on the table has {left}."),
    columns=Param.NUMBER,
    column=Param.TEXT,
    left=Param.NUMBER,
)
ROWS_GONE = define(
    "rows_gone", _("{table}: rows that you chose are no longer there. Look at the table again."), table=Param.TEXT
)
ROWS_NOT_TOGETHER = define("rows_not_together", _("Choose at least two rows that follow each other."))
ROW_NOT_SPLIT = define(
    "row_not_split",
    _("Row {row} is printed on one line: put the cursor where its text is to be divided."),
    row=Param.NUMBER,
)
TABLE_UNKNOWN = define("table_unknown", _("This document has no table “{table}”."), table=Param.TEXT)
TOO_MANY_ROWS = define(
    "too_many_rows", _("{table}: a table has at most {most} rows."), table=Param.TEXT, most=Param.NUMBER
)
