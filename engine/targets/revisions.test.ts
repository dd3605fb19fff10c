import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Revisions } from './revisions.ts';

describe('Revisions', () => {
  let file: string;
  let revisions: Revisions;
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'revisions-')), 'revisions.json');
    revisions = new Revisions(file, () => '2025-03-03T00:00:00.000Z');
  });

  test('a change lies over what was there, and null removes an entry', () => {
    revisions.add('gateway', { actor: 'ann', environment: { A: '1', B: '2' }, settings: { 'x.y': 3 } });
    const { revision, environment, settings } = revisions.add('gateway', {
      actor: 'ann',
      environment: { A: null, C: '4' },
    });
    expect({ revision, environment, settings }).toEqual({
      revision: 3,
      environment: { B: '2', C: '4' },
      settings: { 'x.y': 3 },
    });
  });

  test('undo makes a new revision of the one before, twice undone is where one was', () => {
    revisions.add('gateway', { actor: 'ann', settings: { n: 1 } });
    expect(revisions.undo('gateway', { actor: 'bob' })).toMatchObject({ revision: 3, settings: {} });
    expect(revisions.undo('gateway', { actor: 'bob' })).toMatchObject({ revision: 4, settings: { n: 1 } });
  });

  test('undo without a past, or to a revision that never was, says so', () => {
    expect(() => revisions.undo('gateway', { actor: 'bob' })).toThrow('only one revision');
    expect(() => revisions.undo('gateway', { actor: 'bob', revision: 9 })).toThrow(
      'no revision 9; it has: 1',
    );
  });

  test('code stays until another is released, comes back with undo, and is known to be in use', () => {
    revisions.add('gateway', { actor: 'ann' }, 'aaa');
    expect(revisions.add('gateway', { actor: 'ann', settings: { n: 1 } }).code).toBe('aaa');
    expect(revisions.undo('gateway', { actor: 'bob', revision: 1 }).code).toBe('built in');
    expect(revisions.undo('gateway', { actor: 'bob' }).code).toBe('aaa');
    expect(revisions.codes()).toEqual(new Set(['built in', 'aaa']));
    expect(revisions.before('gateway', 3)?.revision).toBe(2);
    expect(revisions.before('gateway', 1)).toBeUndefined();
  });

  test('the next process reads what this one released', () => {
    revisions.add('gateway', { actor: 'ann', settings: { n: 1 } });
    revisions.setReplicas('gateway', 2);
    const reopened = new Revisions(file, () => 'later');
    expect(reopened.history('gateway')).toEqual(revisions.history('gateway'));
    expect(reopened.replicas('gateway')).toBe(2);
  });
});
