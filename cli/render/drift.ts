import { table } from '../output.ts';

interface Measured {
  psi: number;
  band: string;
  test: string;
  p_adjusted: number;
  rows: number;
}
interface Scope {
  region: string | null;
  channel: string | null;
  status: string;
  reason: string | null;
  rows: number;
  score: Measured | null;
  features: { name: string; lacking: number; out_of_contract: number; drift: Measured | null }[];
  decisions: { approval_rate: { value: number }; expected_approval_rate: number | null } | null;
  volume: { ratio: number | null } | null;
}

/** GET /v1/drift of the monitor. */
export interface DriftView {
  as_of: string;
  window: { name: string; hours: number };
  models: { model: string; version: string; scopes: Scope[] }[];
  unmeasured: { model: string; version: string; reason: string }[];
}

const NOTHING = '-';
const percent = (share: number | null | undefined): string =>
  share == null ? NOTHING : `${(share * 100).toFixed(1)} %`;
const psiOf = (drift: Measured | null | undefined): string => (drift ? drift.psi.toFixed(3) : NOTHING);
const pOf = (p: number): string => (p < 0.0001 ? '<0.0001' : p.toFixed(4));
const titleOf = ({ region, channel }: Scope): string =>
  [region && `region ${region}`, channel && `channel ${channel}`].filter(Boolean).join(', ') || 'all';

/** @param apart one column for each scope instead of one table of details */
export function renderDrift({ as_of, window, models, unmeasured }: DriftView, apart: boolean): string {
  const lines = [`the ${window.hours} business hours to ${as_of}`];
  for (const { model, version, scopes } of models) {
    lines.push('', `${model} version ${version}`);
    if (apart) lines.push(compare(scopes));
    else for (const scope of scopes.slice(0, 1)) lines.push(...describe(scope));
    for (const scope of scopes) {
      if (scope.reason !== null && (apart || scope === scopes[0]))
        lines.push(`${titleOf(scope)}: ${scope.reason}`);
    }
  }
  for (const { model, version, reason } of unmeasured) {
    lines.push('', `${model} version ${version} cannot be measured: ${reason}`);
  }
  if (models.length + unmeasured.length === 0) lines.push('no predictions in this window');
  return lines.join('\n');
}

function describe(scope: Scope): string[] {
  const { rows, decisions, volume, score, features } = scope;
  const head = [
    `${titleOf(scope)}: ${rows} predictions`,
    ...(volume?.ratio == null ? [] : [`${percent(volume.ratio)} of the usual volume`]),
    ...(decisions
      ? [
          `${percent(decisions.approval_rate.value)} approved (${percent(decisions.expected_approval_rate)} expected)`,
        ]
      : []),
  ];
  const row = (name: string, drift: Measured | null, lacking?: number, outside?: number) => [
    name,
    psiOf(drift),
    drift?.band ?? NOTHING,
    drift?.test ?? NOTHING,
    drift ? pOf(drift.p_adjusted) : NOTHING,
    percent(lacking),
    percent(outside),
    drift ? String(drift.rows) : NOTHING,
  ];
  return [
    head.join(', '),
    table(
      ['feature', 'psi', 'band', 'test', 'p (corrected)', 'lacking', 'out of contract', 'rows'],
      [
        row('score', score),
        ...features.map((feature) =>
          row(feature.name, feature.drift, feature.lacking, feature.out_of_contract),
        ),
      ],
    ),
  ];
}

/** PSI of each feature in each scope, and in brackets what is out of contract; worst anywhere first. */
function compare(scopes: readonly Scope[]): string {
  const names = [...new Set(scopes.flatMap(({ features }) => features.map(({ name }) => name)))];
  const rows = ['score', ...names].map((name) => {
    const cells = scopes.map(({ score, features }) => {
      const feature = features.find((one) => one.name === name);
      const drift = name === 'score' ? score : feature?.drift;
      const outside =
        feature && feature.out_of_contract > 0.001 ? ` (${percent(feature.out_of_contract)})` : '';
      return { psi: drift?.psi ?? -1, outside: feature?.out_of_contract ?? 0, text: psiOf(drift) + outside };
    });
    return { name, worst: Math.max(...cells.map(({ psi, outside }) => psi + outside)), cells };
  });
  const counts = ['predictions', ...scopes.map(({ rows: n }) => String(n))];
  const approved = ['approved', ...scopes.map(({ decisions }) => percent(decisions?.approval_rate.value))];
  const expected = ['expected', ...scopes.map(({ decisions }) => percent(decisions?.expected_approval_rate))];
  return table(
    ['psi', ...scopes.map(titleOf)],
    [
      counts,
      approved,
      expected,
      ...rows
        .sort((a, b) => b.worst - a.worst)
        .map(({ name, cells }) => [name, ...cells.map(({ text }) => text)]),
    ],
  );
}
