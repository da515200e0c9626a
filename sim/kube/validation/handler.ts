import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { checkPort, headerName } from './names.ts';

type Check = (action: Fields, field: string, gracePeriod: number | undefined) => FieldError[];

const exec: Check = (action, field) =>
  (action.command as unknown[] | undefined)?.length ? [] : [required(`${field}.command`)];

const httpGet: Check = (action, field) => [
  ...(action.path ? [] : [required(`${field}.path`)]),
  ...checkPort(action.port, `${field}.port`),
  ...(action.scheme === 'HTTP' || action.scheme === 'HTTPS'
    ? []
    : [notSupported(`${field}.scheme`, action.scheme, ['HTTP', 'HTTPS'])]),
  ...((action.httpHeaders ?? []) as Fields[]).flatMap((header) => {
    const name = String(header.name ?? '');
    return headerName(name).map((problem) => invalid(`${field}.httpHeaders`, name, problem));
  }),
];

const port: Check = (action, field) => checkPort(action.port, `${field}.port`);

const sleep: Check = (action, field, gracePeriod) => {
  const seconds = Number(action.seconds ?? 0);
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return [];
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`;
  return [invalid(field, seconds, detail)];
};

/** In the order in which they are looked at: of two handlers, the later one is the one too many. */
const HANDLERS: readonly (readonly [string, Check])[] = [
  ['exec', exec],
  ['httpGet', httpGet],
  ['tcpSocket', port],
  ['grpc', port],
  ['sleep', sleep],
];

const numbered = (prefix: string, to: number) => Array.from({ length: to }, (_, i) => `${prefix}${i + 1}`);
const LINUX_SIGNALS = [
  ...['ABRT', 'ALRM', 'BUS', 'CHLD', 'CLD', 'CONT', 'FPE', 'HUP', 'ILL', 'INT', 'IO', 'IOT', 'KILL', 'PIPE', 'POLL'],
  ...['PROF', 'PWR', 'QUIT', 'RTMAX', ...numbered('RTMAX-', 14), 'RTMIN', ...numbered('RTMIN+', 15), 'SEGV', 'STKFLT'],
  ...['STOP', 'SYS', 'TERM', 'TRAP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'USR1', 'USR2', 'VTALRM', 'WINCH', 'XCPU', 'XFSZ'],
]
  .map((name) => `SIG${name}`)
  .sort();

/** Exactly one handler. Models kubernetes v1.34 pkg/apis/core/validation validateHandler. */
export function validateHandler(handler: Fields, field: string, gracePeriod: number | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const [name, check] of HANDLERS) {
    if (handler[name] === undefined) continue;
    if (count > 0) errors.push(forbidden(`${field}.${name}`, 'may not specify more than 1 handler type'));
    else errors.push(...check(handler[name], `${field}.${name}`, gracePeriod));
    count++;
  }
  if (count === 0) errors.push(required(field, 'must specify a handler type'));
  return errors;
}

/** Models kubernetes v1.34 pkg/apis/core/validation validateLifecycle. */
export function validateLifecycle(
  lifecycle: Fields,
  field: string,
  gracePeriod: number | undefined,
  os: string | undefined,
): FieldError[] {
  const errors = ['postStart', 'preStop'].flatMap((hook) =>
    lifecycle[hook] === undefined ? [] : validateHandler(lifecycle[hook], `${field}.${hook}`, gracePeriod),
  );
  if (lifecycle.stopSignal === undefined) return errors;
  return [...errors, ...validateStopSignal(lifecycle.stopSignal, `${field}.stopSignal`, os)];
}

function validateStopSignal(signal: string, field: string, os: string | undefined): FieldError[] {
  if (os === undefined) return [forbidden(field, 'may not be set for containers with empty `spec.os.name`')];
  const supported = os === 'linux' ? LINUX_SIGNALS : os === 'windows' ? ['SIGKILL', 'SIGTERM'] : [signal];
  return supported.includes(signal) ? [] : [notSupported(field, signal, supported)];
}
