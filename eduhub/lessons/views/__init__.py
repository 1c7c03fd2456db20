"""Pages of lessons, one file a group of pages."""
