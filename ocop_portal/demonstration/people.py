"""The accounts of the demonstration; every name is invented."""

from __future__ import annotations

from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.models import Post, Role, User
from areas.models import Area

PASSWORD = "demo-OCOP-2023"  # noqa: S105 - published on purpose, refused without OCOP_DEMO=1
DISTRICTS_ENDED = date(2025, 6, 30)
DAY_2023 = date(2023, 1, 1)
DAY_2026 = date(2026, 1, 1)

# user name, full name, role, area code, day on which that code's unit is meant, job title
STAFF_2023: list[tuple[str, str, Role, str, str]] = [
    ("xa.damthuy", "Nông Thị Mẫu", Role.COMMUNE, "01495", "Công chức địa chính – nông nghiệp"),
    ("xa.chivien", "Hoàng Văn Thử", Role.COMMUNE, "01501", "Công chức địa chính – nông nghiệp"),
    ("xa.phongnam", "Triệu Thị Thử", Role.COMMUNE, "01483", "Công chức địa chính – nông nghiệp"),
    ("xa.caochuong", "Đàm Văn Mẫu", Role.COMMUNE, "01471", "Công chức địa chính – nông nghiệp"),
    ("tt.trungkhanh", "Lương Thị Mẫu", Role.COMMUNE, "01477", "Công chức kinh tế"),
    ("huyen.trungkhanh", "Bế Văn Mẫu", Role.OFFICER, "047", "Chuyên viên Phòng Nông nghiệp và PTNT"),
    ("lanhdao.trungkhanh", "Nguyễn Thị Mẫu", Role.LEADER, "047", "Phó Chủ tịch Ủy ban nhân dân huyện"),
    ("hoidong.1", "Thành viên Mẫu Một", Role.COUNCIL, "047", "Chủ tịch Hội đồng"),
    ("hoidong.2", "Thành viên Mẫu Hai", Role.COUNCIL, "047", "Phó Chủ tịch Hội đồng"),
    ("hoidong.3", "Thành viên Mẫu Ba", Role.COUNCIL, "047", "Ủy viên"),
    ("hoidong.4", "Thành viên Mẫu Bốn", Role.COUNCIL, "047", "Ủy viên"),
    ("hoidong.5", "Thành viên Mẫu Năm", Role.COUNCIL, "047", "Ủy viên, thư ký"),
    ("tinh.caobang", "Lý Văn Mẫu", Role.OFFICER, "04", "Chuyên viên Văn phòng Điều phối"),
    ("lanhdao.caobang", "Hà Thị Mẫu", Role.LEADER, "04", "Phó Chủ tịch Ủy ban nhân dân tỉnh"),
    ("quantri", "Quản trị Mẫu", Role.ADMINISTRATOR, "04", "Quản trị hệ thống"),
]


def unit(code: str, on: date = DAY_2023) -> Area:
    """The unit that wears the code on the day."""
    return Area.objects.in_force(on).get(code=code)


def staff_of_2023() -> dict[str, User]:
    """Make the accounts and posts of 2023; those in units that ended leave them with the units."""
    return {row[0]: account(*row) for row in STAFF_2023}


def account(username: str, full_name: str, role: Role, code: str, title: str, on: date = DAY_2023) -> User:
    """One account with one post from ``on``; a person keeps the post until its unit ends."""
    user = User.objects.filter(username=username).first()
    user = user or User.objects.create(username=username, full_name=full_name, password=_hashed())
    Post.objects.get_or_create(
        user=user, role=role, area=unit(code, on), defaults={"starts_on": on, "title": title}
    )
    return user


@cache
def _hashed() -> str:
    """The password as it is kept: hashing it anew for each account would be half of the loading."""
    return make_password(PASSWORD)
