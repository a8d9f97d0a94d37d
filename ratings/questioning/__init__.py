"""What a dossier leaves to be asked: cross-checks of its claims and papers, as questions and not as verdicts.

A check compares two things the portal knows and asks which is right, or what the officer should look at. It
keeps silent where it is not sure. ``papers`` looks at the evidence, ``claims`` at the answers, ``records`` at
what is known of product and organisation elsewhere; ``settling`` keeps what officers found.
"""

from .asking import Question, questions_of
from .settling import Asked, looked_into, open_questions, settle

__all__ = ["Asked", "Question", "looked_into", "open_questions", "questions_of", "settle"]
