"""The program that runs in the background Blender: it reads, lands, rebuilds and pictures models, asked over a pipe."""
