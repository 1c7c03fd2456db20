"""Pages of drafts: the lists and a draft itself, its form, its previews, and what is decided about it."""
