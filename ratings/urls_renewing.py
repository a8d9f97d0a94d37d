"""Addresses of copies, filing anew, handover."""

from django.urls import URLPattern

renewing_urls: list[URLPattern] = []
