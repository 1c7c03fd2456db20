"""Writing lessons in the browser: drafts, their checks and previews, review by a second person, publishing, withdrawing.

A draft is the whole text of a future ``lesson.md``; publishing writes that file, and everything else follows from the
files as before. What a lesson is and which findings stop it, ``lessons`` knows.
"""
