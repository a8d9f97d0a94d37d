"""Formatted text from people, made safe before it is stored."""

import unicodedata

import nh3

TAGS = {"p", "br", "strong", "em", "b", "i", "u", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a"}
ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def clean(html: str) -> str:
    """Return ``html`` (of news, of a plan's summary) with nothing but paragraphs, lists, stress and links.

    Scripts, styles, pictures, classes and unknown elements go, their words stay; links neither hand
    over the page nor vouch for their target. The result is NFC and cleaning it again changes nothing.
    """
    return nh3.clean(
        unicodedata.normalize("NFC", html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
