"""What a lesson is checked for: a module for each group of findings, in each a list of short checks."""
