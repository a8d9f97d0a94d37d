"""How a product is judged, as rows: regulation → dossier → result → decision → recognition → events."""

from .decisions import Decision, DecisionItem
from .dossiers import Attachment, Dossier, DossierStep, Result, ReturnPoint
from .recognitions import Recognition, RecognitionEvent, RecognitionHolder
from .regulations import Authority, Band, Regulation, RegulationPart
from .value_chains import FundingSource, ValueChainRecord

__all__ = [
    "Attachment",
    "Authority",
    "Band",
    "Decision",
    "DecisionItem",
    "Dossier",
    "DossierStep",
    "FundingSource",
    "Recognition",
    "RecognitionEvent",
    "RecognitionHolder",
    "Regulation",
    "RegulationPart",
    "Result",
    "ReturnPoint",
    "ValueChainRecord",
]
