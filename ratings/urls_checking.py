"""Addresses of the officer's side: queue, assignment, terms, samples, questions."""

from django.urls import URLPattern

checking_urls: list[URLPattern] = []
