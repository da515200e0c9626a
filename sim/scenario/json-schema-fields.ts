type JsonSchema = Record<string, unknown>;

/** The names of the fields an object at `path` may have by a JSON Schema; empty where anything may stand. */
export function fieldsAt(schema: JsonSchema, path: readonly (string | number)[]): string[] {
  let here = branches(schema);
  for (const step of path) here = here.flatMap((branch) => branches(child(branch, step)));
  const names = here.flatMap((branch) => Object.keys((branch.properties ?? {}) as object));
  return [...new Set(names)];
}

function child(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  if (typeof step === 'number') return (schema.items ?? schema.prefixItems) as JsonSchema | undefined;
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  return properties?.[step] ?? (schema.additionalProperties as JsonSchema | undefined);
}

function branches(schema: JsonSchema | undefined): JsonSchema[] {
  if (schema === undefined || typeof schema !== 'object') return [];
  const any = schema.anyOf as JsonSchema[] | undefined;
  return any === undefined ? [schema] : any.flatMap(branches);
}
