"""What every room of the house stands on: database, settings, access, clock, files, jobs, audit.

It knows no domain: no school, lesson or visit is named here.
"""
