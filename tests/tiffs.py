"""TIFF files that consist of their directory: all that says how large the picture is."""

import struct


def tiff(width, height, order="<", large=False, before=0, kinds=(4, 4), more=()):
    """Make a TIFF of nothing but its directory, behind so many bytes."""
    mark, form = (b"II", "<") if order == "<" else (b"MM", ">")
    letters = {3: "H", 4: "I", 16: "Q"}
    entries = [(256, kinds[0], width), (257, kinds[1], height), *more]
    head = struct.pack(form + "HHHQ", 43, 8, 0, 16 + before) if large else struct.pack(form + "HI", 42, 8 + before)
    layout = form + ("HHQ8s" if large else "HHI4s")
    rows = [struct.pack(layout, tag, kind, 1, struct.pack(form + letters[kind], value)) for tag, kind, value in entries]
    return mark + head + bytes(before) + struct.pack(form + ("Q" if large else "H"), len(entries)) + b"".join(rows)
