"""Strict stand-ins for the hosted providers: real HTTP on loopback, written from the providers' documents.

A simulator knows nothing of the package under test; whatever its provider's document forbids, it refuses.
"""
