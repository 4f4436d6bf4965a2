"""GLBs that gltfpack and gltf-transform compressed, streams of the reference encoder, and what they were before.

plain.py     the models before compression, made by hand
make.py      how the files here were made: with node and the npm packages that it names
*.glb        MODEL-OPTIONS.glb; draco-ring.glb is what gltf-transform makes with Draco
streams.json streams of every kind, each with what the reference decoder made of it
"""

from pathlib import Path

HERE = Path(__file__).parent
