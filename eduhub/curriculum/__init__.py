"""Curriculum for Excellence: levels, stages, and the codes of experiences and outcomes with their statements.

The product ships summaries of the codes it needs in its own words; official statements and Benchmarks come by
import and are shown to editors with their source and proof status. What teaches a code is known to ``lessons``.
"""
