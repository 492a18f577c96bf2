"""Bytes of a seed file to text."""

import pytest

from odoo_seed.edges.seed_files.text import decode


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_that_is_not_utf_8_is_placed_by_line_and_character(end: str, mark: bytes):
    _, fault = decode(mark + f"a: 1{end}é: ".encode() + b"\xe9\n")

    assert fault is not None
    assert (fault.code, fault.line, fault.column) == ("not-utf-8", 2, 4)
    assert "0xE9" in fault.found


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ufffe", "\ufeff"])
def test_a_control_character_is_placed(char: str):
    _, fault = decode(f"a: 1\r\nb: x{char}\r\n".encode())

    assert fault is not None
    assert (fault.code, fault.line, fault.column) == ("control-character", 2, 5)


@pytest.mark.parametrize("char", ["\t", "\x85", "\u00a0", "\u202e", "\ue000", "📅", "\u2028"])
def test_other_characters_stay(char: str):
    assert decode(f"a{char}".encode()) == (f"a{char}", None)


def test_a_byte_order_mark_at_the_start_is_no_part_of_the_text():
    assert decode("\ufeffa: 1".encode()) == ("a: 1", None)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_other_unicode_encodings_are_called_by_their_name(codec: str):
    _, fault = decode("projects: []\n".encode(codec))

    assert fault is not None
    assert fault.code == "not-utf-8"
    assert "UTF-16" in fault.found


def test_an_empty_file_is_text():
    assert decode(b"") == ("", None)
