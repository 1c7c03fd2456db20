"""The WSGI entry of a checkout; an installed server uses ``eduhub.app:create_app()``."""

from eduhub.app import create_app

app = create_app()
