"""Addresses of the desk app."""

app_name = "desk"
urlpatterns = []
