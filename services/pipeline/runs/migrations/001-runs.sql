CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  job TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed')),
  parameters TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  -- Business time.
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  -- Wall time.
  duration_ms INTEGER,
  result TEXT,
  error TEXT
) STRICT;

CREATE INDEX runs_by_job ON runs (job, started_ms);

-- Whatever the service does, a job runs once at a time.
CREATE UNIQUE INDEX one_run_per_job ON runs (job) WHERE status = 'running';
