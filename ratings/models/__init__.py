"""How a product is judged, as rows: regulation, criteria, dossier, result, decision, recognition."""

from .after import DecisionAct, Inspection, InspectionLine, Objection
from .assessments import Answer, CommuneAssessment, EvidenceUse, SectionContent, Submission
from .checking import DeadlineExtension, Handover, SampleReceipt, SettledQuestion
from .councils import (
    AgendaItem,
    Attendance,
    Council,
    CouncilMember,
    Declaration,
    Interest,
    Round,
    Session,
)
from .criteria import CriteriaSet, Criterion, CriterionOption
from .decisions import Decision, DecisionItem
from .dossiers import Attachment, Dossier, DossierStep, Result, ReturnPoint
from .recognitions import Change, Recognition, RecognitionEvent, RecognitionHolder, RevocationGround
from .regulations import Authority, Band, Regulation, RegulationPart
from .sheets import AgreedChoice, KnockoutMotion, KnockoutVote, ScoreSheet, ScoringPass, SheetChoice
from .value_chains import FundingSource, ValueChainRecord

__all__ = [
    "AgendaItem",
    "AgreedChoice",
    "Answer",
    "Attachment",
    "Attendance",
    "Authority",
    "Band",
    "Change",
    "CommuneAssessment",
    "Council",
    "CouncilMember",
    "CriteriaSet",
    "Criterion",
    "CriterionOption",
    "DeadlineExtension",
    "Decision",
    "DecisionAct",
    "DecisionItem",
    "Declaration",
    "Dossier",
    "DossierStep",
    "EvidenceUse",
    "FundingSource",
    "Handover",
    "Inspection",
    "InspectionLine",
    "Interest",
    "KnockoutMotion",
    "KnockoutVote",
    "Objection",
    "Recognition",
    "RecognitionEvent",
    "RecognitionHolder",
    "Regulation",
    "RegulationPart",
    "Result",
    "ReturnPoint",
    "RevocationGround",
    "Round",
    "SampleReceipt",
    "ScoreSheet",
    "ScoringPass",
    "SectionContent",
    "Session",
    "SettledQuestion",
    "SheetChoice",
    "Submission",
    "ValueChainRecord",
]
