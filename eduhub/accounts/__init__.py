"""People who sign in, the roles they hold at organisations, and their sign-in sessions.

Learners and parents or carers have no account and are never here. What a role allows is said by each
package's ``permissions.py``, not here.
"""
