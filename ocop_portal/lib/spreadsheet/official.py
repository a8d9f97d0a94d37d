"""The lines of an official annex (Decree 30/2020/NĐ-CP): letterhead, title, signature block, recipients."""

from collections.abc import Sequence

from .description import Block, Column, Line, Style

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")

_CENTRED = Style(horizontal="center", size=13)
_BOLD = Style(horizontal="center", size=13, bold=True)
_ITALIC = Style(horizontal="center", size=13, italic=True)
_SPACE_TO_SIGN = 4


def halves(columns: Sequence[Column]) -> tuple[int, int]:
    """Return the last column of the left block and the first of the right one, near 45 % of the width."""
    whole = sum(column.width for column in columns)
    passed = 0.0
    for index, column in enumerate(columns[:-1]):
        passed += column.width
        if passed >= whole * 0.45:
            return index, index + 1
    return max(0, len(columns) - 2), len(columns) - 1


def letterhead(
    columns: Sequence[Column],
    *,
    superior: str,
    issuer: str,
    place_and_date: str,
    title: Sequence[str],
    attached_to: str = "",
) -> list[Line]:
    """Return the lines above the table.

    On the left the superior body over the issuing one, on the right the Republic's name and motto, below them
    place and date in italics, then the title's lines and "(Kèm theo Báo cáo số …)".
    """
    left, right = halves(columns)
    last = len(columns) - 1
    underlined = Style(underline=True).over(_BOLD)
    lines = [
        Line([Block(superior, 0, left, _CENTRED), Block(MOTTO[0], right, last, _BOLD)]),
        Line([Block(issuer, 0, left, underlined), Block(MOTTO[1], right, last, underlined)]),
        Line([Block(place_and_date, right, last, _ITALIC)]),
        Line(height=9),
        *(Line([Block(text, 0, last, Style(size=14).over(_BOLD))]) for text in title),
    ]
    if attached_to:
        lines.append(Line([Block(attached_to, 0, last, _ITALIC)]))
    return [*lines, Line(height=9)]


def signature(
    columns: Sequence[Column], *, authority: Sequence[str], signer: str, recipients: Sequence[str] = ()
) -> list[Line]:
    """Return the lines below the table: recipients on the left, the signature block on the right.

    ``authority`` are its capital lines, e.g. ``["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]``;
    room to sign is left between them and ``signer``.
    """
    left, right = halves(columns)
    last = len(columns) - 1
    signing = [*authority, *[""] * _SPACE_TO_SIGN, signer]
    sending = ["Nơi nhận:", *recipients] if recipients else []
    lines = [Line(height=12)]
    for index in range(max(len(signing), len(sending))):
        blocks = []
        if index < len(sending):
            look = Style(bold=True, italic=True, size=12) if index == 0 else Style(size=11)
            blocks.append(Block(sending[index], 0, left, Style(horizontal="left").over(look)))
        if index < len(signing) and signing[index]:
            blocks.append(Block(signing[index], right, last, _BOLD))
        lines.append(Line(blocks))
    return lines
