import { type ExpansionScope, expandToText } from './expansion.ts';
import { absolute } from './paths.ts';
import type { ShellFiles, ShellIo, Sink, Wait } from './shell-system.ts';
import type { Redirect } from './syntax.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const NOWHERE: Sink = { write: () => {}, pipe: false };

/** The descriptors of a command after its redirections, or the shell's complaint. */
export function* redirect(
  io: ShellIo,
  redirects: readonly Redirect[],
  context: { files: ShellFiles; cwd: string; scope: ExpansionScope },
): Generator<Wait, ShellIo | string, void> {
  let result = io;
  for (const { fd, operator, target } of redirects) {
    const text = yield* expandToText(target, context.scope);
    if (operator === '<<') result = { ...result, stdin: text };
    else if (operator === '<') {
      const path = absolute(context.cwd, text);
      const content = path === '/dev/null' ? new Uint8Array(0) : context.files.read(path);
      if (content === undefined) return `sh: can't open ${text}: no such file`;
      result = { ...result, stdin: decoder.decode(content) };
    } else if (operator === '>&') {
      const source = text === '1' ? result.out : text === '2' ? result.err : NOWHERE;
      result = fd === 2 ? { ...result, err: source } : { ...result, out: source };
    } else {
      const sink = openSink(context.files, absolute(context.cwd, text), operator === '>>', result);
      if (typeof sink === 'string') return `sh: can't create ${text}: ${sink}`;
      result = fd === 2 ? { ...result, err: sink } : fd === 1 ? { ...result, out: sink } : result;
    }
  }
  return result;
}

function openSink(files: ShellFiles, path: string, append: boolean, io: ShellIo): Sink | string {
  if (path === '/dev/null') return NOWHERE;
  if (path === '/dev/stdout' || path === '/proc/1/fd/1' || path === '/proc/self/fd/1') return io.out;
  if (path === '/dev/stderr' || path === '/proc/1/fd/2' || path === '/proc/self/fd/2') return io.err;
  let content = append ? decoder.decode(files.read(path) ?? new Uint8Array(0)) : '';
  const problem = files.tryWrite(path, encoder.encode(content));
  if (problem !== undefined) return problem;
  return {
    pipe: false,
    write: (text) => {
      // Another command may have written meanwhile: appending goes by what is there.
      if (append) content = decoder.decode(files.read(path) ?? new Uint8Array(0));
      content += text;
      files.tryWrite(path, encoder.encode(content));
    },
  };
}
