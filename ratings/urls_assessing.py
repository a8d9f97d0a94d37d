"""Addresses of the commune's side: forms, self-assessment, Form 03, evidence used."""

from django.urls import URLPattern

assessing_urls: list[URLPattern] = []
