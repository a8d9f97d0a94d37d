import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_portal.lib import html


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Tin <strong>mới</strong></p>", "<p>Tin <strong>mới</strong></p>"),
        ("<p onclick='x()' class='a' style='color:red'>a</p>", "<p>a</p>"),
        ("a<script>alert(1)</script>b<style>p{}</style>", "ab"),
        ("<img src=x onerror=alert(1)>a", "a"),
        ("<iframe src='https://example.org'></iframe><div>a</div>", "a"),
        (
            '<a href="https://example.org" target="_blank">a</a>',
            '<a href="https://example.org" rel="noopener nofollow">a</a>',
        ),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="/ke-hoach/">a</a>', '<a href="/ke-hoach/" rel="noopener nofollow">a</a>'),
        (unicodedata.normalize("NFD", "<p>Thủy</p>"), "<p>Thủy</p>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<!-- a --><svg><script>1</script></svg>", ""),
    ],
)
def test_only_plain_structure_is_kept(written, kept):
    assert html.clean(written) == kept


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<a href=x>", "<b ", ">", '"', "<script>", "thủy", "&", "<"]))
)
def test_cleaning_twice_changes_nothing(parts):
    once = html.clean("".join(parts))
    assert html.clean(once) == once
    assert "<script" not in once
