import { SUMMARY_FILE } from './environment.js';

/**
 * Everything that was measured, as JSON into the file that was asked for, else a line per metric for whoever runs k6
 * by hand. The samples of `setup` are left out.
 */
export function handleSummary({ metrics, setup_data: samples }) {
  // k6's own duration of a run counts its setup too, which sends nothing.
  const loadMs = samples ? Date.now() - samples.readyMs : 0;
  const targets = samples ? samples.targets : [];
  if (SUMMARY_FILE) return { [SUMMARY_FILE]: JSON.stringify({ metrics, loadMs, targets }) };
  return { stdout: `\n${Object.entries(metrics).map(lineOf).join('\n')}\n` };
}

const lineOf = ([name, { values, thresholds = {} }]) =>
  [
    name.padEnd(45),
    ...Object.entries(values).map(([key, value]) => `${key}=${Number(value.toPrecision(4))}`),
    ...Object.entries(thresholds).map(([threshold, { ok }]) => `${ok ? '✓' : '✗'} ${threshold}`),
  ].join('  ');
