"""Benchmarks: server CPU per request of the main jobs beside a bare Flask route, in one run on one server.

Machines differ and are noisy, so what counts is the ratio of two rows measured minutes apart on the same
machine. CPU time of the whole server process tree is read from the kernel; waiting does not count.
"""
