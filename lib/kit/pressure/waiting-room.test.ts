import { expect, test } from 'vitest';
import { type Waiter, WaitingRoom } from './waiting-room.ts';

interface Named extends Waiter {
  name: string;
}

/** `h1` has high priority, `n2` normal, `l3` low. */
const CLASSES = { h: 'high', n: 'normal', l: 'low' } as const;
const waiter = (name: string, sinceMs = 0, untilMs = 1_000): Named => ({
  name,
  priority: CLASSES[name[0] as keyof typeof CLASSES],
  sinceMs,
  untilMs,
});
function fill(...names: string[]): WaitingRoom<Named> {
  const room = new WaitingRoom<Named>();
  for (const name of names) room.add(waiter(name));
  return room;
}
const leave = (room: WaitingRoom<Named>) => Array.from({ length: room.size }, () => room.next()?.name);

test('the highest come first, and among them who came first', () => {
  expect(leave(fill('n1', 'l1', 'h1', 'n2', 'h2'))).toEqual(['h1', 'h2', 'n1', 'n2', 'l1']);
});

test('the newest of the lowest makes room, never for its equals', () => {
  const room = fill('n1', 'l1', 'n2', 'l2');
  expect(room.displaceBelow('low')).toBeUndefined();
  expect(room.displaceBelow('normal')?.name).toBe('l2');
  expect(room.displaceBelow('normal')?.name).toBe('l1');
  expect(room.displaceBelow('normal')).toBeUndefined();
  expect(room.displaceBelow('high')?.name).toBe('n2');
  expect(leave(room)).toEqual(['n1']);
});

test('it tells how many are before somebody', () => {
  const room = fill('n1', 'l1', 'h1', 'n2');
  expect([room.ahead('high'), room.ahead('normal'), room.ahead('low')]).toEqual([1, 3, 4]);
});

test('who has waited too long is taken out, the others keep their places', () => {
  const room = new WaitingRoom<Named>();
  for (const [name, untilMs] of [
    ['n1', 5],
    ['l1', 10],
    ['n2', 11],
    ['h1', 10],
  ] as const) {
    room.add(waiter(name, 0, untilMs));
  }
  expect(room.expired(4)).toEqual([]);
  expect(room.expired(10).map(({ name }) => name)).toEqual(['h1', 'n1', 'l1']);
  expect(leave(room)).toEqual(['n2']);
});

test('a line stands since the first who came when nobody was in it', () => {
  const room = new WaitingRoom<Named>();
  expect(room.standingMs('normal', 50)).toBe(0);
  room.add(waiter('n1', 100));
  room.add(waiter('n2', 150));
  room.next();
  expect(room.standingMs('normal', 200)).toBe(100);
  room.next();
  expect(room.standingMs('normal', 200)).toBe(0);
  room.add(waiter('n3', 300));
  expect(room.standingMs('normal', 310)).toBe(10);
  expect(room.standingMs('high', 310)).toBe(0);
});
