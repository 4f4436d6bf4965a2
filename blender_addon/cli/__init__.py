"""The use case without a window. No bpy in here: what needs Blender is asked of the background Blender."""
