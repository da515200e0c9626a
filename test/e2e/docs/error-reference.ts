import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf } from '../../../cli/exit-codes.ts';
import { LabError } from '../../../sim/core/errors.ts';
import { API_REASONS, ERROR_MEANINGS, NOTICE_MEANINGS } from './error-meanings.ts';

const ROOMS = ['sim', 'containers', 'testing', 'cli'];
/** Codes of the YAML library and of HTTP/2, which stand in files that raise our errors. */
const FOREIGN = new Set(['DUPLICATE_KEY', 'TAB_AS_INDENT']);
/** Errors that never reach a user under their own code: the kubelet makes statuses and events of them. */
const INSIDE = new Set(['CreateContainerConfigError', 'FailedMount']);
/** Made of a prefix and an ending at run time. */
const COMPOSED = ['MANIFEST_INVALID_TYPE', 'MANIFEST_UNKNOWN_FIELD'];

/** Every code that an error or a notice of the sources carries; `ours`: those that are defects of probelab. */
export function codesInSources(): { errors: string[]; notices: string[]; ours: ReadonlySet<string> } {
  const errors = new Set(COMPOSED);
  const notices = new Set<string>();
  const ours = new Set<string>();
  for (const file of ROOMS.flatMap(sources)) {
    const source = readFileSync(file, 'utf8');
    for (const [, code = ''] of source.matchAll(/notice\(\s*'\w+',\s*'(\w+)'/g)) notices.add(code);
    for (const [, code = ''] of source.matchAll(/new LabError\(\s*'(\w+)'/g)) errors.add(code);
    for (const [, code = ''] of source.matchAll(/new LabError\(\s*'(\w+)'[^;]*?fault: 'system'/g)) ours.add(code);
    if (!source.includes('LabError(')) continue;
    for (const [, code = ''] of source.matchAll(/'((?:SCENARIO|MANIFEST)_[A-Z_]+)'/g)) errors.add(code);
  }
  for (const code of [...FOREIGN, ...INSIDE]) errors.delete(code);
  return { errors: [...errors].sort(), notices: [...notices].sort(), ours };
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The page docs/errors.md. */
export function errorReference(): string {
  const { errors, notices, ours } = codesInSources();
  const own = errors.filter((code) => API_REASONS[code] === undefined);
  const parts = [
    '# Errors',
    '',
    '<!-- Made by `node test/e2e/docs/write.ts`; do not edit. -->',
    '',
    'An error is printed as `error[CODE]: message (file:line:column)`, with the line it is about, on stderr; with `-o json`',
    'its code, message, hint and place stand under `errors`. All errors of the files given are listed at once. Branch on',
    'the code: messages may be reworded.',
  ];
  for (const code of own) parts.push('', `## ${code}`, '', ...explanation(code, ours.has(code)));
  parts.push(
    '',
    '## Refused by the API server',
    '',
    'These carry the reason of the API server instead of a code of ours:',
    '',
  );
  for (const [reason, text] of Object.entries(API_REASONS)) parts.push(`- \`${reason}\`: ${text}.`);
  parts.push('', '## Notices', '', 'Not errors: what a report says beside the verdict.', '');
  for (const code of notices)
    if (NOTICE_MEANINGS[code] !== undefined) parts.push(`- \`${code}\`: ${NOTICE_MEANINGS[code]}.`);
  return `${parts.join('\n')}\n`;
}

function explanation(code: string, ours: boolean): string[] {
  const { meaning, fix } = ERROR_MEANINGS[code] ?? { meaning: '', fix: '' };
  return [
    meaning,
    '',
    fix,
    '',
    `Exit code ${exitCodeOf(new LabError(code, '', { fault: ours ? 'system' : 'user' }))}.`,
  ];
}
