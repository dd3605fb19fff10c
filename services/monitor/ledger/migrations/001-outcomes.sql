-- What each model version said about a transaction, and what became of it once the label is there.
CREATE TABLE predictions (
  transaction_id TEXT NOT NULL,
  model TEXT NOT NULL,
  version TEXT NOT NULL,
  region TEXT NOT NULL,
  decision TEXT NOT NULL,
  score REAL NOT NULL,
  made_ms INTEGER NOT NULL,
  is_fraud INTEGER,
  matured_ms INTEGER,
  PRIMARY KEY (transaction_id, model, version)
) STRICT, WITHOUT ROWID;
-- Both cover what a report reads, in the order it reads it: no look at the table, no sort.
CREATE INDEX predictions_by_maturing ON predictions
  (model, version, matured_ms, transaction_id, region, decision, score, is_fraud);
CREATE INDEX predictions_by_making ON predictions (made_ms, model, version, decision, matured_ms);

-- Every label of the last days, also those whose prediction has not arrived.
CREATE TABLE labels (
  transaction_id TEXT PRIMARY KEY,
  is_fraud INTEGER NOT NULL,
  transaction_ms INTEGER NOT NULL,
  matured_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX labels_by_maturing ON labels (matured_ms);
