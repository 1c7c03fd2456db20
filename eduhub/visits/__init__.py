"""Visits of officers to classes, and the record of what was delivered, with a visit or without.

A teacher asks, an officer of the division offers a time, the teacher confirms. An officer or a class is never
booked twice: the database refuses it. Evaluation hangs on the delivery and lives in ``evaluation``.
"""
