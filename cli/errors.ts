import { readFileSync } from 'node:fs';
import { LabError, LabErrors } from '../sim/core/errors.ts';
import type { Paint } from '../sim/report/text.ts';
import { version } from './version.ts';

/** Every single error of what was thrown. */
export function flatten(error: unknown): unknown[] {
  return error instanceof LabErrors ? [...error.errors] : [error];
}

/**
 * What is printed of an error: `error[CODE]: message (file:line:col). hint`, the source line with a caret, and where
 * the code is explained. An error that is ours comes with its stack and the versions.
 */
export function errorText(error: unknown, paint: Paint): string {
  return flatten(error)
    .map((one) => (one instanceof LabError ? labErrorText(one, paint) : bugText(one, paint)))
    .join('');
}

/** An error as it stands in JSON output. */
export function errorJson(error: unknown): object[] {
  return flatten(error).map((one) => {
    if (!(one instanceof LabError)) return { code: 'INTERNAL', message: String((one as Error)?.message ?? one) };
    const { code, message, hint, location } = one;
    return { code, message, ...(hint === undefined ? {} : { hint }), ...(location === undefined ? {} : { location }) };
  });
}

function labErrorText(error: LabError, paint: Paint): string {
  const { location, hint } = error;
  const place = location === undefined ? '' : ` (${location.file}:${location.line}:${location.column})`;
  const lines = [
    `${paint.failed(`error[${error.code}]`)}: ${error.message}${place}${hint === undefined ? '' : `${dot(error.message, place)} ${hint}`}`,
  ];
  if (location !== undefined) lines.push(...sourceLines(location, paint));
  if (error.code !== 'USAGE') lines.push(paint.dim(`  docs: docs/errors.md#${anchor(error.code)}`));
  if (error.fault === 'system') lines.push(...stackLines(error));
  return lines.map((line) => `${line}\n`).join('');
}

/** The reasons of the API server (`Conflict`) have a section together. */
function anchor(code: string): string {
  return /^[A-Z_]+$/.test(code) ? code.toLowerCase() : 'refused-by-the-api-server';
}

function dot(message: string, place: string): string {
  return place === '' && /[.!?]$/.test(message) ? '' : '.';
}

function sourceLines(location: { file: string; line: number; column: number }, paint: Paint): string[] {
  let text: string | undefined;
  try {
    text = readFileSync(location.file, 'utf8').split('\n')[location.line - 1];
  } catch {
    return [];
  }
  if (text === undefined) return [];
  const gutter = String(location.line);
  const blank = ' '.repeat(gutter.length);
  return [
    `  ${paint.dim(`${gutter} |`)} ${text}`,
    `  ${paint.dim(`${blank} |`)} ${' '.repeat(Math.max(0, location.column - 1))}${paint.failed('^')}`,
  ];
}

function bugText(error: unknown, paint: Paint): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = [
    `${paint.failed('error[INTERNAL]')}: ${message}`,
    '  This is a defect of probelab, not of your files.',
  ];
  return [...lines, ...stackLines(error)].map((line) => `${line}\n`).join('');
}

function stackLines(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : [];
  return [...stack, `  probelab ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`];
}
