/** Countries served from the United States; all others are served from Europe. */
export const AMERICAS: ReadonlySet<string> = new Set(['US', 'CA', 'MX', 'BR']);

/** Which region a merchant's country belongs to. */
export const regionOf = (country: string): string => (AMERICAS.has(country) ? 'us' : 'eu');
