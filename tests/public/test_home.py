"""The home page and my work open for everyone they are meant for."""

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/san-pham/",
        "/chung-nhan/",
        "/ke-hoach/",
        "/tin-tuc/",
        "/thong-ke/",
        "/tra-cuu/",
        "/api/san-pham/",
    ],
)
def test_a_public_page_opens_for_a_visitor_over_an_empty_database(visitor, world, path):
    assert visitor.get(path).status_code == 200


def test_my_work(client_of, officer, commune_staff, leader, administrator, council_member):
    for user in (officer, commune_staff, leader, administrator, council_member):
        assert client_of(user).get("/viec-cua-toi/").status_code == 200
