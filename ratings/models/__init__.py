"""How a product is judged, as rows: regulation, criteria, dossier, result, decision, recognition."""

from .assessments import Answer, CommuneAssessment, EvidenceUse, SectionContent, Submission
from .checking import DeadlineExtension, Handover, SampleReceipt, SettledQuestion
from .criteria import CriteriaSet, Criterion, CriterionOption
from .decisions import Decision, DecisionItem
from .dossiers import Attachment, Dossier, DossierStep, Result, ReturnPoint
from .recognitions import Recognition, RecognitionEvent, RecognitionHolder
from .regulations import Authority, Band, Regulation, RegulationPart
from .value_chains import FundingSource, ValueChainRecord

__all__ = [
    "Answer",
    "Attachment",
    "Authority",
    "Band",
    "CommuneAssessment",
    "CriteriaSet",
    "Criterion",
    "CriterionOption",
    "DeadlineExtension",
    "Decision",
    "DecisionItem",
    "Dossier",
    "DossierStep",
    "EvidenceUse",
    "FundingSource",
    "Handover",
    "Recognition",
    "RecognitionEvent",
    "RecognitionHolder",
    "Regulation",
    "RegulationPart",
    "Result",
    "ReturnPoint",
    "SampleReceipt",
    "SectionContent",
    "SettledQuestion",
    "Submission",
    "ValueChainRecord",
]
