"""Lists of lessons that somebody keeps: named, in an order, with a note to each lesson, shared by a link if they wish.

A list is its owner's alone; whoever has the link reads it without an account. What a lesson is, ``lessons`` knows; what
a class is to be taught, ``programmes``.
"""
