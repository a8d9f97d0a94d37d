"""Addresses of what is printed: blank forms, dossier, bundle."""

from django.urls import URLPattern

printing_urls: list[URLPattern] = []
