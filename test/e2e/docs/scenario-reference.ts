import { scenarioJsonSchema } from '../../../sim/scenario/schema.ts';

interface Schema {
  type?: string | readonly string[];
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  prefixItems?: readonly Schema[];
  anyOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  examples?: readonly unknown[];
  pattern?: string;
}

interface Section {
  path: string;
  schema: Schema;
}

const INTRODUCTION = `# The scenario file

<!-- Made by \`node test/e2e/docs/write.ts\`; do not edit. -->

A scenario is a story with a pod in it: ordinary manifests, how the apps behave, what happens when, and what must be
true. Times are Go durations (\`500ms\`, \`1m30s\`), counted from the moment the manifests are applied; those of an app
count from the start of its process. \`probelab schema\` prints the JSON Schema that editors use. A \`*\` marks fields that
must be there.

A plain manifest is a scenario, too: it is run for a minute, and nothing is expected of it.

**Expectations** are looked up in what happened. An object matches if every field that is named has that value. Lists
match by key where their items have one (\`containers\`, \`containerStatuses\`, \`volumes\`, \`ports\`, \`env\` by name,
\`conditions\` by type, \`volumeMounts\` by path), else item by item; \`null\` means absent; \`"/…/"\` is a regular
expression; \`">= 2"\` and \`"< 5s"\` compare numbers and durations. An event's \`count\` is exactly so many, \`">= 3"\` at
least.

**Steps** of equal time run in the order of the file.
`;

/** The page docs/scenarios.md: every field of the format, from its one schema. */
export function scenarioReference(): string {
  const parts = [INTRODUCTION];
  const queue: Section[] = [{ path: '', schema: scenarioJsonSchema() as Schema }];
  for (let section = queue.shift(); section !== undefined; section = queue.shift()) {
    const { path, schema } = section;
    const rows: string[] = [];
    const below: Section[] = [];
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      if (name === '$schema') continue;
      const full = path === '' ? name : `${path}.${name}`;
      const must = schema.required?.includes(name) === true ? '*' : '';
      rows.push(`| \`${name}\`${must} | ${cell(typeOf(field))} | ${cell(field.description ?? '')} |`);
      below.push(...sectionsOf(full, field));
    }
    if (path !== '') parts.push(`## ${path}\n`);
    parts.push(`| field | type | meaning |\n|---|---|---|\n${rows.join('\n')}\n`);
    // Depth first, so that what belongs together stands together.
    queue.unshift(...below);
  }
  return parts.join('\n');
}

/** The objects within a field that deserve a table. */
function sectionsOf(path: string, schema: Schema): Section[] {
  if (schema.properties !== undefined) return [{ path, schema }];
  if (schema.items !== undefined) return sectionsOf(`${path}[]`, schema.items);
  if (typeof schema.additionalProperties === 'object') return sectionsOf(`${path}.<name>`, schema.additionalProperties);
  return (schema.anyOf ?? []).flatMap((option) => sectionsOf(path, option));
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeOf).join(', ')}]`;
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`;
  if (schema.type === 'object') return mapType(schema);
  if (schema.type === 'string' && schema.pattern?.includes('(ns|us') === true) return 'duration';
  return typeof schema.type === 'object' ? schema.type.join(' or ') : (schema.type ?? 'anything');
}

function mapType(schema: Schema): string {
  if (schema.properties !== undefined) return 'object';
  const values = schema.additionalProperties;
  if (typeof values !== 'object' || Object.keys(values).length === 0) return 'object';
  return `map of ${typeOf(values)}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
