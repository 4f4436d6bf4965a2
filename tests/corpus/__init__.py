"""A seeded generator of damaged and hostile model files, and the trial that they are put through.

sound.py       the good files that damage begins with, made by hand
spoil_*.py     what is done to them, by format
cases.py       a number and a format → one damaged file, always the same
trial.py       many of them through a real worker, and what it made into the scene of a Blender that has to survive
"""
