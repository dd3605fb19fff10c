CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  reason TEXT,
  -- 0 until the event log has it too.
  published INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX audit_by_object ON audit (object, id);
CREATE INDEX audit_unpublished ON audit (id) WHERE published = 0;

CREATE TRIGGER audit_keeps_its_records BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit records are never deleted');
END;

CREATE TRIGGER audit_records_never_change
BEFORE UPDATE OF at_ms, actor, action, object, before, after, reason ON audit BEGIN
  SELECT RAISE(ABORT, 'audit records never change');
END;
