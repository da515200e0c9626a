/** `Name:  value` of each line; the first of a name counts. */
export function fields(lines: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of lines) {
    const match = /^ *([A-Za-z][A-Za-z -]*):(?: +(.*))?$/s.exec(line);
    if (match?.[1] !== undefined && !(match[1] in found)) found[match[1]] = match[2] ?? '';
  }
  return found;
}

/** The indented lines below a title of the first level. */
export function section(lines: readonly string[], title: string): string[] {
  const start = lines.indexOf(`${title}:`);
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith(' '));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The lines below a title within a container's part. */
export function below(body: readonly string[], title: string): string[] {
  const start = body.findIndex((line) => line.trimStart().startsWith(`${title}:`) && /^ {4}\S/.test(line));
  if (start < 0) return [];
  const rest = body.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith('      '));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The same as the words of a command, one a line. */
export function words(body: readonly string[], title: string): string[] | undefined {
  const lines = below(body, title);
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(6));
}

/** The same as fields. */
export function map(body: readonly string[], title: string): Record<string, string> | undefined {
  const lines = below(body, title);
  return lines.length === 0 ? undefined : fields(lines);
}

/** Labels and the like: one pair a line, the first beside its title. */
export function pairs(lines: readonly string[], title: string, separator: string): Record<string, string> {
  const start = lines.findIndex((line) => line.startsWith(`${title}: `));
  const found: Record<string, string> = {};
  for (let i = start; i < lines.length; i++) {
    const text = i === start ? (lines[i] ?? '').slice(title.length + 1) : (lines[i] ?? '');
    if (i > start && !/^ {10,}/.test(text)) break;
    const [key = '', ...value] = text.trim().split(separator);
    if (key !== '<none>') found[key] = value.join(separator);
  }
  return found;
}

/** A time as the API has it; null for Go's zero time. */
export function time(text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  if (text.includes(' 0001 ')) return null;
  return new Date(Date.parse(text)).toISOString().replace('.000Z', 'Z');
}

/** Milliseconds of an age as kubectl prints it. */
export function ageMs(text: string): number {
  const unit: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (text === '<invalid>') return -10_000;
  let total = 0;
  for (const [, number, letter] of text.matchAll(/(\d+)([smhd])/g)) total += Number(number) * (unit[letter ?? ''] ?? 0);
  return total;
}
