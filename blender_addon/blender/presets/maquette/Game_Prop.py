"""A prop for games: few triangles, PBR materials."""

import bpy

chosen = bpy.context.scene.maquette

chosen.local.detail = "normal"
chosen.local.use_face_limit = True
chosen.local.face_limit = 5000
chosen.local.symmetry = False
chosen.local.texture_size = "1024"

chosen.tripo.texture = True
chosen.tripo.pbr = True
chosen.tripo.texture_quality = "standard"
chosen.tripo.geometry_quality = "standard"
chosen.tripo.use_face_limit = True
chosen.tripo.face_limit = 10_000
chosen.tripo.quad = False
chosen.tripo.smart_low_poly = False
chosen.tripo.generate_parts = False

chosen.modelstream.texture = True
chosen.modelstream.pbr = True
chosen.modelstream.texture_quality = "standard"
chosen.modelstream.geometry_quality = "standard"
chosen.modelstream.use_face_limit = True
chosen.modelstream.face_limit = 10_000
chosen.modelstream.quad = False

chosen.csm.geometry_model = "base"
chosen.csm.texture_model = "pbr"
chosen.csm.topology = "tris"
chosen.csm.resolution = "low_poly"

chosen.modelslab.output_format = "glb"
chosen.modelslab.resolution = 256
chosen.modelslab.ss_sampling_steps = 12
chosen.modelslab.slat_sampling_steps = 12
chosen.modelslab.mesh_simplify = 0.96

chosen.triverse.textured = True
chosen.triverse.polygon_limit = 10_000
chosen.triverse.texture_size = 2048
chosen.triverse.turbo = False
