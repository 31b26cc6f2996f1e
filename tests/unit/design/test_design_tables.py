import pytest

from onearm.design.tables import html_table, text_table

HEAD = ["type", "n", "share"]
ROWS = [["optimal", "12", "3.25"], ["a & b", "3", "–"]]


def test_numbers_stand_on_the_right_and_words_on_the_left():
    assert text_table(HEAD, ROWS) == "type      n  share\noptimal  12   3.25\na & b     3      –"


def test_no_line_ends_in_a_space():
    assert text_table(["a", "long title"], [["x", ""]]) == "a  long title\nx"


def test_html_is_escaped():
    text = html_table(HEAD, ROWS)
    assert "a &amp; b" in text and "a & b" not in text
    assert text.count("<tr>") == 3
    assert '<td style="text-align:right">12</td>' in text and '<td style="text-align:left">optimal</td>' in text


def test_a_row_of_another_width_is_refused():
    for table in (text_table, html_table):
        with pytest.raises(ValueError, match="2 cells under 3 titles"):
            table(HEAD, [["a", "b"]])
