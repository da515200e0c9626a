import type { Container } from '../../kube/objects.ts';
import { matchesLabels } from '../../kube/selector.ts';
import { probeTimes } from './probe-times.ts';
import { eachContainer, type ProbeField, type Rule } from './rule.ts';

const SLOW_DETECTION_SECONDS = 60;
const FIELDS: readonly ProbeField[] = ['startupProbe', 'livenessProbe', 'readinessProbe'];
type Probe = NonNullable<Container['livenessProbe']>;

/** Rules about pods that are up. */
export const RUNNING_RULES: readonly Rule[] = [
  {
    id: 'liveness-before-readiness',
    level: 'warning',
    title: 'The container is killed before it is taken out of service',
    why: 'If liveness and readiness ask the same thing and liveness is no slower, a pod that is overloaded is killed at the moment it should get a rest, its clients see the connections break, and its load goes to the others.',
    example: 'both probes: {httpGet: {path: /health, port: 8080}, periodSeconds: 10, failureThreshold: 3}',
    fix: 'Let readiness be the quicker one by far, or let liveness ask less: only whether the process still reacts.',
    find: ({ spec }) =>
      eachContainer(spec).flatMap(({ container, path }) => {
        const { livenessProbe: live, readinessProbe: ready } = container;
        if (live === undefined || ready === undefined || handlerOf(live) !== handlerOf(ready)) return [];
        const [slow, quick] = [probeTimes(live).detection, probeTimes(ready).detection];
        if (slow.least > quick.most) return [];
        const message = `the same request decides both: the pod leaves its Services ${quick.least}s to ${quick.most}s after a failure, and is killed after ${slow.least}s to ${slow.most}s`;
        return [{ path: [...path, 'livenessProbe'], container: container.name, message }];
      }),
  },
  {
    id: 'liveness-threshold-one',
    level: 'warning',
    title: 'One slow answer restarts the container',
    why: 'With failureThreshold 1 a single attempt that fails, a pause of the garbage collector or a lost packet, kills the container.',
    example: 'livenessProbe: {failureThreshold: 1, timeoutSeconds: 1}',
    fix: 'Use failureThreshold 3 or more; make up for it with a shorter period.',
    find: ({ spec }) =>
      eachContainer(spec).flatMap(({ container, path }) => {
        const probe = container.livenessProbe;
        if (probe === undefined || probeTimes(probe).failures > 1) return [];
        const message = `one attempt that fails, or takes longer than ${probeTimes(probe).timeout}s, kills the container`;
        return [{ path: [...path, 'livenessProbe', 'failureThreshold'], container: container.name, message }];
      }),
  },
  {
    id: 'timeout-over-period',
    level: 'warning',
    title: 'An attempt takes longer than the period',
    why: 'There is never more than one attempt at a time. If an app hangs, each attempt lasts timeoutSeconds and the next one waits: the failure is found after failureThreshold × timeoutSeconds, later than the period says.',
    example: '{periodSeconds: 5, timeoutSeconds: 10}',
    fix: 'Make timeoutSeconds less than periodSeconds.',
    find: ({ spec }) =>
      eachContainer(spec).flatMap(({ container, path }) =>
        FIELDS.flatMap((field) => {
          const probe = container[field];
          if (probe === undefined) return [];
          const { timeout, period, failures, detection } = probeTimes(probe);
          if (timeout <= period) return [];
          const message = `timeoutSeconds ${timeout} is more than periodSeconds ${period}: of an app that hangs the failure is found after up to ${detection.most}s, not ${failures * period}s`;
          return [{ path: [...path, field, 'timeoutSeconds'], container: container.name, message }];
        }),
      ),
  },
  {
    id: 'slow-readiness',
    level: 'warning',
    title: 'Clients are sent to a dead app for long',
    why: 'Until readiness has failed failureThreshold times in a row, the pod stays among the endpoints of its Services and part of all requests fails.',
    example: 'readinessProbe: {periodSeconds: 30, failureThreshold: 3}',
    fix: 'Shorten the period of the readiness probe; it is cheap.',
    find: (subject) =>
      servicesOf(subject).length === 0
        ? []
        : eachContainer(subject.spec).flatMap(({ container, path }) => {
            if (container.readinessProbe === undefined) return [];
            const { detection } = probeTimes(container.readinessProbe);
            if (detection.most <= SLOW_DETECTION_SECONDS) return [];
            const message = `clients are sent to a pod that does not answer for up to ${detection.most}s`;
            return [{ path: [...path, 'readinessProbe'], container: container.name, message }];
          }),
  },
  {
    id: 'service-without-readiness',
    level: 'warning',
    title: 'A pod gets requests before it can answer',
    why: 'Without a readiness probe a container is ready as soon as it runs. Its pod is among the endpoints of the Service while the app still starts, and stays there when it fails.',
    example: 'a Service that selects app: web, and pods of app: web without readinessProbe',
    fix: 'Add a readiness probe to the container behind the port of the Service.',
    find: (subject) => {
      const [service] = servicesOf(subject);
      if (
        service === undefined ||
        subject.spec.containers.some((container) => container.readinessProbe !== undefined)
      ) {
        return [];
      }
      const message = `Service "${service.metadata.name}" sends requests to it as soon as its containers run: no container has a readinessProbe`;
      return [{ path: ['containers', 0], container: subject.spec.containers[0]?.name ?? '', message }];
    },
  },
];

/** Services of the same namespace whose selector fits the pod. */
function servicesOf({ services, metadata }: Parameters<Rule['find']>[0]) {
  return services.filter(({ metadata: { namespace = 'default' }, spec }) => {
    const selector = spec?.selector ?? {};
    // A Service without a selector has no pods.
    if (namespace !== metadata.namespace || Object.keys(selector).length === 0) return false;
    return matchesLabels(selector, metadata.labels);
  });
}

function handlerOf({ httpGet, tcpSocket, exec, grpc }: Probe): string {
  return JSON.stringify([httpGet, tcpSocket, exec, grpc]);
}
