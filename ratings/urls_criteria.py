"""Addresses of criteria sets."""

from django.urls import URLPattern

criteria_urls: list[URLPattern] = []
