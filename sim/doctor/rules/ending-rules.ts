import type { Container } from '../../kube/objects.ts';
import { eachContainer, type ProbeField, type Rule } from './rule.ts';

const FIELDS: readonly ProbeField[] = ['startupProbe', 'livenessProbe', 'readinessProbe'];
const DEFAULT_GRACE = 30;
/** What the kubelet leaves an app after its hook, however long that took. */
const LEAST_GRACE = 2;
const LONG_GRACE = 120;

/** Rules about the end of containers, and about probes that cannot be run. */
export const ENDING_RULES: readonly Rule[] = [
  {
    id: 'hook-over-grace',
    level: 'error',
    title: 'The preStop hook uses up the grace period',
    why: 'The hook runs within terminationGracePeriodSeconds. If it takes all of it, the app gets SIGTERM and, two seconds later, SIGKILL: it cannot end its requests.',
    example: 'preStop: {sleep: {seconds: 30}}, terminationGracePeriodSeconds: 30',
    fix: 'Raise terminationGracePeriodSeconds to the time of the hook plus what the app needs to end.',
    find: ({ spec }) => {
      const grace = spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE;
      return eachContainer(spec).flatMap(({ container, path }) => {
        const seconds = hookSeconds(container);
        if (seconds === undefined || seconds + LEAST_GRACE <= grace) return [];
        const message = `preStop takes ${seconds}s of a grace period of ${grace}s: the app is killed ${LEAST_GRACE}s after SIGTERM`;
        return [{ path: [...path, 'lifecycle', 'preStop'], container: container.name, message }];
      });
    },
  },
  {
    id: 'long-liveness-grace',
    level: 'warning',
    title: 'A dead app is restarted late',
    why: "When a liveness probe has failed, the container is given the pod's whole grace period to end. An app that hangs does not react to SIGTERM, so that it stays dead for that time, too.",
    example: 'terminationGracePeriodSeconds: 300 with a livenessProbe',
    fix: 'Set terminationGracePeriodSeconds of the liveness probe itself to a few seconds.',
    find: ({ spec }) => {
      const grace = spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE;
      if (grace <= LONG_GRACE) return [];
      return eachContainer(spec).flatMap(({ container, path }) => {
        const probe = container.livenessProbe;
        if (probe === undefined || probe.terminationGracePeriodSeconds !== undefined) return [];
        const message = `an app that hangs is killed only ${grace}s after its liveness probe has failed`;
        return [{ path: [...path, 'livenessProbe'], container: container.name, message }];
      });
    },
  },
  {
    id: 'unknown-port-name',
    level: 'error',
    title: 'The port of a probe does not exist',
    why: 'A named port is looked up among the ports of the same container. If it is not there the probe cannot be run at all: a readiness probe keeps the pod unready for ever, a liveness probe does nothing.',
    example: 'ports: [{name: http, containerPort: 80}], livenessProbe: {httpGet: {port: web}}',
    fix: "Declare the port in the container's ports, or write its number.",
    find: ({ spec }) =>
      eachContainer(spec).flatMap(({ container, path }) =>
        FIELDS.flatMap((field) => {
          const kind = container[field]?.httpGet !== undefined ? 'httpGet' : 'tcpSocket';
          const port = container[field]?.[kind]?.port;
          if (typeof port !== 'string' || /^\d+$/.test(port)) return [];
          if (container.ports?.some(({ name }) => name === port) === true) return [];
          const names = (container.ports ?? []).map(({ name }) => name).filter(Boolean);
          const message = `the container has no port called "${port}" (${names.length === 0 ? 'its ports have no names' : `there is ${names.join(', ')}`}): couldn't find port`;
          return [{ path: [...path, field, kind, 'port'], container: container.name, message }];
        }),
      ),
  },
  {
    id: 'probe-of-the-node',
    level: 'error',
    title: 'The probe asks the node, not the pod',
    why: "The kubelet runs on the node. With host: localhost it asks the node's own loopback, where nothing listens, or something else.",
    example: 'livenessProbe: {httpGet: {host: localhost, port: 8080}}',
    fix: "Leave host out: the kubelet asks the pod's address. An app that listens on 127.0.0.1 only needs an exec probe.",
    find: ({ spec }) =>
      spec.hostNetwork === true
        ? []
        : eachContainer(spec).flatMap(({ container, path }) =>
            FIELDS.flatMap((field) => {
              const kind = container[field]?.httpGet !== undefined ? 'httpGet' : 'tcpSocket';
              const host = container[field]?.[kind]?.host;
              if (host === undefined || !/^(localhost|127\.|\[?::1)/.test(host)) return [];
              const message = `host "${host}" is the loopback of the node on which the kubelet runs`;
              return [{ path: [...path, field, kind, 'host'], container: container.name, message }];
            }),
          ),
  },
];

/** How long a preStop hook takes, as far as its text says: the sleep action, or a command that sleeps. */
function hookSeconds({ lifecycle }: Container): number | undefined {
  const { sleep, exec } = lifecycle?.preStop ?? {};
  if (sleep !== undefined) return sleep.seconds;
  const [, seconds] = /(?:^|[\s;&])sleep\s+(\d+)/.exec((exec?.command ?? []).join(' ')) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
