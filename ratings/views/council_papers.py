"""The papers of a session, printed from its frozen results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import auditing
from ocop_portal.lib import files, numbers

from ..models import Result, Session
from ..printing import council_books, council_papers
from .council_item import item_of
from .council_scope import session_of
from .dossiers import SignedIn
from .member_sheets import refuse_recused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
TYPES = {"xlsx": XLSX, "pdf": PDF}
Writer = Callable[[IO[bytes], list[Result]], None]
PAPERS: dict[tuple[str, str], tuple[Writer, str]] = {
    ("bien-ban", "xlsx"): (council_books.write_minutes, "Bien-ban"),
    ("bien-ban", "pdf"): (council_papers.write_minutes, "Bien-ban"),
    ("tong-hop", "xlsx"): (council_books.write_summary, "Tong-hop-ket-qua"),
    ("du-thao-quyet-dinh", "xlsx"): (council_books.write_draft_decision, "Du-thao-quyet-dinh"),
}
SHEETS: dict[str, Callable[..., None]] = {
    "xlsx": council_books.write_sheets,
    "pdf": council_papers.write_sheets,
}


@require_safe
def session_paper(request: SignedIn, pk: int, paper: str, kind: str) -> HttpResponseBase:
    if (paper, kind) not in PAPERS:
        raise Http404
    session = session_of(request, pk)
    write, name = PAPERS[paper, kind]
    results = results_of(session)
    if not results:
        raise PermissionDenied(_("No result of this session is agreed yet."))
    file = _written(write, results)
    area = session.council.area
    auditing.record("session.paper_taken", session, by=request.user, area=area, paper=paper, kind=kind)
    return files.attachment(file, f"{name}_{session.on:%Y-%m-%d}_{session.pk}.{kind}", TYPES[kind])


@require_safe
def sheets_paper(request: SignedIn, pk: int, kind: str) -> HttpResponseBase:
    """The members' sheets of one dossier; ``?phieu=`` for one of them."""
    if kind not in SHEETS:
        raise Http404
    item = item_of(request, pk)
    refuse_recused(request.user, item)
    result = Result.objects.filter(agenda_item=item).first()
    if result is None:
        raise PermissionDenied(_("The result of this dossier is not agreed yet."))
    file = _written(SHEETS[kind], result, numbers.key(request.GET.get("phieu", "")))
    return files.attachment(file, f"Phieu-cham_{item.dossier.code}.{kind}", TYPES[kind])


def results_of(session: Session) -> list[Result]:
    """The agreed results of a session, in the order of its agenda."""
    rows = Result.objects.filter(agenda_item__session=session).select_related("agenda_item__session")
    return list(rows.order_by("agenda_item__position", "pk"))


def _written(write: Callable[..., None], *what: Any) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with translation.override("vi"):
        write(file, *what)
    file.seek(0)
    return file
