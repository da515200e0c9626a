import type { Readable } from 'node:stream';

/**
 * Reads steering messages, one JSON object a line, from standard input: a way that no mesh can redirect. A line that
 * is no JSON object is reported and skipped; the end of the input means nothing.
 */
export function readSteering(
  input: Readable,
  onPatch: (patch: Readonly<Record<string, unknown>>) => void,
  onBadLine: (text: string) => void,
): void {
  let rest = '';
  input.setEncoding('utf8');
  input.on('error', () => {});
  input.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() === '') continue;
      const patch = parse(line);
      if (patch === undefined) onBadLine(`steering: not a JSON object: ${line}`);
      else onPatch(patch);
    }
  });
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
