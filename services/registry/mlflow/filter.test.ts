import { expect, test } from 'vitest';
import { parseFilter } from './filter.ts';

const item = { attributes: { name: 'fraud', version_number: 10 }, tags: { team: 'Risk', 'a.b': "it's" } };
const KNOWN = ['name', 'version_number'];

test.each([
  ['', true],
  ["name = 'fraud'", true],
  ['name="fraud"', true],
  ["name != 'fraud'", false],
  ["attribute.name LIKE 'fr%'", true],
  ["name LIKE 'FR%'", false],
  ["name ILIKE 'FR_UD'", true],
  ["name IN ('churn', 'fraud')", true],
  ["name NOT IN ('churn', 'fraud')", false],
  ['version_number > 9', true],
  ['version_number <= 9', false],
  ["tags.team = 'Risk' AND name = 'fraud'", true],
  ["tags.team = 'Risk' and name = 'churn'", false],
  ["tag.`a.b` = 'it''s'", true],
  ["tags.absent != 'x'", false],
  // What MLflow's client adds to every search of its own.
  ["tag.`mlflow.prompt.is_prompt` != 'true'", true],
])('%s is %s', (filter, accepted) => {
  expect(parseFilter(filter, KNOWN)(item)).toBe(accepted);
});

test.each([
  "colour = 'red'",
  "name = 'a' AND",
  "name = 'a' OR name = 'b'",
  "name ~ 'a'",
  'name',
  "name IN 'a'",
])('%s is refused as a bad filter', (filter) => {
  expect(() => parseFilter(filter, KNOWN)).toThrow(/Invalid value for parameter 'filter'/);
});
