/** One line of a graph: a PromQL expression and what to call its series, `{{label}}` filled in. */
export interface Query {
  expr: string;
  legend?: string;
}

export interface Panel {
  title: string;
  /** What a reader should know to judge it: business time, what is normal, where it is silent. */
  about?: string;
  /** Default: lines over time. `stat` shows the last value, `states` bands of one value each, `table` the last values. */
  kind?: 'lines' | 'stat' | 'states' | 'table';
  /** Grafana's name of the unit. */
  unit?: string;
  min?: number;
  max?: number;
  /** Where an alert begins; drawn as a line. */
  alertAt?: number;
  /** Of 24 columns. */
  width?: 6 | 8 | 12 | 24;
  queries: readonly Query[];
}

/** A file in infra/grafana/dashboards. */
export interface Dashboard {
  /** Its address in Grafana, and the name of its file. */
  uid: string;
  title: string;
  about: string;
  rows: readonly { title: string; panels: readonly Panel[] }[];
}

export const defineDashboard = (dashboard: Dashboard): Dashboard => dashboard;

export const panelsOf = ({ rows }: Dashboard): Panel[] => rows.flatMap(({ panels }) => panels);

const COLUMNS = 24;
const HEIGHT = 8;
const TYPES = { lines: 'timeseries', stat: 'stat', states: 'state-timeline', table: 'table' } as const;
const SOURCE = { type: 'prometheus', uid: 'prometheus' };

/** The dashboard as Grafana reads it from a file. */
export function toGrafana({ uid, title, about, rows }: Dashboard): object {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    const position = { x: 0, y, w: COLUMNS, h: 1 };
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: position,
      panels: [],
    });
    y += 1;
    let x = 0;
    for (const panel of row.panels) {
      const { width = 8 } = panel;
      if (x + width > COLUMNS) {
        x = 0;
        y += HEIGHT;
      }
      panels.push(toPanel(panel, panels.length + 1, { x, y, w: width, h: HEIGHT }));
      x += width;
    }
    y += HEIGHT;
  }
  return {
    uid,
    title,
    description: about,
    tags: ['firedrill'],
    timezone: 'utc',
    editable: false,
    refresh: '5s',
    time: { from: 'now-15m', to: 'now' },
    schemaVersion: 41,
    links: [
      { type: 'dashboards', tags: ['firedrill'], title: 'Dashboards', asDropdown: false, keepTime: true },
    ],
    panels,
  };
}

function toPanel(panel: Panel, id: number, gridPos: object): object {
  const { title, about, kind = 'lines', unit = 'short', min, max, alertAt, queries } = panel;
  const steps = [
    { color: 'green', value: null },
    ...(alertAt === undefined ? [] : [{ color: 'red', value: alertAt }]),
  ];
  return {
    id,
    type: TYPES[kind],
    title,
    ...(about !== undefined && { description: about }),
    gridPos,
    datasource: SOURCE,
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + i),
      datasource: SOURCE,
      expr,
      ...(legend !== undefined && { legendFormat: legend }),
      ...(kind === 'table' && { format: 'table', instant: true }),
    })),
    fieldConfig: {
      defaults: {
        unit,
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
        thresholds: { mode: 'absolute', steps },
        ...(kind === 'lines' && {
          color: { mode: 'palette-classic' },
          custom: { fillOpacity: 8, thresholdsStyle: { mode: alertAt === undefined ? 'off' : 'dashed' } },
        }),
      },
      overrides: [],
    },
    ...(kind === 'lines' && {
      options: {
        legend: { displayMode: 'list', placement: 'bottom' },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    }),
    ...(kind === 'table' && {
      transformations: [
        { id: 'organize', options: { excludeByName: { Time: true, __name__: true, Value: true } } },
      ],
    }),
  };
}
