-- A journal of version 1: what Maquette 0.1.0 of 2026-11-21 wrote, three tasks.
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE task (
    id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    stage TEXT NOT NULL,
    owner TEXT,                         -- the process that runs it, see owner.py
    cancel INTEGER NOT NULL DEFAULT 0,  -- another process asks the owner to cancel
    body TEXT NOT NULL                  -- the whole task as JSON
) STRICT
;
INSERT INTO "task" VALUES('0c9d1f6a2b3e',1763730000.25,'running',NULL,0,'{"provider": "tripo", "image": "castle.png", "views": {"front": "front.png", "left": "left.png"}, "options": {"model_version": "v3.1", "texture": true, "face_limit": null}, "id": "0c9d1f6a2b3e", "key": "5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c", "again": false, "stage": "running", "percent": 40, "provider_task": "t-0001", "created": 1763730000.25, "sent": 1763730004.5, "ended": null, "estimate": "30", "credits": null, "timeout_s": 900.0, "model_file": null, "blend": null, "error": null, "outputs": [], "preview": null, "made_for": "/home/ada/castle.blend", "statistics": {}, "warnings": []}');
INSERT INTO "task" VALUES('1d2e3f4a5b6c',1763720000.0,'landed',NULL,0,'{"provider": "local", "image": "caf\udce9.png", "views": {"front": "front.png"}, "options": {"method": "auto", "depth": 1.5}, "id": "1d2e3f4a5b6c", "key": "6a1d6a1d6a1d6a1d6a1d6a1d6a1d6a1d", "again": false, "stage": "landed", "percent": 100, "provider_task": "1d2e3f4a5b6c", "created": 1763720000.0, "sent": null, "ended": 1763720100.0, "estimate": null, "credits": "0", "timeout_s": null, "model_file": "model.glb", "blend": "model.blend", "error": null, "outputs": ["/home/ada/caf\udce9.glb"], "preview": null, "made_for": "", "statistics": {"objects": 1, "triangles": 12, "materials": 1, "images": 3}, "warnings": ["A texture was left out."]}');
INSERT INTO "task" VALUES('2e3f4a5b6c7d',1763740000.0,'unconfirmed',NULL,0,'{"provider": "modelslab", "image": "https://example.org/cat.png", "views": {"front": "https://example.org/cat.png"}, "options": {}, "id": "2e3f4a5b6c7d", "key": "7b2e7b2e7b2e7b2e7b2e7b2e7b2e7b2e", "again": true, "stage": "unconfirmed", "percent": null, "provider_task": null, "created": 1763740000.0, "sent": 1763740001.0, "ended": 1763740060.0, "estimate": null, "credits": null, "timeout_s": null, "model_file": null, "blend": null, "error": {"kind": "network", "message": "It may have been charged.", "details": ""}, "outputs": [], "preview": null, "made_for": "", "statistics": {}, "warnings": []}');
COMMIT;
