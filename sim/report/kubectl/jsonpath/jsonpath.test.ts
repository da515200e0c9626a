import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { printJsonPath } from './jsonpath.ts';

interface Row {
  template: string;
  out?: string;
  parseError?: string;
  error?: string;
}

// Printed by client-go v0.34.4's own util/jsonpath.
const [head = '', ...rows] = readFileSync('test/recordings/jsonpath.jsonl', 'utf8').trimEnd().split('\n');
const { object } = JSON.parse(head) as { object: object };

describe('-o jsonpath as client-go has it', () => {
  test.each(rows.map((row) => JSON.parse(row) as Row))('$template', ({ template, out, parseError, error }) => {
    if (out !== undefined) return expect(printJsonPath(template, object)).toBe(out);
    const said =
      parseError === undefined
        ? { code: 'NOT_FOUND', message: `error executing jsonpath ${JSON.stringify(template)}: ${error}` }
        : { code: 'USAGE', message: `error parsing jsonpath ${template}, ${parseError}` };
    expect(() => printJsonPath(template, object)).toThrow(expect.objectContaining(said));
  });
});
