-- What the business asks of an outcome: where it came from and what was at stake. Both columns may be unknown.
ALTER TABLE predictions ADD COLUMN channel TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE predictions ADD COLUMN amount_eur REAL;

-- What was counted in one business hour of one model version, region and channel: numbers, never rows. Their meaning
-- is the layout of the version's profile; a cell of another length is of no use and is left alone until it expires.
CREATE TABLE cells (
  bucket_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  version TEXT NOT NULL,
  region TEXT NOT NULL,
  channel TEXT NOT NULL,
  counts BLOB NOT NULL,
  PRIMARY KEY (bucket_ms, model, version, region, channel)
) STRICT, WITHOUT ROWID;

-- Predictions a business hour, whichever version made them: kept longer, to compare a day with earlier days.
CREATE TABLE volumes (
  bucket_ms INTEGER NOT NULL,
  model TEXT NOT NULL,
  region TEXT NOT NULL,
  channel TEXT NOT NULL,
  predictions INTEGER NOT NULL,
  PRIMARY KEY (bucket_ms, model, region, channel)
) STRICT, WITHOUT ROWID;

-- What a model version is measured against, as the registry and the feature service told it.
CREATE TABLE profiles (
  model TEXT NOT NULL,
  version TEXT NOT NULL,
  manifest TEXT NOT NULL,
  view TEXT NOT NULL,
  PRIMARY KEY (model, version)
) STRICT, WITHOUT ROWID;
