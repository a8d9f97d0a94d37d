"""Addresses of the accounts app."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("mat-khau/", views.change_password, name="change_password"),
    path("tai-khoan/", views.profile, name="profile"),
]
