"""The door through which gunicorn serves the portal."""

import os

from django.core.wsgi import get_wsgi_application

from .serving import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")

application = get_wsgi_application()
settle()
