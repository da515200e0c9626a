/** A piece of configuration nobody has checked yet. */
export interface Raw {
  readonly [key: string]: Raw | undefined;
}

export function list(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function entries(value: unknown): [string, Raw][] {
  return typeof value === 'object' && value !== null ? (Object.entries(value) as [string, Raw][]) : [];
}
