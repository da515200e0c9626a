import type { Paint } from '../sim/report/text.ts';

export type ColorMode = 'auto' | 'always' | 'never';

/** True if text for `stream` is to be coloured: the flag first, then FORCE_COLOR, NO_COLOR, the terminal. */
export function wantsColor(
  mode: ColorMode,
  stream: { isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (mode !== 'auto') return mode === 'always';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Colours for a report; each does nothing if `on` is false. */
export function paint(on: boolean): Paint {
  const color = (code: number) => (text: string) => (on ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { ok: color(32), failed: color(31), warning: color(33), name: color(36), dim: color(2) };
}

/** True if the terminal shows no more than ASCII. */
export function asciiOnly(env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.TERM === 'dumb') return true;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale) && process.platform !== 'win32';
}
