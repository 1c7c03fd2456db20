"""What practitioners say of a lesson version they taught: closed answers, and words that editors read before anybody.

Nobody is named where it is shown, nothing is ranked, there are no stars. Editors answer in public ("you said, we
changed"). What learners answer is kept by ``evaluation``; how a delivery went, by ``visits``.
"""
