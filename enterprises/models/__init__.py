"""Who makes the products, and the papers that prove what they say."""

from .evidence import Evidence, EvidenceKind
from .organisations import Enterprise, EnterpriseKind, EnterpriseQuerySet

__all__ = ["Enterprise", "EnterpriseKind", "EnterpriseQuerySet", "Evidence", "EvidenceKind"]
