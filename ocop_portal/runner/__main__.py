"""`python -m ocop_portal.runner`."""

import sys

from .cli import main

sys.exit(main(sys.argv[1:]))
