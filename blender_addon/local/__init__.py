"""Local's geometry: pictures of one object in, a textured closed mesh out. numpy only, no Blender."""
