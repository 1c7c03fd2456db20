"""Pages of one's own account (``accounts``) and of other people's roles (``people``)."""
