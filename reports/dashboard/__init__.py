"""What a leader reads in a minute: one module a panel, each figure with the address of the rows it counts.

``scope`` reads what is asked (unit, period, map), ``addresses`` says where figures lead, ``gathering`` puts
the panels together. A panel is a function of the scope; its rows don't change how many statements it costs.
"""

from .gathering import Dashboard, gather
from .scope import Scope, read

__all__ = ["Dashboard", "Scope", "gather", "read"]
