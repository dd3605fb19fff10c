import { readdirSync, readFileSync } from 'node:fs';
import { type FeatureView, parseView, viewId } from '../../lib/features/view.ts';
import { catalogue } from '../../lib/kit/errors.ts';

export const errors = catalogue('FEATURES', {
  VIEW_UNKNOWN: {
    status: 404,
    message: (id: string, known: string) => `there is no feature view ${id}; known are: ${known}`,
    field: 'view',
  },
  FEATURE_UNKNOWN: {
    status: 404,
    message: (name: string, view: string) => `${view} has no feature ${name}; GET /v1/views lists them`,
    field: 'features',
  },
  ENTITIES_INVALID: {
    status: 400,
    message: (name: string, problem: string) => `entities.${name} ${problem}`,
    field: (name: string) => `entities.${name}`,
  },
  RANGE_INVALID: {
    status: 400,
    message: (field: string, problem: string) => `${field} ${problem}`,
    field: (field: string) => field,
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: (problem: string) => `the online store cannot be read: ${problem}; try again`,
  },
  NO_WATERMARK: {
    status: 503,
    message: (view: string) => `the online rows of ${view} have no watermark yet; start the feature consumer`,
  },
  FILE_NAME: {
    status: 500,
    message: (file: string, wanted: string) => `${file} defines another view; rename the file to ${wanted}`,
  },
});

export interface Definition {
  view: FeatureView;
  yaml: string;
}

const FOLDER = new URL('./definitions/', import.meta.url);

/**
 * Every view in definitions/, by id (`fraud@1`).
 * @throws AppError FEATURES_VIEW_INVALID naming file and field
 */
export function loadDefinitions(): Map<string, Definition> {
  const definitions = new Map<string, Definition>();
  for (const file of readdirSync(FOLDER).sort()) {
    if (!file.endsWith('.yaml')) continue;
    const yaml = readFileSync(new URL(file, FOLDER), 'utf8');
    const view = parseView(yaml, file);
    const wanted = `${view.name}.v${view.version}.yaml`;
    if (file !== wanted) throw errors.FILE_NAME(file, wanted);
    definitions.set(viewId(view), { view, yaml });
  }
  return definitions;
}

/** @throws AppError FEATURES_VIEW_UNKNOWN */
export function definitionOf(definitions: Map<string, Definition>, id: string): Definition {
  const definition = definitions.get(id);
  if (definition === undefined) throw errors.VIEW_UNKNOWN(id, [...definitions.keys()].join(', '));
  return definition;
}
