"""Kills the command line, or cuts its network, at a chosen moment, lets it go on, and looks what became of the task."""
