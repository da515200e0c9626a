import type { Applet, AppletCall } from './applets.ts';
import { absolute } from './paths.ts';

const decoder = new TextDecoder();

/** busybox's echo: -n, -e. */
function echo({ args, io }: AppletCall): number {
  let newline = true;
  let escapes = false;
  let at = 0;
  for (; /^-[neE]+$/.test(args[at] ?? ''); at++) {
    if (args[at]?.includes('n')) newline = false;
    if (args[at]?.includes('e')) escapes = true;
  }
  const text = args.slice(at).join(' ');
  io.out.write(`${escapes ? withEscapes(text) : text}${newline ? '\n' : ''}`);
  return 0;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\\': '\\',
};

/** Backslash escapes; a byte that is no ASCII becomes U+FFFD, as it does in an event. */
function withEscapes(text: string): string {
  return text.replace(/\\(0?[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)/gs, (all, code: string) => {
    const value = /^[0-7]/.test(code)
      ? Number.parseInt(code, 8)
      : code.length > 1
        ? Number.parseInt(code.slice(1), 16)
        : undefined;
    if (value !== undefined) return value < 128 ? String.fromCharCode(value) : '�';
    return ESCAPES[code] ?? all;
  });
}

function printf({ args, io }: AppletCall): number {
  const [format = '', ...values] = args;
  if (args.length === 0) return 1;
  let text = withEscapes(format);
  do {
    text = withEscapes(format).replace(/%([-0]?\d*)([sdiubcx%])/g, (_all, width: string, kind: string) => {
      if (kind === '%') return '%';
      const value = values.shift() ?? (kind === 's' || kind === 'b' || kind === 'c' ? '' : '0');
      const shown =
        kind === 'b'
          ? withEscapes(value)
          : kind === 'c'
            ? value.slice(0, 1)
            : kind === 'x'
              ? Number(value).toString(16)
              : kind === 's'
                ? value
                : String(Math.trunc(Number(value)) || 0);
      const columns = Math.abs(Number(width)) || 0;
      return width.startsWith('-') ? shown.padEnd(columns) : shown.padStart(columns, width.startsWith('0') ? '0' : ' ');
    });
    io.out.write(text);
  } while (values.length > 0 && /%[^%]/.test(format));
  return 0;
}

function seq({ args, io }: AppletCall): number {
  const numbers = args.map(Number);
  const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
  const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1;
  const last = numbers.at(-1) ?? 0;
  const lines: string[] = [];
  for (let value = first; step > 0 && value <= last && lines.length < 100_000; value += step) lines.push(`${value}\n`);
  io.out.write(lines.join(''));
  return 0;
}

/** The text of the named files, or standard input without any; undefined after a complaint. */
function inputOf({ name, io, system, cwd }: AppletCall, files: readonly string[]): string | undefined {
  if (files.length === 0) return io.stdin;
  let text = '';
  for (const file of files) {
    const content = system.files.read(absolute(cwd, file));
    if (content === undefined) {
      io.err.write(`${name}: ${file}: No such file or directory\n`);
      return undefined;
    }
    text += decoder.decode(content);
  }
  return text;
}

function grep(call: AppletCall): number {
  const flags = call.args.filter((argument) => /^-[a-zA-Z]+$/.test(argument)).join('');
  const [pattern = '', ...files] = call.args.filter((argument) => !/^-[a-zA-Z]+$/.test(argument));
  const input = inputOf(call, files);
  if (input === undefined) return 2;
  const source = flags.includes('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern;
  const regex = new RegExp(source, flags.includes('i') ? 'i' : '');
  const lines = input.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const found = lines.filter((line) => regex.test(line) !== flags.includes('v'));
  if (flags.includes('c')) call.io.out.write(`${found.length}\n`);
  else if (!flags.includes('q')) call.io.out.write(found.map((line) => `${line}\n`).join(''));
  return found.length > 0 ? 0 : 1;
}

function headOrTail(call: AppletCall, tail: boolean): number | ReturnType<typeof forever> {
  const args = [...call.args];
  const follow = args.findIndex((argument) => /^-[fF]$/.test(argument));
  if (follow >= 0) args.splice(follow, 1);
  let count = 10;
  const at = args.findIndex((argument) => /^-(?:n|\d)/.test(argument));
  if (at >= 0) {
    const [option = ''] = args.splice(at, 1);
    count = Number(option === '-n' ? args.splice(at, 1)[0] : option.replace(/^-n?/, ''));
  }
  const input = args[0] === '/dev/null' ? '' : inputOf(call, args);
  if (input === undefined) return 1;
  const lines = input.split('\n');
  if (lines.at(-1) === '') lines.pop();
  call.io.out.write((tail ? lines.slice(-count) : lines.slice(0, count)).map((line) => `${line}\n`).join(''));
  return tail && follow >= 0 ? forever() : 0;
}

function* forever() {
  yield { child: true, start: () => () => {} };
  return 0;
}

function wc(call: AppletCall): number {
  const flags = call.args.filter((argument) => argument.startsWith('-')).join('');
  const input = inputOf(
    call,
    call.args.filter((argument) => !argument.startsWith('-')),
  );
  if (input === undefined) return 1;
  const lines = input.split('\n').length - 1;
  const words = input.split(/\s+/).filter((word) => word !== '').length;
  const shown = flags.includes('l')
    ? [lines]
    : flags.includes('w')
      ? [words]
      : flags.includes('c')
        ? [input.length]
        : [lines, words, input.length];
  call.io.out.write(`${shown.join(' ')}\n`);
  return 0;
}

export const textApplets: readonly (readonly [string, Applet])[] = [
  ['echo', echo],
  ['printf', printf],
  ['seq', seq],
  ['grep', grep],
  ['head', (call) => headOrTail(call, false)],
  ['tail', (call) => headOrTail(call, true)],
  ['wc', wc],
];
