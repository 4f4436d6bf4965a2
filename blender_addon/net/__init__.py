"""The wire: what carries requests to providers, and the pipe to the background Blender. No bpy in here."""
