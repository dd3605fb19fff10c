import { readFile } from 'node:fs/promises';
import { describe, expect, inject, it } from 'vitest';
import { chooseRunner } from '../../cli/load/runners.ts';
import type { LoadReport } from '../../cli/render/load.ts';
import { DrillPlatform } from '../support/drill.ts';

const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });
const k6 = chooseRunner().name === 'k6';

describe('./drill load, against the whole bank', () => {
  it.skipIf(!k6)(
    `smoke with real k6${k6 ? '' : ' (skipped: no k6 on the PATH and none in $K6)'}`,
    async () => {
      const { code, stdout, stderr } = await platform.drill('load', 'smoke', '--rate', '30', '--json');
      expect(code, `${stderr}${stdout}`).toBe(0);
      const report = JSON.parse(stdout) as LoadReport;
      expect(report).toMatchObject({ runner: 'k6', crossed: 0, interrupted: false });
      expect(report.requests).toBeGreaterThan(100);
      expect(report.file.startsWith(platform.home)).toBe(true);
      expect(JSON.parse(await readFile(report.file, 'utf8'))).toEqual(report);
    },
    90_000,
  );

  it('smoke without k6, and the table of a person', async () => {
    const { code, stdout, stderr } = await platform.drill(
      'load',
      'smoke',
      '--rate',
      '40',
      '--duration',
      '3s',
      '--built-in',
    );
    expect(code, `${stderr}${stdout}`).toBe(0);
    expect(stdout).toMatch(/^smoke against .* \(built-in v24\.\S+\)$/m);
    expect(stdout).toMatch(/^ +latency +p50 [\d.]+ ms .* p99 [\d.]+ ms/m);
    expect(stdout).toMatch(/^all \d+ thresholds hold$/m);
  }, 90_000);
});
