"""From a model file to a tidy .blend, and from there into the scene: read, tidy, materials, provenance, append."""
