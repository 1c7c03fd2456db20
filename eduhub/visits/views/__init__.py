"""Pages of visits (``visits``), of officers' time (``diary``) and of deliveries (``deliveries``)."""
