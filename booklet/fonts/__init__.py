"""Fonts that the booklet can bring, by script; the same bytes on every machine.

Source Code comes with the house. All others are added by `./inv fonts add`, from packages with
hashes, and are taken before any font of the machine.
"""
