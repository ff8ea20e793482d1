"""CSV files as people bring them, made into the columns and rows of a list."""

import pytest

from documents.domain.master_lists import MOST_COLUMNS, MOST_ROWS, ListTable, table_in, text_of
from idp_project.core.errors import InvalidInput


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_that_of_the_first_line(separator):
    content = f"number{separator}name\r\n0017{separator}Kühn & Söhne\r\n\r\n"
    assert table_in(content) == ListTable(("number", "name"), (("0017", "Kühn & Söhne"),))


def test_quoted_entries_keep_separators_and_lines():
    table = table_in('name,place\n"Kühn, Söhne","Kiel\nMitte"\nShort\n"Kühn, Söhne","Kiel\nMitte"\n')
    assert table.rows == (("Kühn, Söhne", "Kiel Mitte"), ("Short", ""))


@pytest.mark.parametrize(
    "data",
    [
        "name\nKühn".encode(),
        b"\xef\xbb\xbf" + "name\nKühn".encode(),
        "name\nKühn".encode("cp1252"),
        "name\nKühn".encode("utf-16"),
    ],
)
def test_encodings_of_spreadsheets_are_read(data):
    assert table_in(text_of(data)).rows == (("Kühn",),)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "list_column_names"),
        ("name,Name\na,b", "list_column_names"),
        ("name,\na,b", "list_column_names"),
        (",".join(f"c{n}" for n in range(MOST_COLUMNS + 1)) + "\na", "list_column_names"),
        ("name\n\n", "list_empty"),
        ("name\na,b", "list_line_length"),
        ("name\n" + "x" * 501, "list_text_length"),
        ("name\n" + "\n".join(map(str, range(MOST_ROWS + 1))), "list_too_large"),
        ("name\n" + "x\n" * 1_000_001, "list_too_large"),
        ('name\n"never closed', "list_form"),
    ],
)
def test_what_is_no_list_is_refused(content, code):
    with pytest.raises(InvalidInput) as refused:
        table_in(content)
    assert refused.value.code == code
