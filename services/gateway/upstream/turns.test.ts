import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const [one, other] = [{}, {}];

test('by request, every request takes the next turn', () => {
  const turns = new Turns(() => 'request');
  expect([one, one, other, undefined].map((connection) => turns.of(connection))).toEqual([0, 1, 2, 3]);
});

test('by connection, a connection keeps the turn of its first request', () => {
  const turns = new Turns(() => 'connection');
  expect([one, one, other, one, other, undefined].map((connection) => turns.of(connection))).toEqual([
    0, 0, 1, 0, 1, 2,
  ]);
});

test('what takes turns can be changed while connections are open', () => {
  let by: 'request' | 'connection' = 'connection';
  const turns = new Turns(() => by);
  turns.of(one);
  by = 'request';
  expect([turns.of(one), turns.of(one)]).toEqual([1, 2]);
});
