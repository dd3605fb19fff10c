import type { Currency } from '../../../lib/contract/transaction.ts';

export interface Country {
  /** ISO 3166-1 numeric, as card terminals send it. */
  numeric: string;
  /** What shops there charge in; places whose money the bank does not settle charge dollars or euros. */
  currency: Currency;
  /** Share of the bank's customers who live there; 0 for places people only travel to or are robbed from. */
  home: number;
}

export const COUNTRIES = {
  DE: { numeric: '276', currency: 'EUR', home: 0.28 },
  FR: { numeric: '250', currency: 'EUR', home: 0.14 },
  ES: { numeric: '724', currency: 'EUR', home: 0.08 },
  IT: { numeric: '380', currency: 'EUR', home: 0.08 },
  NL: { numeric: '528', currency: 'EUR', home: 0.05 },
  AT: { numeric: '040', currency: 'EUR', home: 0.04 },
  BE: { numeric: '056', currency: 'EUR', home: 0.03 },
  IE: { numeric: '372', currency: 'EUR', home: 0.02 },
  PT: { numeric: '620', currency: 'EUR', home: 0.02 },
  GB: { numeric: '826', currency: 'GBP', home: 0.09 },
  CH: { numeric: '756', currency: 'CHF', home: 0.04 },
  PL: { numeric: '616', currency: 'PLN', home: 0.06 },
  US: { numeric: '840', currency: 'USD', home: 0.05 },
  CA: { numeric: '124', currency: 'CAD', home: 0.02 },
  BR: { numeric: '076', currency: 'USD', home: 0 },
  MX: { numeric: '484', currency: 'USD', home: 0 },
  NG: { numeric: '566', currency: 'USD', home: 0 },
  RO: { numeric: '642', currency: 'EUR', home: 0 },
  TH: { numeric: '764', currency: 'USD', home: 0 },
  TR: { numeric: '792', currency: 'EUR', home: 0 },
} as const satisfies Record<string, Country>;

export type CountryCode = keyof typeof COUNTRIES;
export const COUNTRY_CODES = Object.keys(COUNTRIES) as CountryCode[];
