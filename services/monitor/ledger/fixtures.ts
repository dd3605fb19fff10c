import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUR_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { Ledger } from './ledger.ts';
import type { Label, Prediction } from './records.ts';

/** A ledger on disk for one test. */
export function temporaryLedger(): { ledger: Ledger; path: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  const path = join(dir, 'monitor.db');
  const ledger = new Ledger(path);
  return {
    ledger,
    path,
    remove() {
      ledger.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Business time `hours` after the bank's first midnight, epoch ms. */
export const at = (hours: number): number => OPENING_DAY_MS + hours * HOUR_MS;

export const prediction = (transactionId: string, change: Partial<Prediction> = {}): Prediction => ({
  transactionId,
  model: 'fraud',
  version: '1',
  region: 'eu',
  decision: 'approve',
  score: 0.01,
  madeMs: at(0),
  channel: 'terminal',
  source: 'online',
  degraded: false,
  values: [],
  amountEur: null,
  ...change,
});

export const label = (transactionId: string, change: Partial<Label> = {}): Label => ({
  transactionId,
  isFraud: false,
  transactionMs: at(0),
  maturedMs: at(6),
  ...change,
});

/** A range of whole numbers from 0. */
export const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
