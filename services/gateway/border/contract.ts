import { readdir, readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import { parse } from 'yaml';
import { CURRENCIES, type Currency } from '../../../lib/contract/transaction.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import { errors } from '../errors.ts';

const closed = { additionalProperties: false } as const;
const Band = Type.Object(
  { minimum: Type.Number({ minimum: 0 }), maximum: Type.Number({ minimum: 0 }) },
  closed,
);
const currencies = Object.keys(CURRENCIES) as Currency[];

/** What the bank expects of a channel: `contracts/<channel>.yaml`. Every change raises its version. */
const ContractSchema = Type.Object(
  {
    channel: Type.String({ minLength: 1 }),
    version: Type.Integer({ minimum: 1 }),
    description: Type.String({ minLength: 1 }),
    owner: Type.String({
      minLength: 1,
      description: 'the team to talk to before it changes, and when it is broken',
    }),
    window: Type.Object(
      {
        messages: Type.Integer({
          minimum: 10,
          maximum: 10_000,
          description: 'newest messages judged together',
        }),
        minimum: Type.Integer({ minimum: 1, description: 'of so many messages on, something can be said' }),
      },
      closed,
    ),
    amount_eur: Band,
    countries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), { minItems: 1, uniqueItems: true }),
    violation_share: Type.Object({ maximum: Type.Number({ minimum: 0, maximum: 1 }) }, closed),
    amount_median: Type.Unsafe<Partial<Record<Currency, Static<typeof Band>>>>({
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(currencies.map((currency) => [currency, Band])),
    }),
  },
  closed,
);
export type Contract = Static<typeof ContractSchema>;

const validate = new Ajv({ strict: false, strictNumbers: true }).compile<Contract>(ContractSchema);

/** @throws AppError GATEWAY_CONTRACT_INVALID naming file and field */
export function parseContract(yaml: string, file: string): Contract {
  let contract: unknown;
  try {
    contract = parse(yaml);
  } catch (error) {
    throw errors.CONTRACT_INVALID(file, 'the file', messageOf(error));
  }
  if (!validate(contract)) {
    const [problem] = validate.errors ?? [];
    const name = problem?.params.missingProperty ?? problem?.params.additionalProperty;
    const path = [
      ...(problem?.instancePath.split('/').slice(1) ?? []),
      ...(name === undefined ? [] : [name]),
    ];
    throw errors.CONTRACT_INVALID(file, path.join('.') || 'the file', problem?.message ?? 'is invalid');
  }
  const { window, amount_eur: amount, amount_median: medians } = contract;
  if (`${contract.channel}.yaml` !== file)
    throw errors.CONTRACT_INVALID(file, 'channel', 'must be the name of the file');
  if (window.minimum > window.messages) {
    throw errors.CONTRACT_INVALID(file, 'window.minimum', 'must not be above window.messages');
  }
  const bands = Object.entries(medians).map(
    ([currency, band]) => [`amount_median.${currency}`, band] as const,
  );
  for (const [field, { minimum, maximum }] of [['amount_eur', amount] as const, ...bands]) {
    if (minimum > maximum)
      throw errors.CONTRACT_INVALID(file, `${field}.minimum`, 'must not be above its maximum');
  }
  return contract;
}

const FOLDER = new URL('../contracts/', import.meta.url);

/** Every contract in `contracts/`, by channel. @throws AppError GATEWAY_CONTRACT_INVALID naming file and field */
export async function loadContracts(
  channels: readonly string[],
  folder: URL = FOLDER,
): Promise<Map<string, Contract>> {
  const contracts = new Map<string, Contract>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()) {
    const contract = parseContract(await readFile(new URL(file, folder), 'utf8'), file);
    if (!channels.includes(contract.channel)) {
      throw errors.CONTRACT_INVALID(file, 'channel', `must be one of ${channels.join(', ')}`);
    }
    contracts.set(contract.channel, contract);
  }
  return contracts;
}
