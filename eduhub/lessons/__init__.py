"""Lesson plans: read from ``content/lessons``, checked, rendered once at build, versioned, searched, packed.

A lesson's words live in files, never in the database alone: the index built here is what pages read. A version's
source never changes; what was booked or evaluated points at one. Drafts stay in the files. Who delivered a lesson
is known to ``visits``.
"""
