"""The hyperlinks of one sheet."""

from urllib.parse import quote, urlsplit

from .text import attribute, shortened

MOST_LINKS = 65_530
"""Excel's limit for one sheet."""
LONGEST_ADDRESS = 2_079
LONGEST_TIP = 255
_KEPT = "%/?#[]@!$&'()*+,;=:~"
_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Links:
    """Collects the links of a sheet; each address outside the file gets one relationship."""

    def __init__(self) -> None:
        self._cells: list[str] = []
        self._targets: dict[str, str] = {}
        self.full = False
        """Whether a link was left out because Excel holds no more on a sheet."""

    def add(self, cell: str, url: str, tip: str = "") -> bool:
        """Link ``cell`` to ``url``; False when Excel couldn't hold it or the address isn't one we write.

        ``tip`` is shown beside the pointer, cut to Excel's 255 characters.
        """
        if len(self._cells) >= MOST_LINKS:
            self.full = True
            return False
        shown = f' tooltip="{attribute(shortened(tip, LONGEST_TIP))}"' if tip else ""
        if url.startswith("#"):
            self._cells.append(f'<hyperlink ref="{cell}" location="{attribute(url[1:])}"{shown}/>')
            return True
        target = quote(url, safe=_KEPT, errors="replace")
        if urlsplit(target).scheme not in {"http", "https", "mailto"} or len(target) > LONGEST_ADDRESS:
            return False
        name = self._targets.setdefault(target, f"link{len(self._targets) + 1}")
        self._cells.append(f'<hyperlink ref="{cell}" r:id="{name}"{shown}/>')
        return True

    def element(self) -> str:
        """Return the sheet's ``hyperlinks`` element, or nothing."""
        if not self._cells:
            return ""
        return f'<hyperlinks xmlns:r="{_RELATIONSHIP}">{"".join(self._cells)}</hyperlinks>'

    def relationships(self, existing: str) -> str:
        """Return the sheet's relationship part with the links added to the ``existing`` one (or to none)."""
        if not self._targets:
            return existing
        head = existing.removesuffix("</Relationships>") or (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        )
        added = (
            f'<Relationship Id="{name}" Type="{_RELATIONSHIP}/hyperlink" '
            f'Target="{attribute(target)}" TargetMode="External"/>'
            for target, name in self._targets.items()
        )
        return f"{head}{''.join(added)}</Relationships>"
