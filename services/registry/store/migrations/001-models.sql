CREATE TABLE models (
  name TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  -- Numbers are never given twice, not even after a deletion: logs and predictions keep naming them.
  next_version INTEGER NOT NULL DEFAULT 1,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE model_tags (
  model TEXT NOT NULL REFERENCES models ON DELETE CASCADE ON UPDATE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
  model TEXT NOT NULL REFERENCES models ON DELETE CASCADE ON UPDATE CASCADE,
  version INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  description TEXT NOT NULL,
  stage TEXT NOT NULL,
  source TEXT NOT NULL,
  run_id TEXT NOT NULL,
  run_link TEXT NOT NULL,
  -- JSON; null for a version that came through MLflow's API and has no artifact here.
  manifest TEXT,
  PRIMARY KEY (model, version)
) STRICT;

CREATE TRIGGER manifests_never_change BEFORE UPDATE OF manifest ON versions BEGIN
  SELECT RAISE(ABORT, 'a manifest never changes; register a new version');
END;

CREATE TABLE version_tags (
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, version, key),
  FOREIGN KEY (model, version) REFERENCES versions ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
  model TEXT NOT NULL,
  alias TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (model, alias),
  FOREIGN KEY (model, version) REFERENCES versions ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
