-- What each region says it serves. No foreign key: a region may go on serving what the registry has forgotten.
CREATE TABLE deployments (
  model TEXT NOT NULL,
  region TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  confirmed_ms INTEGER NOT NULL,
  confirmed_by TEXT NOT NULL,
  PRIMARY KEY (model, region)
) STRICT, WITHOUT ROWID;
