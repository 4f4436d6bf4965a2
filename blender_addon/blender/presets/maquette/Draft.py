"""To see whether an image works: as fast and as cheap as it gets."""

import bpy

chosen = bpy.context.scene.maquette

chosen.local.detail = "draft"
chosen.local.use_face_limit = True
chosen.local.face_limit = 5000
chosen.local.symmetry = False
chosen.local.texture_size = "512"

chosen.tripo.texture = False
chosen.tripo.pbr = False
chosen.tripo.texture_quality = "standard"
chosen.tripo.geometry_quality = "standard"
chosen.tripo.use_face_limit = False
chosen.tripo.quad = False
chosen.tripo.smart_low_poly = False
chosen.tripo.generate_parts = False

chosen.modelstream.texture = False
chosen.modelstream.pbr = False
chosen.modelstream.texture_quality = "standard"
chosen.modelstream.geometry_quality = "standard"
chosen.modelstream.use_face_limit = False
chosen.modelstream.quad = False

chosen.csm.geometry_model = "turbo"
chosen.csm.texture_model = "none"
chosen.csm.topology = "tris"
chosen.csm.resolution = "low_poly"

chosen.modelslab.output_format = "glb"
chosen.modelslab.resolution = 128
chosen.modelslab.ss_sampling_steps = 8
chosen.modelslab.slat_sampling_steps = 8
chosen.modelslab.mesh_simplify = 0.98

chosen.triverse.textured = False
chosen.triverse.polygon_limit = 20_000
chosen.triverse.texture_size = 1024
chosen.triverse.turbo = True
