"""Seen from close by: the finest shape and textures that there are, at the highest price."""

import bpy

chosen = bpy.context.scene.maquette

chosen.local.detail = "fine"
chosen.local.use_face_limit = True
chosen.local.face_limit = 100_000
chosen.local.symmetry = False
chosen.local.texture_size = "4096"

chosen.tripo.texture = True
chosen.tripo.pbr = True
chosen.tripo.texture_quality = "detailed"
chosen.tripo.geometry_quality = "detailed"
chosen.tripo.use_face_limit = False
chosen.tripo.quad = False
chosen.tripo.smart_low_poly = False
chosen.tripo.generate_parts = False

chosen.modelstream.texture = True
chosen.modelstream.pbr = True
chosen.modelstream.texture_quality = "detailed"
chosen.modelstream.geometry_quality = "detailed"
chosen.modelstream.use_face_limit = False
chosen.modelstream.quad = False

chosen.csm.geometry_model = "base"
chosen.csm.texture_model = "pbr"
chosen.csm.topology = "tris"
chosen.csm.resolution = "high_poly"

chosen.modelslab.output_format = "glb"
chosen.modelslab.resolution = 512
chosen.modelslab.ss_sampling_steps = 25
chosen.modelslab.slat_sampling_steps = 25
chosen.modelslab.mesh_simplify = 0.9

chosen.triverse.textured = True
chosen.triverse.polygon_limit = 1_000_000
chosen.triverse.texture_size = 4096
chosen.triverse.turbo = False
