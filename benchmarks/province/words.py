"""Invented names in the untidy shapes of real ones: no person and no organisation bears them."""

from __future__ import annotations

from random import Random

# What is made, and the subgroup (its set's number) that it belongs to.
GOODS: tuple[tuple[str, int], ...] = (
    ("Cam Trưng Vương", 1),
    ("Lê nâu quả tươi", 1),
    ("Rau cải rừng", 1),
    ("Thịt lợn đen", 2),
    ("Trứng gà đồi", 2),
    ("Gạo nếp Pì Pất", 3),
    ("Hạt dẻ", 3),
    ("Mật ong bạc hà", 4),
    ("Mật ong hoa rừng", 4),
    ("Bánh khảo", 5),
    ("Miến dong", 6),
    ("Bún ngũ sắc", 6),
    ("Măng khô", 7),
    ("Thạch đen", 7),
    ("Lạp sườn hun khói", 8),
    ("Thịt gác bếp", 8),
    ("Tương ớt", 9),
    ("Chè dây", 11),
    ("Trà giảo cổ lam", 11),
    ("Rượu ngô men lá", 14),
    ("Rượu mác mật", 14),
    ("Rượu trắng Thua Khuông", 14),
    ("Tinh dầu sả", 17),
    ("Hương thẻ", 20),
    ("Thổ cẩm", 21),
    ("Dao rèn thủ công", 21),
    ("Giấy bản", 21),
    ("Du lịch cộng đồng", 26),
)
_QUALITIES = ("", "", "", " truyền thống", " sạch", " đặc biệt", " hữu cơ", " loại 1", " 500g", " (túi 1 kg)")
_OWN = ("Mẫu", "Thử", "Ví Dụ", "Minh Hoạ", "Giả Định", "Phỏng Theo", "Tượng Trưng", "Làm Mẫu")
_WORDS = ("Nà", "Bản", "Khuổi", "Phja", "Lũng", "Cốc", "Thẳm", "Pác", "Nặm", "Đoỏng")
_MORE = ("Thuỷ", "Rẩy", "Đâư", "Luông", "Đeng", "Vài", "Mười", "Hoà", "Mạ", "Ỷ", "Khau", "Lừa")
_FAMILY = ("Nông", "Hoàng", "Lý", "Bế", "Triệu", "Đàm", "Mông", "Lục", "Hà", "Đinh")
_PREFIX = {
    "cooperative": ("Hợp tác xã", "HTX", "HTX nông nghiệp", "Hợp tác xã dịch vụ tổng hợp"),
    "cooperative_union": ("Liên hiệp hợp tác xã",),
    "cooperative_group": ("Tổ hợp tác", "THT sản xuất", "Tổ hợp tác chăn nuôi"),
    "company": ("Công ty TNHH", "Công ty TNHH MTV", "Công ty Cổ phần", "CÔNG TY CP"),
    "household": ("Hộ kinh doanh", "Hộ KD", "Cơ sở sản xuất", "Hộ sản xuất, kinh doanh"),
    "farm": ("Trang trại",),
    "branch": ("Chi nhánh Công ty",),
    "restaurant": ("Nhà hàng",),
    "association": ("Hội nông dân", "Hội nghề"),
    "tourism_centre": ("Điểm du lịch cộng đồng",),
    "pagoda": ("Chùa",),
    "other": ("Nhóm hộ",),
}


def product_name(rng: Random, goods: str, commune: str) -> str:
    """Such as ``Miến dong sạch Nà Thuỷ``; one in four names its commune, and names repeat."""
    place = commune if rng.random() < 0.25 else _place(rng)
    return f"{goods}{rng.choice(_QUALITIES)} {place}"


def organisation_name(rng: Random, kind: str) -> str:
    """Such as ``HTX nông nghiệp Khuổi Hoà Mẫu``: the legal form as people spell it."""
    return f"{rng.choice(_PREFIX[kind])} {_place(rng)} {rng.choice(_OWN)}"


def spelt_otherwise(rng: Random, name: str) -> str:
    """The name as another paper writes it: the form spelt out or shortened, another mark, capitals."""
    spellings = (
        name.replace("HTX", "Hợp tác xã"),
        name.replace("Hợp tác xã", "HTX"),
        name.replace("Thuỷ", "Thủy").replace("Hoà", "Hòa").replace("Nặm", "Nậm"),
        name.replace("TNHH MTV", "TNHH Một thành viên"),
        name.upper(),
    )
    return rng.choice(spellings)


def person_name(rng: Random) -> str:
    """A name whose last word says that it is invented."""
    return f"{rng.choice(_FAMILY)} {rng.choice(('Văn', 'Thị'))} {rng.choice(_OWN)}"


def _place(rng: Random) -> str:
    return f"{rng.choice(_WORDS)} {rng.choice(_MORE)}"
