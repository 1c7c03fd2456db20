"""Schools, councils, police divisions and partners: who exists, and which lies in which.

A school is keyed by its SEED code, a council by its GSS code, a division by its letter. The register of
schools comes by CSV import; councils and divisions ship with the product. People are not here: see
``accounts``.
"""
