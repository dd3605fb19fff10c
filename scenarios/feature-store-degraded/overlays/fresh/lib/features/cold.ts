/**
 * The cold tier's tables and what is said to them. Rows are the online store's own, under the same keys and with the
 * same text.
 *
 *   feature_rows        what the online store held when the row was last written
 *   feature_watermarks  business time up to which every event of a partition is in the rows
 *   feature_copies      whether the rows are all there: `wanted` names the writer that needs a whole copy because it
 *                       cannot know what it missed, `copied` the one that got it
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS feature_rows (
    key text PRIMARY KEY,
    row text NOT NULL,
    written_at timestamptz NOT NULL
  );
  CREATE TABLE IF NOT EXISTS feature_watermarks (
    view text NOT NULL,
    partition integer NOT NULL,
    watermark timestamptz NOT NULL,
    PRIMARY KEY (view, partition)
  );
  CREATE TABLE IF NOT EXISTS feature_copies (
    view text PRIMARY KEY,
    wanted text NOT NULL,
    copied text,
    fill text,
    materialized text
  );`;

/** Makes what is missing. Two who do it at once would trip over each other; the lock goes with the transaction. */
export const MAKE_TABLES = `SELECT pg_advisory_xact_lock(7432); ${SCHEMA}`;

/**
 * Rows of `$1` (keys) with a payment in the last five minutes, and one more of the view `$2`: key '' with the epoch ms
 * up to which all partitions are applied, null when nobody knows. Without that one the rows are not all there.
 */
export const READ_ROWS = `
  WITH payments AS (
    SELECT key, (event->>0)::bigint AS at FROM feature_rows, json_array_elements(row::json->'events') event
  ), latest AS (
    SELECT DISTINCT key FROM payments WHERE at > (SELECT max(at) - 300000 FROM payments)
  )
  SELECT key, row FROM feature_rows WHERE key = ANY($1::text[]) AND key IN (SELECT key FROM latest)
  UNION ALL
  SELECT '', (SELECT floor(extract(epoch FROM min(watermark)) * 1000)::bigint::text
              FROM feature_watermarks WHERE view = $2::text)
  WHERE EXISTS (SELECT FROM feature_copies WHERE view = $2::text AND copied IS NOT NULL)`;

/** Writes rows `$1` (keys), `$2` (texts). In the order of their keys, so that two writers never wait in a circle. */
export const WRITE_ROWS = `
  INSERT INTO feature_rows (key, row, written_at)
  SELECT key, row, clock_timestamp() FROM unnest($1::text[], $2::text[]) AS given (key, row) ORDER BY key
  ON CONFLICT (key) DO UPDATE SET row = excluded.row, written_at = excluded.written_at`;

/** The same, leaving alone what somebody has written since `$3`: that is newer than what was read after `$3`. */
export const COPY_ROWS = `${WRITE_ROWS} WHERE feature_rows.written_at < $3::timestamptz`;

/** Watermarks `$3` of the partitions `$2` of the view `$1`, if the writer `$4` has had its copy. */
export const WRITE_WATERMARKS = `
  INSERT INTO feature_watermarks (view, partition, watermark)
  SELECT $1::text, partition, watermark
  FROM unnest($2::integer[], $3::timestamptz[]) AS given (partition, watermark)
  WHERE EXISTS (SELECT FROM feature_copies WHERE view = $1::text AND copied = $4::text)
  ON CONFLICT (view, partition) DO UPDATE SET watermark = excluded.watermark`;

/** The writer `$2` of the view `$1` needs a whole copy. */
export const WANT_COPY = `
  INSERT INTO feature_copies (view, wanted) VALUES ($1, $2)
  ON CONFLICT (view) DO UPDATE SET wanted = excluded.wanted`;

/** The view `$1` was copied for the writer `$2`, from the filling `$3`, with the nightly rows of `$4`. */
export const COPIED = `
  INSERT INTO feature_copies (view, wanted, copied, fill, materialized) VALUES ($1, $2, $2, $3, $4)
  ON CONFLICT (view) DO UPDATE
  SET copied = excluded.copied, fill = excluded.fill, materialized = excluded.materialized`;

/** `features:fraud@1:card:c-1` to `fraud@1`. */
export const viewIdOf = (key: string): string => key.split(':', 2)[1] ?? '';
