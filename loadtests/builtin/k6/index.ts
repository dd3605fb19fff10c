import { record } from '../current.ts';

export function check<T>(
  value: T,
  checks: Record<string, (value: T) => unknown>,
  tags: Record<string, string> = {},
): boolean {
  return Object.entries(checks)
    .map(([name, holds]) => {
      const passed = Boolean(holds(value));
      record('checks', passed ? 1 : 0, { ...tags, check: name });
      return passed;
    })
    .every(Boolean);
}

export function fail(reason: string): never {
  throw new Error(reason);
}
