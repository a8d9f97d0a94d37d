"""The matrix of ``test_access.py``: what each address answers to whom, and the records it is asked about.

Columns: visitor, commune staff, neighbouring commune's staff, officer, another district's officer, council
member, leader, administrator (of the province), somebody whose post is over.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from accounts import noticing
from accounts.models import Role, User
from plans.models import (
    Activity,
    BudgetLine,
    Indicator,
    MonthlyReport,
    Plan,
    ReportedFigure,
    Revision,
    Target,
)
from products.models import ProductPhoto
from public.models import Article
from ratings.models import (
    AgendaItem,
    Attachment,
    Attendance,
    Council,
    CouncilMember,
    CriteriaSet,
    DecisionAct,
    DecisionItem,
    DossierStep,
    EvidenceUse,
    Handover,
    Inspection,
    Interest,
    KnockoutMotion,
    Objection,
    Result,
    Round,
    ScoreSheet,
    ScoringPass,
    Session,
    Submission,
)
from reports.models import Run, RunRequest, Schedule, Snapshot
from tests import factories, office_forms

NO_FIGURES = {
    **dict.fromkeys(("code", "title", "area_code", "area_name", "period", "period_label"), ""),
    "as_of": "2023-12-29",
    "tables": [],
}

# fmt: off
GET = {
    "accounts:change_password": "302 200 200 200 200 200 200 200 200",
    "accounts:profile": "302 200 200 200 200 200 200 200 200",
    "accounts:sign_in": "200 302 302 302 302 302 302 302 302",
    "accounts:sign_out": "200 200 200 200 200 200 200 200 200",
    "admin:index": "302 403 403 403 403 403 403 200 403",
    "alive": "200 200 200 200 200 200 200 200 200",
    "desk:article_edit": "302 404 404 200 404 404 403 403 404",
    "desk:article_new": "302 403 403 200 200 403 403 403 403",
    "desk:article_publish": "302 405 405 405 405 405 405 405 405",
    "desk:article_unpublish": "302 405 405 405 405 405 405 405 405",
    "desk:articles": "302 403 403 200 200 403 403 403 403",
    "desk:holidays": "302 200 200 200 200 200 200 200 200",
    "desk:my_work": "302 200 200 200 200 200 200 200 200",
    "desk:notice": "302 404 404 302 404 404 404 404 404",
    "desk:notice_read": "302 405 405 405 405 405 405 405 405",
    "desk:notices": "302 200 200 200 200 200 200 200 200",
    "desk:notices_read": "302 405 405 405 405 405 405 405 405",
    "desk:notices_unread": "302 200 200 200 200 200 200 200 200",
    "enterprises:create": "302 200 200 200 200 403 403 403 403",
    "enterprises:detail": "302 200 404 200 404 404 200 200 404",
    "enterprises:edit": "302 200 404 200 404 404 403 403 404",
    "enterprises:evidence": "302 200 404 200 404 404 200 200 404",
    "enterprises:evidence_expiring": "302 200 200 200 200 200 200 200 200",
    "enterprises:evidence_new": "302 200 404 200 404 404 403 403 404",
    "enterprises:evidence_upload": "302 405 405 405 405 405 405 405 405",
    "enterprises:list": "302 200 200 200 200 200 200 200 200",
    "enterprises:paper": "302 200 404 200 404 404 200 200 404",
    "enterprises:paper_edit": "302 200 404 200 404 404 403 403 404",
    "enterprises:paper_file": "302 200 404 200 404 404 200 200 404",
    "enterprises:paper_remove": "302 405 405 405 405 405 405 405 405",
    "enterprises:paper_replace": "302 200 404 200 404 404 403 403 404",
    "plans:activity_report": "302 404 404 200 404 404 403 403 404",
    "plans:board": "302 200 200 200 404 404 200 200 404",
    "plans:breakdown": "302 404 404 200 404 404 200 200 404",
    "plans:breakdown_edit": "302 404 404 200 404 404 403 403 404",
    "plans:copy": "302 404 404 200 404 404 403 403 404",
    "plans:detail": "302 404 404 200 404 404 200 200 404",
    "plans:disbursement": "302 404 404 200 404 404 403 403 404",
    "plans:document": "302 200 200 200 404 404 200 200 404",
    "plans:edit": "302 404 404 200 404 404 403 403 404",
    "plans:figure": "302 404 404 200 404 404 403 403 404",
    "plans:figure_file": "302 200 404 200 404 404 200 200 404",
    "plans:figure_judge": "302 405 405 405 405 405 405 405 405",
    "plans:figures": "302 200 200 200 404 404 200 200 404",
    "plans:list": "302 200 200 200 200 200 200 200 200",
    "plans:monthly": "302 200 404 200 404 404 200 200 404",
    "plans:monthly_return": "302 405 405 405 405 405 405 405 405",
    "plans:remind": "302 405 405 405 405 405 405 405 405",
    "plans:new": "302 403 403 200 200 403 403 403 403",
    "plans:publish": "302 405 405 405 405 405 405 405 405",
    "plans:revise": "302 404 404 200 404 404 403 403 404",
    "plans:revision_file": "302 200 200 200 404 404 200 200 404",
    "plans:row_edit": "302 404 404 200 404 404 403 403 404",
    "plans:row_move": "302 405 405 405 405 405 405 405 405",
    "plans:row_new": "302 404 404 200 404 404 403 403 404",
    "plans:row_remove": "302 405 405 405 405 405 405 405 405",
    "plans:target_edit": "302 404 404 200 404 404 403 403 404",
    "plans:target_link": "302 405 405 405 405 405 405 405 405",
    "plans:target_new": "302 404 404 200 404 404 403 403 404",
    "plans:target_remove": "302 405 405 405 405 405 405 405 405",
    "plans:unpublish": "302 404 404 200 404 404 403 403 404",
    "products:create": "302 200 200 200 200 403 403 403 403",
    "products:detail": "302 200 404 200 404 404 200 200 404",
    "products:edit": "302 200 404 200 404 404 403 403 404",
    "products:list": "302 200 200 200 200 200 200 200 200",
    "products:photo": "302 200 404 200 404 404 200 200 404",
    "products:photo_add": "302 405 405 405 405 405 405 405 405",
    "products:photo_remove": "302 405 405 405 405 405 405 405 405",
    "public:api_products": "200 200 200 200 200 200 200 200 200",
    "public:article": "200 200 200 200 200 200 200 200 200",
    "public:article_picture": "200 200 200 200 200 200 200 200 200",
    "public:catalogue": "200 200 200 200 200 200 200 200 200",
    "public:certificate": "200 200 200 200 200 200 200 200 200",
    "public:certificates": "200 200 200 200 200 200 200 200 200",
    "public:figures": "200 200 200 200 200 200 200 200 200",
    "public:home": "200 200 200 200 200 200 200 200 200",
    "public:lookup": "200 200 200 200 200 200 200 200 200",
    "public:report_check": "200 200 200 200 200 200 200 200 200",
    "public:news": "200 200 200 200 200 200 200 200 200",
    "public:photo": "200 200 200 200 200 200 200 200 200",
    "public:plan": "200 200 200 200 200 200 200 200 200",
    "public:plan_document": "200 200 200 200 200 200 200 200 200",
    "public:plans": "200 200 200 200 200 200 200 200 200",
    "public:product": "200 200 200 200 200 200 200 200 200",
    "ratings:council": "302 404 404 200 404 200 200 200 404",
    "ratings:council_edit": "302 404 404 200 404 403 403 403 404",
    "ratings:council_new": "302 403 403 200 200 403 403 403 403",
    "ratings:council_seat": "302 404 404 200 404 403 403 403 404",
    "ratings:council_seat_end": "302 404 404 200 404 403 403 403 404",
    "ratings:criteria_compare": "302 200 200 200 200 200 200 200 200",
    "ratings:criteria_load": "302 403 403 403 403 403 403 200 403",
    "ratings:criteria_publish": "302 404 404 404 404 404 404 200 404",
    "ratings:criteria_retire": "302 403 403 403 403 403 403 200 403",
    "ratings:criteria_set": "302 200 200 200 200 200 200 200 200",
    "ratings:criteria_sets": "302 200 200 200 200 200 200 200 200",
    "ratings:answer_save": "405 405 405 405 405 405 405 405 405",
    "ratings:blank_form": "302 200 200 200 200 200 200 200 200",
    "ratings:blank_forms": "302 200 200 200 200 200 200 200 200",
    "ratings:decision": "302 404 404 200 404 404 200 200 404",
    "ratings:decision_drop": "302 405 405 405 405 405 405 405 405",
    "ratings:decision_new": "302 403 403 200 200 403 403 403 403",
    "ratings:decision_scan": "302 404 404 200 404 404 200 200 404",
    "ratings:decision_sign": "302 404 404 403 404 404 200 403 404",
    "ratings:decisions": "302 200 200 200 200 200 200 200 200",
    "ratings:dossier": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_accept": "302 403 404 200 404 404 403 403 404",
    "ratings:dossier_by": "302 403 404 200 404 404 200 403 404",
    "ratings:dossier_changes": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_commune": "302 404 404 404 404 404 404 404 404",
    "ratings:dossier_commune_print": "302 404 404 404 404 404 404 404 404",
    "ratings:dossier_edit": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_evidence": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_evidence_drop": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_evidence_file": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_evidence_renew": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_evidence_upload": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_evidence_use": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_check": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_differences": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_extend": "302 403 404 200 404 404 200 403 404",
    "ratings:dossier_file": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_file_remove": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_follow_law": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_new": "302 200 200 200 200 200 200 200 200",
    "ratings:dossier_papers": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_receipt": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_refile": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_result": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_return": "302 403 404 200 404 404 403 403 404",
    "ratings:dossier_section": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_section_save": "405 405 405 405 405 405 405 405 405",
    "ratings:dossier_submit": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_withdraw": "302 200 404 403 404 404 403 403 404",
    "ratings:dossiers": "302 200 200 200 200 200 200 200 200",
    "ratings:interest_new": "302 403 403 200 200 403 403 200 403",
    "ratings:interest_remove": "302 405 405 405 405 405 405 405 405",
    "ratings:interests": "302 403 403 200 200 403 403 200 403",
    "ratings:item_dossier": "302 404 404 200 404 200 200 200 404",
    "ratings:item_evidence": "302 404 404 200 404 200 200 200 404",
    "ratings:item_paper": "302 404 404 200 404 200 200 200 404",
    "ratings:item_postpone": "302 404 404 200 404 403 403 403 404",
    "ratings:item_remove": "302 405 405 405 405 405 405 405 405",
    "ratings:item_shift": "302 405 405 405 405 405 405 405 405",
    "ratings:expiring": "302 301 301 301 301 301 301 301 301",
    "ratings:handover": "302 403 403 403 403 403 403 200 403",
    "ratings:handover_confirm": "302 405 405 405 405 405 405 405 405",
    "ratings:handovers": "302 403 403 403 403 403 403 200 403",
    "ratings:dossier_samples": "302 403 404 200 404 404 403 403 404",
    "ratings:dossier_settle": "302 405 405 405 405 405 405 405 405",
    "ratings:queue": "302 403 403 200 200 403 200 403 403",
    "ratings:queue_assign": "302 405 405 405 405 405 405 405 405",
    "ratings:inspection": "302 200 404 200 404 404 200 200 404",
    "ratings:inspection_mended": "302 403 404 200 404 404 403 403 404",
    "ratings:inspection_new": "302 403 404 200 404 404 403 403 404",
    "ratings:inspection_paper": "302 200 404 200 404 404 200 200 404",
    "ratings:inspection_record": "302 403 404 200 404 404 403 403 404",
    "ratings:inspections": "302 200 200 200 200 200 200 200 200",
    "ratings:objection": "302 200 404 200 404 404 200 200 404",
    "ratings:objection_answer": "302 403 404 200 404 404 403 403 404",
    "ratings:objection_new": "302 403 404 200 404 404 403 403 404",
    "ratings:objection_paper": "302 200 404 200 404 404 200 200 404",
    "ratings:objections": "302 200 200 200 200 200 200 200 200",
    "ratings:recognition": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_pdf": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_print": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_zip": "302 200 404 200 404 404 200 200 404",
    "ratings:recognition_certificate": "302 200 404 200 404 404 200 200 404",
    "ratings:result_correct": "302 403 404 200 404 404 403 403 404",
    "ratings:result_paper": "302 200 404 200 404 404 200 200 404",
    "ratings:decision_act_remove": "302 405 405 405 405 405 405 405 405",
    "ratings:recognition_act": "302 403 404 200 404 404 403 403 404",
    "ratings:recognition_event": "302 403 404 200 404 404 403 403 404",
    "ratings:recognition_new": "302 403 403 200 200 403 403 403 403",
    "ratings:recognition_reevaluate": "302 405 405 405 405 405 405 405 405",
    "ratings:recognition_upgrade": "302 405 405 405 405 405 405 405 405",
    "ratings:council_act": "302 405 405 405 405 405 405 405 405",
    "ratings:council_item": "302 404 404 200 404 200 200 200 404",
    "ratings:knockout_count": "302 405 405 405 405 405 405 405 405",
    "ratings:knockout_move": "302 405 405 405 405 405 405 405 405",
    "ratings:knockout_vote": "302 405 405 405 405 405 405 405 405",
    "ratings:live_table": "302 404 404 200 404 200 200 200 404",
    "ratings:live_table_state": "302 404 404 200 404 200 200 200 404",
    "ratings:my_sheets": "302 200 200 200 200 200 200 200 200",
    "ratings:session_paper": "302 404 404 403 404 403 403 403 404",
    "ratings:sheet": "302 404 404 404 404 200 404 404 404",
    "ratings:sheet_close": "302 404 404 404 404 200 404 404 404",
    "ratings:sheet_reopen": "302 405 405 405 405 405 405 405 405",
    "ratings:sheet_save": "405 405 405 405 405 405 405 405 405",
    "ratings:sheets_paper": "302 404 404 403 404 403 403 403 404",
    "ratings:radar": "302 200 200 200 200 200 200 200 200",
    "ratings:radar_calendar": "302 200 200 200 200 200 200 200 200",
    "ratings:recognitions": "302 200 200 200 200 200 200 200 200",
    "ratings:regulation": "302 200 200 200 200 200 200 200 200",
    "ratings:round": "302 404 404 200 404 404 200 200 404",
    "ratings:round_dossiers": "302 404 404 200 404 404 403 403 404",
    "ratings:round_edit": "302 404 404 200 404 404 403 403 404",
    "ratings:round_new": "302 403 403 200 200 403 403 403 403",
    "ratings:round_take_out": "302 405 405 405 405 405 405 405 405",
    "ratings:rounds": "302 200 200 200 200 200 200 200 200",
    "ratings:session": "302 404 404 200 404 200 200 200 404",
    "ratings:session_agenda": "302 404 404 200 404 403 403 403 404",
    "ratings:session_attendance": "302 404 404 200 404 403 403 403 404",
    "ratings:session_close": "302 405 405 405 405 405 405 405 405",
    "ratings:session_declare": "302 404 404 403 404 200 403 403 404",
    "ratings:session_drop": "302 405 405 405 405 405 405 405 405",
    "ratings:session_edit": "302 404 404 200 404 403 403 403 404",
    "ratings:session_invitation": "302 404 404 200 404 200 200 200 404",
    "ratings:session_new": "302 404 404 200 404 403 403 403 404",
    "ratings:session_open": "302 405 405 405 405 405 405 405 405",
    "ratings:self_assessment": "302 200 404 200 404 404 200 200 404",
    "ratings:self_assessment_case": "302 405 405 405 405 405 405 405 405",
    "ratings:self_assessment_group": "302 200 404 200 404 404 200 200 404",
    "ratings:value_chain_new": "302 403 403 200 200 403 403 403 403",
    "ratings:value_chains": "302 200 200 200 200 200 200 200 200",
    "ratings:would_keep": "302 403 403 200 200 403 200 403 403",
    "ready": "200 200 200 200 200 200 200 200 200",
    "reports:api_report": "401 200 200 200 200 404 200 200 404",
    "reports:cancel": "302 405 405 405 405 405 405 405 405",
    "reports:compare": "302 200 200 200 200 200 200 200 200",
    "reports:dashboard": "302 200 200 200 200 404 200 200 404",
    "reports:download": "302 404 404 200 404 404 200 200 404",
    "reports:mine": "302 200 200 200 200 200 200 200 200",
    "reports:placeholders": "302 200 200 200 200 404 200 200 404",
    "reports:report": "302 200 200 200 200 404 200 200 404",
    "reports:catalogue": "302 200 200 200 200 404 200 200 404",
    "reports:dictionary": "302 200 200 200 200 200 200 200 200",
    "reports:figure": "302 404 404 404 404 404 404 404 404",
    "reports:table": "302 200 200 200 200 404 200 200 404",
    "reports:publications": "302 200 200 200 200 200 200 200 200",
    "reports:publish": "302 404 404 200 404 404 200 403 404",
    "reports:request": "302 405 405 405 405 405 405 405 405",
    "reports:retry": "302 405 405 405 405 405 405 405 405",
    "reports:run": "302 404 404 200 404 404 200 200 404",
    "reports:run_fill": "302 405 405 405 405 405 405 405 405",
    "reports:run_state": "302 404 404 200 404 404 200 200 404",
    "reports:template": "302 200 404 200 404 404 200 200 404",
    "reports:template_example": "302 200 200 200 200 404 200 200 404",
    "reports:template_file": "302 200 404 200 404 404 200 200 404",
    "reports:template_fill": "302 405 405 405 405 405 405 405 405",
    "reports:template_new": "302 200 200 200 200 403 403 403 403",
    "reports:template_replace": "302 200 404 200 404 404 403 403 404",
    "reports:template_withdraw": "302 405 405 405 405 405 405 405 405",
    "reports:templates": "302 200 200 200 200 200 200 200 200",
    "reports:schedule": "302 404 404 200 404 404 200 200 404",
    "reports:sources": "302 404 404 404 404 404 404 404 404",
    "reports:schedule_delete": "302 405 405 405 405 405 405 405 405",
    "reports:schedule_new": "302 403 403 200 200 403 200 403 403",
    "reports:schedule_off": "302 405 405 405 405 405 405 405 405",
    "reports:schedule_on": "302 405 405 405 405 405 405 405 405",
    "reports:schedules": "302 200 200 200 200 200 200 200 200",
    "set_language": "302 302 302 302 302 302 302 302 302",
}
POST = {
    "accounts:change_password": "302 200 200 200 200 200 200 200 200",
    "accounts:profile": "302 200 200 200 200 200 200 200 200",
    "accounts:sign_in": "200 302 302 302 302 302 302 302 302",
    "accounts:sign_out": "302 302 302 302 302 302 302 302 302",
    "admin:index": "302 403 403 403 403 403 403 200 403",
    "alive": "200 200 200 200 200 200 200 200 200",
    "desk:article_edit": "302 404 404 200 404 404 403 403 404",
    "desk:article_new": "302 403 403 200 200 403 403 403 403",
    "desk:article_publish": "302 404 404 302 404 404 403 403 404",
    "desk:article_unpublish": "302 404 404 302 404 404 403 403 404",
    "desk:articles": "302 405 405 405 405 405 405 405 405",
    "desk:holidays": "302 405 405 405 405 405 405 405 405",
    "desk:my_work": "302 405 405 405 405 405 405 405 405",
    "desk:notice": "302 405 405 405 405 405 405 405 405",
    "desk:notice_read": "302 404 404 302 404 404 404 404 404",
    "desk:notices": "302 405 405 405 405 405 405 405 405",
    "desk:notices_read": "302 302 302 302 302 302 302 302 302",
    "desk:notices_unread": "302 405 405 405 405 405 405 405 405",
    "enterprises:create": "302 200 200 200 200 403 403 403 403",
    "enterprises:detail": "302 200 404 200 404 404 200 200 404",
    "enterprises:edit": "302 200 404 200 404 404 403 403 404",
    "enterprises:evidence": "302 200 404 200 404 404 200 200 404",
    "enterprises:evidence_expiring": "302 200 200 200 200 200 200 200 200",
    "enterprises:evidence_new": "302 200 404 200 404 404 403 403 404",
    "enterprises:evidence_upload": "302 422 404 422 404 404 403 403 404",
    "enterprises:list": "302 200 200 200 200 200 200 200 200",
    "enterprises:paper": "302 200 404 200 404 404 200 200 404",
    "enterprises:paper_edit": "302 200 404 200 404 404 403 403 404",
    "enterprises:paper_file": "302 405 405 405 405 405 405 405 405",
    "enterprises:paper_remove": "302 403 404 403 404 404 403 403 404",
    "enterprises:paper_replace": "302 200 404 200 404 404 403 403 404",
    "plans:activity_report": "302 404 404 200 404 404 403 403 404",
    "plans:board": "302 405 405 405 405 405 405 405 405",
    "plans:breakdown": "302 405 405 405 405 405 405 405 405",
    "plans:breakdown_edit": "302 404 404 200 404 404 403 403 404",
    "plans:copy": "302 404 404 302 404 404 403 403 404",
    "plans:detail": "302 404 404 200 404 404 200 200 404",
    "plans:disbursement": "302 404 404 200 404 404 403 403 404",
    "plans:document": "302 200 200 200 404 404 200 200 404",
    "plans:edit": "302 404 404 200 404 404 403 403 404",
    "plans:figure": "302 404 404 200 404 404 403 403 404",
    "plans:figure_file": "302 405 405 405 405 405 405 405 405",
    "plans:figure_judge": "302 403 403 302 404 404 403 403 404",
    "plans:figures": "302 405 405 405 405 405 405 405 405",
    "plans:list": "302 200 200 200 200 200 200 200 200",
    "plans:monthly": "302 200 404 403 404 404 403 403 404",
    "plans:monthly_return": "302 403 403 302 404 404 403 403 404",
    "plans:remind": "302 403 403 302 404 404 403 403 404",
    "plans:new": "302 403 403 200 200 403 403 403 403",
    "plans:publish": "302 404 404 302 404 404 403 403 404",
    "plans:revise": "302 404 404 200 404 404 403 403 404",
    "plans:revision_file": "302 405 405 405 405 405 405 405 405",
    "plans:row_edit": "302 404 404 200 404 404 403 403 404",
    "plans:row_move": "302 404 404 302 404 404 403 403 404",
    "plans:row_new": "302 404 404 200 404 404 403 403 404",
    "plans:row_remove": "302 404 404 302 404 404 403 403 404",
    "plans:target_edit": "302 404 404 200 404 404 403 403 404",
    "plans:target_link": "302 404 404 302 404 404 403 403 404",
    "plans:target_new": "302 404 404 200 404 404 403 403 404",
    "plans:target_remove": "302 404 404 302 404 404 403 403 404",
    "plans:unpublish": "302 404 404 200 404 404 403 403 404",
    "products:create": "302 200 200 200 200 403 403 403 403",
    "products:detail": "302 200 404 200 404 404 200 200 404",
    "products:edit": "302 200 404 200 404 404 403 403 404",
    "products:list": "302 200 200 200 200 200 200 200 200",
    "products:photo": "302 405 405 405 405 405 405 405 405",
    "products:photo_add": "302 200 404 200 404 404 403 403 404",
    "products:photo_remove": "302 302 404 302 404 404 403 403 404",
    "public:api_products": "405 405 405 405 405 405 405 405 405",
    "public:article": "405 405 405 405 405 405 405 405 405",
    "public:article_picture": "405 405 405 405 405 405 405 405 405",
    "public:catalogue": "405 405 405 405 405 405 405 405 405",
    "public:certificate": "405 405 405 405 405 405 405 405 405",
    "public:certificates": "405 405 405 405 405 405 405 405 405",
    "public:figures": "405 405 405 405 405 405 405 405 405",
    "public:home": "405 405 405 405 405 405 405 405 405",
    "public:lookup": "405 405 405 405 405 405 405 405 405",
    "public:report_check": "405 405 405 405 405 405 405 405 405",
    "public:news": "405 405 405 405 405 405 405 405 405",
    "public:photo": "405 405 405 405 405 405 405 405 405",
    "public:plan": "405 405 405 405 405 405 405 405 405",
    "public:plan_document": "405 405 405 405 405 405 405 405 405",
    "public:plans": "405 405 405 405 405 405 405 405 405",
    "public:product": "405 405 405 405 405 405 405 405 405",
    "ratings:council": "302 404 404 200 404 200 200 200 404",
    "ratings:council_edit": "302 404 404 200 404 403 403 403 404",
    "ratings:council_new": "302 403 403 200 200 403 403 403 403",
    "ratings:council_seat": "302 404 404 200 404 403 403 403 404",
    "ratings:council_seat_end": "302 404 404 200 404 403 403 403 404",
    "ratings:criteria_compare": "302 200 200 200 200 200 200 200 200",
    "ratings:criteria_load": "302 403 403 403 403 403 403 200 403",
    "ratings:criteria_publish": "302 404 404 404 404 404 404 302 404",
    "ratings:criteria_retire": "302 403 403 403 403 403 403 302 403",
    "ratings:criteria_set": "302 200 200 200 200 200 200 200 200",
    "ratings:criteria_sets": "302 200 200 200 200 200 200 200 200",
    "ratings:answer_save": "401 403 404 403 404 404 403 403 404",
    "ratings:blank_form": "302 200 200 200 200 200 200 200 200",
    "ratings:blank_forms": "302 200 200 200 200 200 200 200 200",
    "ratings:decision": "302 404 404 200 404 404 200 200 404",
    "ratings:decision_drop": "302 404 404 302 404 404 403 403 404",
    "ratings:decision_new": "302 403 403 200 200 403 403 403 403",
    "ratings:decision_scan": "302 404 404 200 404 404 200 200 404",
    "ratings:decision_sign": "302 404 404 403 404 404 200 403 404",
    "ratings:decisions": "302 200 200 200 200 200 200 200 200",
    "ratings:dossier": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_accept": "302 403 404 200 404 404 403 403 404",
    "ratings:dossier_by": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_changes": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_commune": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_commune_print": "302 404 404 404 404 404 404 404 404",
    "ratings:dossier_edit": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_evidence": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_evidence_drop": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_evidence_file": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_evidence_renew": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_evidence_upload": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_evidence_use": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_check": "302 403 404 200 404 404 403 403 404",
    "ratings:dossier_differences": "302 405 405 405 405 405 405 405 405",
    "ratings:dossier_extend": "302 403 404 200 404 404 200 403 404",
    "ratings:dossier_file": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_file_remove": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_follow_law": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_new": "302 200 200 200 200 200 200 200 200",
    "ratings:dossier_papers": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_receipt": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_refile": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_result": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_return": "302 403 404 200 404 404 403 403 404",
    "ratings:dossier_section": "302 200 404 200 404 404 403 403 404",
    "ratings:dossier_section_save": "401 200 404 200 404 404 403 403 404",
    "ratings:dossier_submit": "302 403 404 403 404 404 403 403 404",
    "ratings:dossier_withdraw": "302 200 404 403 404 404 403 403 404",
    "ratings:dossiers": "302 200 200 200 200 200 200 200 200",
    "ratings:interest_new": "302 403 403 200 200 403 403 200 403",
    "ratings:interest_remove": "302 403 403 302 404 403 403 302 403",
    "ratings:interests": "302 403 403 200 200 403 403 200 403",
    "ratings:item_dossier": "302 405 405 405 405 405 405 405 405",
    "ratings:item_evidence": "302 405 405 405 405 405 405 405 405",
    "ratings:item_paper": "302 405 405 405 405 405 405 405 405",
    "ratings:item_postpone": "302 404 404 200 404 403 403 403 404",
    "ratings:item_remove": "302 404 404 302 404 403 403 403 404",
    "ratings:item_shift": "302 404 404 302 404 403 403 403 404",
    "ratings:expiring": "302 405 405 405 405 405 405 405 405",
    "ratings:handover": "302 403 403 403 403 403 403 200 403",
    "ratings:handover_confirm": "302 403 403 403 403 403 403 302 403",
    "ratings:handovers": "302 403 403 403 403 403 403 200 403",
    "ratings:dossier_samples": "302 403 404 200 404 404 403 403 404",
    "ratings:dossier_settle": "302 403 404 302 404 404 403 403 404",
    "ratings:queue": "302 405 405 405 405 405 405 405 405",
    "ratings:queue_assign": "302 403 403 200 200 403 200 403 403",
    "ratings:inspection": "302 200 404 200 404 404 200 200 404",
    "ratings:inspection_mended": "302 403 404 200 404 404 403 403 404",
    "ratings:inspection_new": "302 403 404 200 404 404 403 403 404",
    "ratings:inspection_paper": "302 200 404 200 404 404 200 200 404",
    "ratings:inspection_record": "302 403 404 200 404 404 403 403 404",
    "ratings:inspections": "302 200 200 200 200 200 200 200 200",
    "ratings:objection": "302 200 404 200 404 404 200 200 404",
    "ratings:objection_answer": "302 403 404 200 404 404 403 403 404",
    "ratings:objection_new": "302 403 404 200 404 404 403 403 404",
    "ratings:objection_paper": "302 200 404 200 404 404 200 200 404",
    "ratings:objections": "302 200 200 200 200 200 200 200 200",
    "ratings:recognition": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_pdf": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_print": "302 200 404 200 404 404 200 200 404",
    "ratings:dossier_zip": "302 200 404 200 404 404 200 200 404",
    "ratings:recognition_certificate": "302 200 404 200 404 404 200 200 404",
    "ratings:result_correct": "302 403 404 200 404 404 403 403 404",
    "ratings:result_paper": "302 200 404 200 404 404 200 200 404",
    "ratings:decision_act_remove": "302 404 404 302 404 404 403 403 404",
    "ratings:recognition_act": "302 403 404 200 404 404 403 403 404",
    "ratings:recognition_event": "302 403 404 200 404 404 403 403 404",
    "ratings:recognition_new": "302 403 403 200 200 403 403 403 403",
    "ratings:recognition_reevaluate": "302 302 404 302 404 404 403 403 404",
    "ratings:recognition_upgrade": "302 302 404 302 404 404 403 403 404",
    "ratings:council_act": "302 404 404 302 404 403 403 403 404",
    "ratings:council_item": "302 405 405 405 405 405 405 405 405",
    "ratings:knockout_count": "302 404 404 403 404 403 403 403 404",
    "ratings:knockout_move": "302 404 404 403 404 403 403 403 404",
    "ratings:knockout_vote": "302 404 404 403 404 302 403 403 404",
    "ratings:live_table": "302 405 405 405 405 405 405 405 405",
    "ratings:live_table_state": "302 405 405 405 405 405 405 405 405",
    "ratings:my_sheets": "302 405 405 405 405 405 405 405 405",
    "ratings:session_paper": "302 405 405 405 405 405 405 405 405",
    "ratings:sheet": "302 404 404 404 404 302 404 404 404",
    "ratings:sheet_close": "302 404 404 404 404 403 404 404 404",
    "ratings:sheet_reopen": "302 404 404 403 404 403 403 403 404",
    "ratings:sheet_save": "401 404 404 404 404 200 404 404 404",
    "ratings:sheets_paper": "302 405 405 405 405 405 405 405 405",
    "ratings:radar": "302 405 405 405 405 405 405 405 405",
    "ratings:radar_calendar": "302 405 405 405 405 405 405 405 405",
    "ratings:recognitions": "302 200 200 200 200 200 200 200 200",
    "ratings:regulation": "302 200 200 200 200 200 200 200 200",
    "ratings:round": "302 404 404 200 404 404 200 200 404",
    "ratings:round_dossiers": "302 404 404 200 404 404 403 403 404",
    "ratings:round_edit": "302 404 404 200 404 404 403 403 404",
    "ratings:round_new": "302 403 403 200 200 403 403 403 403",
    "ratings:round_take_out": "302 404 404 404 404 404 403 403 404",
    "ratings:rounds": "302 200 200 200 200 200 200 200 200",
    "ratings:session": "302 404 404 200 404 200 200 200 404",
    "ratings:session_agenda": "302 404 404 200 404 403 403 403 404",
    "ratings:session_attendance": "302 404 404 200 404 403 403 403 404",
    "ratings:session_close": "302 404 404 403 404 403 403 403 404",
    "ratings:session_declare": "302 404 404 403 404 200 403 403 404",
    "ratings:session_drop": "302 404 404 302 404 403 403 403 404",
    "ratings:session_edit": "302 404 404 200 404 403 403 403 404",
    "ratings:session_invitation": "302 404 404 200 404 403 403 403 404",
    "ratings:session_new": "302 404 404 200 404 403 403 403 404",
    "ratings:session_open": "302 404 404 403 404 403 403 403 404",
    "ratings:self_assessment": "302 403 404 403 404 404 403 403 404",
    "ratings:self_assessment_case": "302 403 404 403 404 404 403 403 404",
    "ratings:self_assessment_group": "302 403 404 403 404 404 403 403 404",
    "ratings:value_chain_new": "302 403 403 200 200 403 403 403 403",
    "ratings:value_chains": "302 200 200 200 200 200 200 200 200",
    "ratings:would_keep": "302 405 405 405 405 405 405 405 405",
    "ready": "200 200 200 200 200 200 200 200 200",
    "reports:api_report": "405 405 405 405 405 405 405 405 405",
    "reports:cancel": "302 404 404 403 404 404 403 403 404",
    "reports:compare": "302 405 405 405 405 405 405 405 405",
    "reports:dashboard": "302 405 405 405 405 405 405 405 405",
    "reports:download": "302 405 405 405 405 405 405 405 405",
    "reports:mine": "302 405 405 405 405 405 405 405 405",
    "reports:placeholders": "302 405 405 405 405 405 405 405 405",
    "reports:report": "302 405 405 405 405 405 405 405 405",
    "reports:catalogue": "302 405 405 405 405 405 405 405 405",
    "reports:dictionary": "302 405 405 405 405 405 405 405 405",
    "reports:figure": "302 405 405 405 405 405 405 405 405",
    "reports:table": "302 405 405 405 405 405 405 405 405",
    "reports:publications": "302 405 405 405 405 405 405 405 405",
    "reports:publish": "302 404 404 200 404 404 200 403 404",
    "reports:request": "302 302 302 302 302 404 302 302 404",
    "reports:retry": "302 404 404 403 404 404 403 403 404",
    "reports:run": "302 405 405 405 405 405 405 405 405",
    "reports:run_fill": "302 404 404 404 404 404 404 404 404",
    "reports:run_state": "302 405 405 405 405 405 405 405 405",
    "reports:template": "302 405 405 405 405 405 405 405 405",
    "reports:template_example": "302 405 405 405 405 405 405 405 405",
    "reports:template_file": "302 405 405 405 405 405 405 405 405",
    "reports:template_fill": "302 200 404 200 404 404 200 200 404",
    "reports:template_new": "302 200 200 200 200 403 403 403 403",
    "reports:template_replace": "302 200 404 200 404 404 403 403 404",
    "reports:template_withdraw": "302 302 404 302 404 404 403 403 404",
    "reports:templates": "302 405 405 405 405 405 405 405 405",
    "reports:schedule": "302 405 405 405 405 405 405 405 405",
    "reports:sources": "302 405 405 405 405 405 405 405 405",
    "reports:schedule_delete": "302 404 404 302 404 404 302 403 404",
    "reports:schedule_new": "302 403 403 200 200 403 200 403 403",
    "reports:schedule_off": "302 404 404 302 404 404 302 403 404",
    "reports:schedule_on": "302 404 404 302 404 404 302 403 404",
    "reports:schedules": "302 405 405 405 405 405 405 405 405",
    "set_language": "302 302 302 302 302 302 302 302 302",
}
# fmt: on
LISTS = {"dossiers", "decisions", "recognitions", "rounds", "expiring", "handovers", "handover_confirm"}
LISTS |= {"criteria_sets", "criteria_compare", "criteria_load", "blank_forms", "my_sheets"}
LISTS |= {"criteria_sets", "criteria_compare", "criteria_load", "blank_forms"}
LISTS |= {"queue", "queue_assign", "objections", "inspections"}
LISTS |= {"radar", "radar_calendar", "would_keep"}


class Things:
    """One record of each kind, all of Đàm Thuỷ in Trùng Khánh."""

    def __init__(self, world: Any, commune_staff: User, officer: User) -> None:
        self.product = factories.make_product(world.dam_thuy)
        self.enterprise = self.product.makings.get().enterprise
        self.photo = ProductPhoto.objects.create(product=self.product, image=_picture())
        self.dossier = factories.make_dossier(self.product, state="submitted", due_on=date(2024, 1, 5))
        self.paper = Attachment.objects.create(
            dossier=self.dossier,
            kind="registration_form",
            title="Phiếu",
            file=storages["private"].save("phieu.pdf", ContentFile(b"%PDF-1.7")),
            file_name="phieu.pdf",
            content_type="application/pdf",
            size=8,
            sha256="0" * 64,
        )
        self.evidence = factories.make_evidence(
            self.enterprise, file=storages["private"].save("minh-chung.pdf", ContentFile(b"%PDF-1.7"))
        )
        self.use = EvidenceUse.objects.create(dossier=self.dossier, evidence=self.evidence)
        self._decide(world)
        self._sit(world)
        self._fill_in(world)
        self._plan(world, officer)
        self._tell(world, officer)
        self.notice = noticing.tell(
            Role.OFFICER, world.district, kind="dossier.submitted", key="x", facts={}, url="/ho-so/"
        )
        factories.make_regulation()
        self.criteria_set = factories.make_criteria_set("BTC-3")
        self.draft_set = factories.make_criteria_set("BTC-4", published=False)
        self._score(world)
        self.template = office_forms.make_template(world.dam_thuy, commune_staff)
        self.handover = Handover.objects.create(area=world.province, on=date(2025, 7, 1))

    def _decide(self, world: Any) -> None:
        other = factories.make_product(world.dam_thuy)
        scored = factories.make_dossier(other, state="prepared")
        self.decision = factories.make_decision(world.district, number="", signed_on=None, state="prepared")
        DecisionItem.objects.create(decision=self.decision, dossier=scored, outcome="not_recognise")
        signed = factories.make_decision(world.district)
        self.recognition = factories.make_recognition(self.product, signed)
        self.act = DecisionAct.objects.create(
            decision=self.decision, recognition=self.recognition, kind="struck_off"
        )
        stored = storages["private"].save("quyet-dinh.pdf", ContentFile(b"%PDF-1.7"))
        self.scanned = factories.make_decision(world.district, scan=stored, scan_name="quyet-dinh.pdf")
        self.result = Result.objects.create(
            dossier=factories.make_dossier(factories.make_product(world.dam_thuy), state="scored"),
            level="district",
            part_a=30,
            part_b=20,
            part_c=20,
            total=70,
            stars=4,
            assessed_on=date(2023, 12, 5),
            paper=storages["private"].save("ket-qua.pdf", ContentFile(b"%PDF-1.7")),
            paper_name="ket-qua.pdf",
        )
        self.objection = self._object(world, signed)
        self.inspection = Inspection.objects.create(
            recognition=self.recognition, area=world.district, planned_on=date(2023, 12, 29)
        )
        step = DossierStep.objects.create(dossier=self.dossier, to_state="submitted", on=date(2023, 6, 1))
        Submission.objects.create(dossier=self.dossier, number=1, step=step, on=step.on, content={})

    def _object(self, world: Any, signed: Any) -> Objection:
        refused = factories.make_dossier(factories.make_product(world.dam_thuy), state="not_recognised")
        DecisionItem.objects.create(decision=signed, dossier=refused, outcome="not_recognise")
        return Objection.objects.create(
            dossier=refused,
            decision=signed,
            received_on=date(2023, 12, 20),
            due_on=date(2024, 1, 17),
            words="Đề nghị xem lại điểm",
            paper=storages["private"].save("tra-loi.pdf", ContentFile(b"%PDF-1.7")),
            paper_name="tra-loi.pdf",
        )

    def _fill_in(self, world: Any) -> None:
        """A draft that a criteria set rates, so that it has forms."""
        product = factories.make_product(world.dam_thuy)
        rating = CriteriaSet.objects.create(
            code="BTC-1",
            name="Bộ tiêu chí",
            regulation=factories.make_regulation(),
            group=product.group,
            state="published",
            published_on=date(2023, 3, 1),
        )
        self.with_forms = factories.make_dossier(product, criteria_set=rating)

    def _sit(self, world: Any) -> None:
        """A round, a council in which the council member sits, a session with one dossier."""
        unit = {"area": world.district, "level": "district"}
        ends = date(2023, 12, 30)
        self.round = Round.objects.create(
            **unit, year=2023, number=2, submit_before=date(2023, 10, 30), done_before=ends
        )
        self.council = Council.objects.create(**unit, name="Hội đồng", starts_on=date(2023, 1, 1))
        member = User.objects.get(username="hoidong.1")
        self.seat = CouncilMember.objects.create(
            council=self.council, user=member, seat="member", starts_on=date(2023, 1, 1)
        )
        self.session = Session.objects.create(council=self.council, on=date(2023, 12, 29))
        lying = factories.make_dossier(factories.make_product(world.dam_thuy), state="accepted")
        stored = storages["private"].save("phieu-2.pdf", ContentFile(b"%PDF-1.7"))
        about = {"file": stored, "file_name": "phieu.pdf", "content_type": "application/pdf", "size": 8}
        self.item_paper = Attachment.objects.create(
            dossier=lying, kind="registration_form", title="Phiếu", sha256="0" * 64, **about
        )
        evidence = factories.make_evidence(
            lying.enterprise, file=storages["private"].save("minh-chung-2.pdf", ContentFile(b"%PDF-1.7"))
        )
        self.item_use = EvidenceUse.objects.create(dossier=lying, evidence=evidence)
        self.item = AgendaItem.objects.create(session=self.session, dossier=lying, position=1)
        self.interest = Interest.objects.create(user=member, enterprise=self.enterprise, reason="Người thân")

    def _score(self, world: Any) -> None:
        """A dossier that the council is scoring, the member's sheet, a motion on a knock-out."""
        product = factories.make_product(world.dam_thuy)
        lying = factories.make_dossier(product, state="accepted", criteria_set=self.criteria_set)
        self.open_session = Session.objects.create(council=self.council, on=date(2023, 12, 28), state="open")
        Attendance.objects.create(session=self.open_session, member=self.seat, present=True)
        item = {"session": self.open_session, "dossier": lying, "position": 1, "state": "scoring"}
        self.scored_item = AgendaItem.objects.create(**item)
        opened = ScoringPass.objects.create(item=self.scored_item, number=1)
        self.sheet = ScoreSheet.objects.create(scoring_pass=opened, member=self.seat)
        self.motion = KnockoutMotion.objects.create(
            item=self.scored_item, words="Điều kiện loại", raised_by=self.seat, finding="Phát hiện"
        )

    def _plan(self, world: Any, officer: User) -> None:
        facts = {"area": world.district, "first_year": 2023, "last_year": 2023, "issuing_body": "UBND huyện"}
        self.plan = Plan.objects.create(title="Kế hoạch nháp", slug="nhap", **facts)
        stored = storages["private"].save("ke-hoach.pdf", ContentFile(b"%PDF-1.7"))
        self.public_plan = Plan.objects.create(
            title="Kế hoạch công bố",
            slug="cong-bo",
            published_at=timezone.now(),
            document=stored,
            document_name="ke-hoach.pdf",
            document_type="application/pdf",
            **facts,
        )
        by_hand = Indicator.objects.create(code="support", name="Hỗ trợ", unit="tổ chức")
        self.target = Target.objects.create(
            plan=self.plan, indicator=by_hand, words="Hỗ trợ", comparator="none"
        )
        self.counted_target = Target.objects.create(
            plan=self.plan, indicator=by_hand, words="Tập huấn 10 tổ chức", number=10
        )
        self.activity = Activity.objects.create(plan=self.plan, content="Tuyên truyền")
        self.budget = BudgetLine.objects.create(plan=self.plan, content="Tập huấn", source="local")
        public = Target.objects.create(
            plan=self.public_plan, indicator=by_hand, words="Tập huấn", comparator="none"
        )
        self.monthly = MonthlyReport.objects.create(
            plan=self.public_plan,
            area=world.dam_thuy,
            month=date(2023, 11, 1),
            state="sent",
            sent_on=date(2023, 12, 1),
            sent_by=officer,
        )
        self.figure = ReportedFigure.objects.create(
            target=public,
            area=world.dam_thuy,
            report=self.monthly,
            as_of=date(2023, 11, 30),
            value=3,
            note="Danh sách",
            state="pending",
            document=stored,
            document_name="danh-sach.pdf",
            document_type="application/pdf",
        )

        sides = {f"{side}_{name}": "none" for side in ("old", "new") for name in ("words", "comparator")}
        self.revision = Revision.objects.create(
            target=public,
            kind="correction",
            reason="Nhập nhầm",
            entered_by=officer,
            document=stored,
            document_name="quyet-dinh.pdf",
            document_type="application/pdf",
            **sides,
        )

    def _tell(self, world: Any, officer: User) -> None:
        snapshot = Snapshot.objects.create(
            code="TD-1", digest="0" * 64, content=NO_FIGURES, cut_off_at=timezone.now()
        )
        self.run = Run.objects.create(
            report="tien-do",
            area=world.district,
            period="2023",
            business_day=date(2023, 12, 29),
            requested_by=officer,
            state="done",
            percent=100,
            snapshot=snapshot,
            file="runs/thu.xlsx",
            file_name="thu.xlsx",
            lease_until=timezone.now(),
        )
        RunRequest.objects.create(run=self.run, user=officer)
        self.schedule = Schedule.objects.create(
            report="tien-do",
            area=world.district,
            every="month",
            starts_on=date(2023, 12, 1),
            created_by=officer,
        )
        file = Path(settings.REPORTS_ROOT) / self.run.file
        file.parent.mkdir(parents=True)
        file.write_bytes(b"PK")
        self.article = Article.objects.create(
            title="Tin",
            body="<p>Tin</p>",
            area=world.district,
            news_date=date(2023, 5, 1),
            image=_picture(),
            published_at=timezone.now(),
        )

    def kwargs(self, name: str) -> dict[str, Any]:
        """What the address names, for the record of its kind."""
        app, _, page = name.rpartition(":")
        special = {
            "products:photo_remove": {"pk": self.product.pk, "photo_pk": self.photo.pk},
            "products:photo": {"pk": self.product.pk, "photo_pk": self.photo.pk},
            "ratings:answer_save": {"pk": self.dossier.pk, "code": "1.1"},
            "ratings:self_assessment_group": {"pk": self.dossier.pk, "group": "1"},
            "ratings:dossier_file": {"pk": self.dossier.pk, "paper": self.paper.pk},
            "ratings:dossier_file_remove": {"pk": self.dossier.pk, "paper": self.paper.pk},
            "ratings:dossier_evidence_drop": {"pk": self.dossier.pk, "use": self.use.pk},
            "ratings:dossier_evidence_file": {"pk": self.dossier.pk, "use": self.use.pk},
            "ratings:dossier_section": {"pk": self.with_forms.pk, "key": "phuong-an"},
            "ratings:dossier_section_save": {"pk": self.with_forms.pk, "key": "phuong-an"},
            "plans:figure": {"pk": self.plan.pk, "row": self.target.pk},
            "plans:activity_report": {"pk": self.plan.pk, "row": self.activity.pk},
            "plans:disbursement": {"pk": self.plan.pk, "row": self.budget.pk},
            "plans:breakdown": {"pk": self.plan.pk, "row": self.counted_target.pk},
            "plans:breakdown_edit": {"pk": self.plan.pk, "row": self.counted_target.pk},
            "plans:revise": {"pk": self.plan.pk, "row": self.target.pk},
            "plans:row_move": {"pk": self.plan.pk, "part": "chi-tieu", "row": self.target.pk},
            "plans:row_new": {"pk": self.plan.pk, "part": "nhiem-vu"},
            "plans:target_new": {"pk": self.plan.pk},
            "plans:target_edit": {"pk": self.plan.pk, "row": self.target.pk},
            "plans:target_link": {"pk": self.plan.pk, "row": self.target.pk},
            "plans:target_remove": {"pk": self.plan.pk, "row": self.target.pk},
            "plans:row_edit": {"pk": self.plan.pk, "part": "nhiem-vu", "row": self.activity.pk},
            "plans:row_remove": {"pk": self.plan.pk, "part": "kinh-phi", "row": self.budget.pk},
            "reports:sources": {"code": "TD-1"},
            "reports:report": {"code": "tien-do"},
            "reports:request": {"code": "tien-do"},
            "reports:figure": {"code": "tien-do"},
            "reports:table": {"code": "tien-do"},
            "reports:api_report": {"code": "tien-do"},
            "plans:document": {"pk": self.public_plan.pk},
            "plans:revision_file": {"pk": self.public_plan.pk, "revision": self.revision.pk},
            "plans:board": {"pk": self.public_plan.pk},
            "plans:figures": {"pk": self.public_plan.pk},
            "plans:figure_file": {"pk": self.public_plan.pk, "figure": self.figure.pk},
            "plans:figure_judge": {"pk": self.public_plan.pk, "figure": self.figure.pk},
            "plans:remind": {"pk": self.public_plan.pk, "month": "2023-11"},
            "plans:monthly": {
                "pk": self.public_plan.pk,
                "month": "2023-11",
                "area": self.monthly.area_id,
            },
            "plans:monthly_return": {
                "pk": self.public_plan.pk,
                "month": "2023-11",
                "area": self.monthly.area_id,
            },
            "ratings:decision_scan": {"pk": self.scanned.pk},
            "ratings:criteria_set": {"code": self.criteria_set.code},
            "ratings:criteria_publish": {"code": self.draft_set.code},
            "ratings:criteria_retire": {"code": self.criteria_set.code},
            "ratings:regulation": {"code": "QD148-2023"},
            "public:product": {"slug": self.product.slug},
            "public:photo": {"pk": self.photo.pk},
            "public:certificate": {"code": self.recognition.certificate_code},
            "public:plan": {"slug": "cong-bo"},
            "public:plan_document": {"slug": "cong-bo"},
            "public:article": {"slug": self.article.slug},
            "public:article_picture": {"pk": self.article.pk},
            "desk:notice": {"pk": self.notice.pk},
            "desk:notice_read": {"pk": self.notice.pk},
            "ratings:recognition": {"pk": self.recognition.pk},
            "ratings:recognition_certificate": {"pk": self.recognition.pk},
            "ratings:blank_form": {"form": "01"},
            "ratings:result_correct": {"pk": self.result.dossier_id},
            "ratings:result_paper": {"pk": self.result.dossier_id, "result": self.result.pk},
            "ratings:inspection": {"pk": self.inspection.pk},
            "ratings:inspection_mended": {"pk": self.inspection.pk},
            "ratings:inspection_new": {"pk": self.recognition.pk},
            "ratings:inspection_paper": {"pk": self.inspection.pk},
            "ratings:inspection_record": {"pk": self.inspection.pk},
            "ratings:objection": {"pk": self.objection.pk},
            "ratings:objection_answer": {"pk": self.objection.pk},
            "ratings:objection_new": {"pk": self.objection.dossier_id},
            "ratings:objection_paper": {"pk": self.objection.pk},
            "ratings:recognition_act": {"pk": self.recognition.pk},
            "ratings:decision_act_remove": {"pk": self.decision.pk, "act": self.act.pk},
            "ratings:recognition_event": {"pk": self.recognition.pk},
            "ratings:council_seat_end": {"pk": self.council.pk, "member": self.seat.pk},
            "ratings:session_new": {"pk": self.council.pk},
            "ratings:item_paper": {"pk": self.item.pk, "paper": self.item_paper.pk},
            "ratings:item_evidence": {"pk": self.item.pk, "use": self.item_use.pk},
            "ratings:interests": {},
            "ratings:sheet": {"pk": self.sheet.pk},
            "ratings:sheet_close": {"pk": self.sheet.pk},
            "ratings:sheet_reopen": {"pk": self.sheet.pk},
            "ratings:sheet_save": {"pk": self.sheet.pk, "code": "1"},
            "ratings:live_table": {"pk": self.open_session.pk},
            "ratings:live_table_state": {"pk": self.open_session.pk},
            "ratings:session_paper": {"pk": self.open_session.pk, "paper": "bien-ban", "kind": "pdf"},
            "ratings:council_item": {"pk": self.scored_item.pk},
            "ratings:council_act": {"pk": self.scored_item.pk, "act": "thao-luan"},
            "ratings:sheets_paper": {"pk": self.scored_item.pk, "kind": "pdf"},
            "ratings:knockout_move": {"pk": self.scored_item.pk},
            "ratings:knockout_vote": {"pk": self.scored_item.pk, "motion": self.motion.pk},
            "ratings:knockout_count": {"pk": self.scored_item.pk, "motion": self.motion.pk},
            "ratings:recognition_reevaluate": {"pk": self.recognition.pk},
            "ratings:recognition_upgrade": {"pk": self.recognition.pk},
            "ratings:handover": {"pk": self.handover.pk},
            "reports:template_example": {"code": "tien-do"},
        }
        if name in special:
            return special[name]
        kinds = {
            "enterprises": (
                self.evidence if page.startswith("paper") else self.enterprise,
                {
                    *("detail", "edit", "evidence", "evidence_new", "evidence_upload"),
                    *("paper", "paper_edit", "paper_file", "paper_remove", "paper_replace"),
                },
            ),
            "products": (self.product, {"detail", "edit", "photo_add"}),
            "plans": (self.plan, {"copy", "detail", "edit", "publish", "unpublish"}),
            "reports": (
                {"schedule": self.schedule, "template": self.template}.get(page.partition("_")[0], self.run),
                {
                    *("run", "run_state", "run_fill", "retry", "cancel", "download", "publish"),
                    *("schedule", "schedule_on", "schedule_off", "schedule_delete"),
                    *("template", "template_file", "template_fill", "template_replace", "template_withdraw"),
                },
            ),
            "desk": (self.article, {"article_edit", "article_publish", "article_unpublish"}),
        }
        if app == "ratings" and page not in LISTS:
            record = self._record(page)
            return {} if page.endswith("_new") or page.startswith("value_chain") else {"pk": record.pk}
        record, pages = kinds.get(app, (None, set()))
        return {"pk": record.pk} if record and page in pages else {}

    def _record(self, page: str) -> Any:
        """The record of the ratings app that a page is about, by the first word of its name."""
        records = {
            "decision": self.decision,
            "round": self.round,
            "council": self.council,
            "session": self.session,
            "item": self.item,
            "interest": self.interest,
        }
        return records.get(page.split("_")[0], self.dossier)


def _picture() -> ContentFile:
    drawn = BytesIO()
    Image.new("RGB", (2, 2)).save(drawn, "PNG")
    return ContentFile(drawn.getvalue(), "anh.png")
