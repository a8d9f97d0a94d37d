"""What the tests of ratings share: the regulations as loaded, a product, a dossier ready to go."""

from __future__ import annotations

from datetime import date

import pytest

from ratings import filing, loading
from ratings.models import Attachment, Dossier
from tests.factories import make_product
from tests.ratings.sitting_council import make_accepted, make_council, make_item, make_session


@pytest.fixture
def regulations(db: None) -> None:
    """The four regulations from the portal's own file."""
    loading.load_regulations((loading.DATA / "regulations.yaml").read_bytes())


@pytest.fixture
def product(commune):
    return make_product(commune, name="Rượu ngô thử nghiệm")


@pytest.fixture
def with_paper():
    """Put a paper into a dossier without uploading one."""

    def put(dossier: Dossier) -> Attachment:
        return Attachment.objects.create(
            dossier=dossier,
            kind=Attachment.Kind.REGISTRATION_FORM,
            title="Phiếu đăng ký",
            file="dossiers/khong-co.pdf",
            file_name="phieu-dang-ky.pdf",
            content_type="application/pdf",
            size=1000,
            sha256="0" * 64,
        )

    return put


@pytest.fixture
def draft(regulations, product, commune_staff, with_paper) -> Dossier:
    """A dossier with all that a submission needs."""
    dossier = filing.open_dossier(
        product, kind="first", by=commune_staff, on=date(2023, 11, 20), pledged=True
    )
    with_paper(dossier)
    return dossier


@pytest.fixture
def council(world):
    """The province's council of three: chair, secretary, member."""
    return make_council(world.province)


@pytest.fixture
def sitting_item(world, council):
    """A dossier of today's commune before the council in an open session; everybody came and declared."""
    return make_item(make_session(council), make_accepted(world.new_dam_thuy))
