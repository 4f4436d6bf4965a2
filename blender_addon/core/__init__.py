"""WHAT happens: tasks, options, journal, errors, the Runner. No Blender and no network in here."""
