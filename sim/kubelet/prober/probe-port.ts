import type { Container } from '../../kube/objects.ts';
import { goQuote, toByteString } from './go-text.ts';

/**
 * The number of a probe's port: a number, a number in a string, or the name of a port of this very container.
 * Models kubernetes v1.34 pkg/probe/util.go ResolveContainerPort; `error` is Go's text, also for a name that is not found.
 */
export function resolveContainerPort(
  port: number | string | undefined,
  container: Pick<Container, 'ports'>,
): { port: number } | { error: string } {
  const resolved = typeof port === 'string' ? namedPort(port, container) : { port: port ?? 0 };
  if ('error' in resolved || (resolved.port > 0 && resolved.port < 65_536)) return resolved;
  return { error: `invalid port number: ${resolved.port}` };
}

function namedPort(name: string, container: Pick<Container, 'ports'>): { port: number } | { error: string } {
  const named = container.ports?.find((candidate) => (candidate.name ?? '') === name);
  if (named !== undefined) return { port: named.containerPort };
  const text = goQuote(toByteString(name));
  if (!/^[+-]?\d+$/.test(name)) return { error: `strconv.Atoi: parsing ${text}: invalid syntax` };
  const number = BigInt(name.replace('+', ''));
  if (number !== BigInt.asIntN(64, number)) return { error: `strconv.Atoi: parsing ${text}: value out of range` };
  return { port: Number(number) };
}
