"""Tables of records under one head, whatever each row lacks."""

from pdb_sync.views import _columns


def row(*names):
    return [{"name": name, "type": "amount" if name.startswith("money") else "text"} for name in names]


def test_column_of_a_later_row_stands_before_its_follower():
    rows = [row("date", "text", "money_out", "balance"), row("date", "text", "money_in", "balance", "remark")]
    columns = _columns(rows)
    assert [column["name"] for column in columns] == ["date", "text", "money_out", "money_in", "balance", "remark"]
    assert {column["name"] for column in columns if column["type"] == "amount"} == {"money_out", "money_in"}
