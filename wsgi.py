"""The WSGI entry of a checkout; an installed server uses ``eduhub.serve:application()``. Both refuse unsafe settings."""

from eduhub.serve import application

app = application()
