import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { scenarioJsonSchema } from '../../sim/scenario/schema.ts';

const committed = JSON.parse(readFileSync(new URL('../../scenario.schema.json', import.meta.url), 'utf8'));

test('scenario.schema.json is what test/scenarios/write-schema.ts writes', () => {
  expect(committed).toEqual(scenarioJsonSchema());
});

test('every field of it is described', () => {
  const missing: string[] = [];
  visit(committed, '', missing);
  expect(missing).toEqual([]);
});

test.each(globSync('scenarios/**/*.yaml', { ignore: '**/manifests/**' }))(
  'an editor that knows the schema accepts %s',
  (file) => {
    const validate = new Ajv2020({ strict: false }).compile(committed);
    validate(parse(readFileSync(file, 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  },
);

test('an editor that knows the schema underlines a misspelt field', () => {
  const validate = new Ajv2020({ strict: false }).compile(committed);
  const scenario = {
    apiVersion: 'probelab.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name: 'x' },
    spec: { duration: '10s', manifests: ['pod.yaml'], expects: [] },
  };
  expect(validate(scenario)).toBe(false);
  expect(validate.errors?.[0]).toMatchObject({
    keyword: 'additionalProperties',
    params: { additionalProperty: 'expects' },
  });
});

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: Schema | boolean;
  const?: unknown;
}

const SELF_EVIDENT = new Set(['$schema', 'apiVersion', 'kind']);

function visit(schema: Schema, path: string, missing: string[]): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (!SELF_EVIDENT.has(name) && field.description === undefined) missing.push(`${path}.${name}`);
    visit(field, `${path}.${name}`, missing);
  }
  for (const branch of schema.anyOf ?? []) visit(branch, path, missing);
  if (schema.items !== undefined) visit(schema.items, `${path}[]`, missing);
  if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${path}.*`, missing);
}
