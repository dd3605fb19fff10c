import { InvalidArgumentError } from 'commander';

/** Parses a whole number of an option or argument, and says what is needed otherwise: `a number of lines`. */
export const wholeNumber =
  (needed: string, { from = 0, to = Number.MAX_SAFE_INTEGER } = {}) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new InvalidArgumentError(`${needed} is needed.`);
    return value;
  };
