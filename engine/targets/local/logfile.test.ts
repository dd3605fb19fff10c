import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { follow, lastLines, rotate } from './logfile.ts';

describe('a log file', () => {
  let file: string;
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'log-')), 'x.log');
  });

  test('gives its last lines, however long it is', async () => {
    writeFileSync(file, Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(''));
    expect(await lastLines(file, 2)).toEqual(['line 19998', 'line 19999']);
    expect(await lastLines(file, 50_000)).toHaveLength(20_000);
    expect(await lastLines(`${file}.missing`, 5)).toEqual([]);
  });

  test('moves aside when it is full, keeps being written to, and loses no line on reading', async () => {
    writeFileSync(file, 'old\n');
    expect(await rotate(file, 1_000)).toBe(false);
    expect(await rotate(file, 4)).toBe(true);
    appendFileSync(file, 'new\n');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('old\n');
    expect(await lastLines(file, 10)).toEqual(['old', 'new']);
  });

  test('is followed line by line, across a rotation, until told to stop', async () => {
    writeFileSync(file, 'before\n');
    const stop = new AbortController();
    const lines = follow(file, stop.signal, 5);
    const first = lines.next();
    appendFileSync(file, 'half');
    appendFileSync(file, ' line\n');
    // A rotation leaves a shorter file.
    expect((await first).value).toBe('half line');
    const second = lines.next();
    writeFileSync(file, '');
    appendFileSync(file, 'after\n');
    expect((await second).value).toBe('after');
    const end = lines.next();
    stop.abort();
    expect((await end).done).toBe(true);
  });
});
