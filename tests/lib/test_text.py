import random
import unicodedata

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import text

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ"
    "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ 0123-.",
    max_size=40,
)
ANY = st.text(max_size=40) | VIETNAMESE


def nfd(written):
    return unicodedata.normalize("NFD", written)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (nfd("Xã Đàm Thủy"), "Xã Đàm Thủy"),
        ("  Hạt\u00a0dẻ \t Trùng\u2003Khánh\r\n", "Hạt dẻ Trùng Khánh"),
        ("Miến\u200b dong\u00ad\ufeff", "Miến dong"),
        ("a\x00b\x07", "ab"),
        ("", ""),
    ],
)
def test_text_is_stored_composed_on_one_line_with_single_spaces(written, stored):
    assert text.nfc(written) == stored


def test_lines_stay_where_lines_are_meant():
    written = f"\n {nfd('Một')}\u00a0 hai \r\n\r\n ba\rbốn\n\n"
    assert text.nfc_lines(written) == "Một hai\n\nba\nbốn"


@given(ANY)
def test_normalising_twice_changes_nothing(written):
    assert text.nfc(text.nfc(written)) == text.nfc(written)
    assert text.nfc_lines(text.nfc_lines(written)) == text.nfc_lines(written)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Đặc sản ĐẮK LẮK", "dac san dak lak"),
        ("Ðàm Thuỷ", "dam thuy"),
        ("Nước mắm 40°N – “Cá cơm”", "nuoc mam 40 n ca com"),
        ("Ưu\u00a0đãi, sữa/phở", "uu dai sua pho"),
        ("", ""),
        ("***", ""),
    ],
)
def test_search_knows_no_case_no_marks_and_no_punctuation(written, key):
    assert text.search_key(written) == key


@given(ANY)
def test_search_keys_are_their_own_keys_and_the_same_for_both_forms(written):
    key = text.search_key(written)
    assert text.search_key(key) == key
    assert text.search_key(nfd(written)) == text.search_key(unicodedata.normalize("NFC", written)) == key


def test_the_tones_place_does_not_part_names():
    assert text.same_place("Xã Đàm Thủy", "xã đàm thuỷ")
    assert text.same_place("Nậm Tốc", "Nặm Tốc")
    assert not text.same_place("Đàm Thủy", "Chí Viễn")


ORDERED = [
    "",
    "2 Tháng 9",
    "An",
    "An Lạc",
    "Ăn",
    "Ân",
    "Bà",
    "Bả",
    "Bã",
    "Bá",
    "Bạ",
    "Ba Bể",
    "Bá Bế",
    "Ban",
    "Bàn",
    "Bạn",
    "Bằng",
    "Cao Bằng",
    "Cao Chương",
    "Chí Viễn",
    "Dân Chủ",
    "Đàm Thủy",
    "Đình Phong",
    "Đoài Dương",
    "Đức Hồng",
    "Em",
    "Êm",
    "Khâm Thành",
    "Ngọc Côn",
    "Ngọc Khê",
    "On",
    "Ôn",
    "Ơn",
    "Phong Châu",
    "Phong Nặm",
    "Quang Hán",
    "Tra",
    "Trà Lĩnh",
    "Tri Phương",
    "Trung",
    "Trùng",
    "Trùng Khánh",
    "Trung Phúc",
    "Tu",
    "Tư",
    "Xuân Nội",
]


def test_names_sort_by_the_vietnamese_alphabet_then_by_tone():
    shuffled = list(ORDERED)
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=text.sort_key) == ORDERED


@given(ANY)
def test_sort_keys_are_plain_bounded_and_the_same_for_both_forms(written):
    key = text.sort_key(written)
    assert key.isascii()
    assert key.isalnum()
    assert key == key.lower()
    assert len(key) <= text.SORT_KEY_LENGTH
    assert text.sort_key(nfd(written)) == text.sort_key(unicodedata.normalize("NFC", written)) == key


def test_the_tones_place_does_not_part_the_order():
    assert text.sort_key("Thuỷ") == text.sort_key("Thủy") == text.sort_key("thủy!")
    assert text.sort_key("Thúy") != text.sort_key("Thủy")


def test_a_very_long_name_gets_a_key_that_fits():
    assert len(text.sort_key("Đặc sản " * 500)) == text.SORT_KEY_LENGTH


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("Đặc sản", "dac-san"),
        ("Hạt dẻ Trùng Khánh (hộp 500g)", "hat-de-trung-khanh-hop-500g"),
        ("北 Bắc", "bac"),
        ("***", ""),
    ],
)
def test_addresses_are_unaccented(written, slug):
    assert text.slug(written) == slug


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Kế hoạch 66/KH-UBND.pdf", "Ke-hoach-66-KH-UBND.pdf"),
        (nfd("Đề án.docx"), "De-an.docx"),
        ("../../etc/passwd", "etc-passwd"),
        ('a"\r\nb.pdf', "a-b.pdf"),
        ("con.txt", "_con.txt"),
        ("", "file"),
        ("北", "file"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_file_names_are_plain_ascii(written, name):
    assert text.file_name(written) == name


@given(ANY)
def test_a_file_name_is_never_empty_or_a_path(written):
    name = text.file_name(written)
    assert name
    assert len(name) <= 101
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert not name.startswith(".")


@pytest.mark.parametrize(
    ("written", "masked"),
    [("004085001234", "004******234"), ("123456", "******"), ("1234567", "123*567"), ("", "")],
)
def test_a_citizens_number_shows_only_its_ends(written, masked):
    assert text.mask(written) == masked


def test_a_query_asks_for_every_word():
    assert text.matches("name_norm", " Hạt  DẺ ") == Q(name_norm__contains="hat") & Q(
        name_norm__contains="de"
    )
    assert text.matches("name_norm", "  ") == Q()
    assert text.matches("name_norm", "%_!") == Q(pk__in=[])
