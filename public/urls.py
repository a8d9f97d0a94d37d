"""Addresses of the public app."""

from django.urls import path

from .views import api, certificates, information, products, reports

app_name = "public"
urlpatterns = [
    path("", information.home, name="home"),
    path("san-pham/", products.product_list, name="catalogue"),
    path("san-pham/<slug:slug>/", products.product_detail, name="product"),
    path("tep/san-pham/<int:pk>", products.photo, name="photo"),
    path("chung-nhan/", certificates.certificates, name="certificates"),
    path("chung-nhan/<str:code>/", certificates.certificate, name="certificate"),
    path("kiem-tra-bao-cao/", reports.report_check, name="report_check"),
    path("tra-cuu/", certificates.lookup, name="lookup"),
    path("ke-hoach/", information.plan_list, name="plans"),
    path("ke-hoach/<slug:slug>/", information.plan_detail, name="plan"),
    path("ke-hoach/<slug:slug>/tai-ve/", information.plan_document, name="plan_document"),
    path("tin-tuc/", information.news, name="news"),
    path("tin-tuc/<slug:slug>/", information.article, name="article"),
    path("tep/tin/<int:pk>", information.article_picture, name="article_picture"),
    path("thong-ke/", information.public_figures, name="figures"),
    path("api/san-pham/", api.api_products, name="api_products"),
]
