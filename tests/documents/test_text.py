"""Blocks as plain text: what a terminal shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workshop.documents.blocks import (
    Bullets,
    Code,
    Picture,
    Quote,
    Span,
    bullets,
    card,
    cell,
    column,
    heading,
    pairs,
    paragraph,
    table,
)
from workshop.documents.text import blocks_to_text


def lines(*blocks, width=80):
    return blocks_to_text(blocks, width).split("\n")


def test_columns_stand_below_each_other():
    shown = lines(table(["Team", column("Days", align="right")], [["Search", "3"], ["X", "41"]]))
    assert shown[0] == "Team    Days"
    assert shown[2:] == ["Search     3", "X         41"]


def test_wide_characters_count_as_two():
    shown = lines(table(["Team", "Days"], [["団队", "3"], ["abcd", "4"]]))
    assert [cell_len(line[: line.index(n)]) for line, n in zip(shown[2:], "34", strict=True)] == [
        6,
        6,
    ]


@given(st.text(max_size=200), st.integers(20, 100))
def test_nothing_is_wider_than_the_terminal(words, width):
    blocks = (paragraph(words), card(words, [words]), bullets([words]), heading(1, words))
    blocks += (table([words, "b"], [["x", words]]), pairs([(words, words)]))
    assert all(cell_len(line) <= width for line in lines(*blocks, width=width))


def test_long_word_is_cut_and_not_lost():
    shown = blocks_to_text([table(["a", "b"], [["w" * 200, "x"]])], 40)
    assert shown.count("w") == 200


def test_table_too_wide_becomes_a_list_of_values():
    shown = lines(table([f"c{i}" for i in range(20)], [[str(i) for i in range(20)]]))
    assert "c0: 0" in shown
    assert "c19: 19" in shown


def test_card_says_its_label_and_sources():
    shown = lines(card("Nobody stops it", ["Why."], tone="critical", sources=("S1", "S2")))
    assert shown[0] == "| [CRITICAL] Nobody stops it"
    assert shown[-1] == "| (S1 · S2)"


def test_mark_of_a_cell_stands_before_its_words():
    assert "↓ handoff" in blocks_to_text([table(["a"], [[cell("handoff", mark="↓")]])])


def test_picture_is_its_words():
    assert blocks_to_text([Picture("<svg/>", "Two boxes")]) == "[Picture: Two boxes]"


def test_escape_sequences_are_shown():
    shown = blocks_to_text(
        [paragraph("\x1b[31mred\x07"), Code("a\x1b[2Jb\rc"), bullets(["\x9b1m"])]
    )
    assert "␛[31mred␇" in shown
    assert not set("\x1b\x07\r\x9b") & set(shown)


def test_numbered_list_keeps_its_numbers_and_indent():
    items = ((paragraph("one"),), (paragraph("two"), bullets(["in"])))
    assert lines(Bullets(items, ordered=True, start=9)) == ["9.  one", "10. two", "    - in"]


def test_link_shows_its_address_once():
    link = Span("site", link="https://example.org")
    bare = Span("https://example.org", link="https://example.org")
    assert blocks_to_text([paragraph([link, " ", bare])]) == (
        "site <https://example.org> https://example.org"
    )


def test_quote_and_code_are_set_off():
    assert lines(Quote((paragraph("a"),)), Code("x = 1\n")) == ["> a", "", "    x = 1"]
