import { expect, test } from 'vitest';
import { CHANNELS } from '../../../lib/contract/transaction.ts';
import { DAY_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { ownDevice, whereabouts } from './cards.ts';
import { CARDS, createPopulation } from './population.ts';

const { cards, merchants } = createPopulation('cards');
const days = Array.from({ length: 60 }, (_, day) => OPENING_DAY_MS + day * DAY_MS);

test('every customer has an own card, and shops to go to in every channel', () => {
  expect(new Set(cards.map(({ id }) => id)).size).toBe(CARDS);
  const wrong = cards.flatMap(({ favourites }) =>
    CHANNELS.filter((channel) => {
      const { merchants } = favourites[channel];
      return merchants.length === 0 || merchants.some(({ channels }) => !channels.includes(channel));
    }),
  );
  expect(wrong).toEqual([]);
});

test('a few are abroad on any day, and come home again', () => {
  const abroad = days.map(
    (day) => cards.filter((card) => whereabouts(card, day) !== card.home).length / CARDS,
  );
  expect(Math.min(...abroad)).toBeGreaterThan(0.01);
  expect(Math.max(...abroad)).toBeLessThan(0.06);
  const traveller = cards.find((card) => whereabouts(card, OPENING_DAY_MS) !== card.home)!;
  expect(days.some((day) => whereabouts(traveller, day) === traveller.home)).toBe(true);
});

test('devices last for months, are never shared, and are replaced in the end', () => {
  const today = new Set(cards.map((card) => ownDevice(card, 0, OPENING_DAY_MS)));
  expect(today.size).toBe(CARDS);
  const replaced = cards.filter(
    (card) => ownDevice(card, 0, OPENING_DAY_MS) !== ownDevice(card, 0, OPENING_DAY_MS + 30 * DAY_MS),
  );
  expect(replaced.length / CARDS).toBeGreaterThan(0.05);
  expect(replaced.length / CARDS).toBeLessThan(0.25);
});

test('about 500 merchants, some in every country', () => {
  expect(merchants.all.length).toBe(500);
  expect(new Set(merchants.all.map(({ country }) => country)).size).toBe(20);
  expect(merchants.market('terminal', 'NG').merchants.every(({ country }) => country === 'NG')).toBe(true);
});
