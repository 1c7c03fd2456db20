"""The e-mail outbox: a message is written in the action that causes it and sent by a job afterwards.

It knows no other domain's words: templates live in ``templates/emails/<package>/``.
"""
