import { SUMMARY_FILE } from './environment.js';

/**
 * Everything that was measured, as JSON, into the file that was asked for. The samples of `setup` are left out.
 * Without a file this is not exported, and k6 prints its own summary.
 */
export const handleSummary = SUMMARY_FILE
  ? ({ metrics, state }) => ({ [SUMMARY_FILE]: JSON.stringify({ metrics, state }) })
  : undefined;
