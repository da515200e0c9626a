import { probeTimes } from './probe-times.ts';
import { eachContainer, type Rule } from './rule.ts';

/** A slower start than this is common, and what a liveness probe alone should at least allow. */
const COMMON_START_SECONDS = 30;

/** Rules about apps that take their time to come up. */
export const START_UP_RULES: readonly Rule[] = [
  {
    id: 'start-up-killed',
    level: 'error',
    title: 'The app is killed before it is up',
    why: 'A startup probe (or, without one, the liveness probe) gives an app a certain time to answer. If that is less than the app needs, its container is restarted again and again and never comes up.',
    example: 'annotation probelab.dev/startup: 60s, startupProbe: {periodSeconds: 5, failureThreshold: 6}',
    fix: 'Raise failureThreshold of the startup probe until failureThreshold × periodSeconds is more than the app ever needs.',
    find: ({ spec, startupMs }) =>
      startupMs === undefined
        ? []
        : eachContainer(spec).flatMap(({ container, path }) => {
            const field = container.startupProbe === undefined ? 'livenessProbe' : 'startupProbe';
            const probe = container[field];
            if (probe === undefined) return [];
            const { givenUp, failures, period } = probeTimes(probe);
            if (givenUp.least * 1000 >= startupMs) return [];
            const needed = Math.ceil(startupMs / 1000 / period) + 1;
            const message = `${field} gives up ${givenUp.least}s to ${givenUp.most}s after the container's start, the app takes ${startupMs / 1000}s. Try ${field}.failureThreshold >= ${Math.max(needed, failures + 1)}.`;
            return [{ path: [...path, field], container: container.name, message }];
          }),
  },
  {
    id: 'liveness-without-startup',
    level: 'warning',
    title: 'A liveness probe kills slow starts',
    why: 'Without a startup probe the liveness probe counts from the start of the container. An app that takes longer than initialDelaySeconds + (failureThreshold − 1) × periodSeconds once, on a busy node or with a cold cache, is killed while it starts, and starts again from nothing.',
    example: 'livenessProbe: {httpGet: {path: /live, port: 8080}, periodSeconds: 5}',
    fix: 'Add a startup probe with the same handler and a large failureThreshold; then the liveness probe can stay quick.',
    find: ({ spec, startupMs }) =>
      startupMs !== undefined
        ? []
        : eachContainer(spec).flatMap(({ container, path }) => {
            if (container.livenessProbe === undefined || container.startupProbe !== undefined) return [];
            const { givenUp } = probeTimes(container.livenessProbe);
            if (givenUp.least >= COMMON_START_SECONDS) return [];
            const message = `an app that takes longer than ${givenUp.least}s to come up is killed, at the latest after ${givenUp.most}s, and there is no startupProbe`;
            return [{ path: [...path, 'livenessProbe'], container: container.name, message }];
          }),
  },
  {
    id: 'delay-behind-startup',
    level: 'warning',
    title: 'initialDelaySeconds does nothing behind a startup probe',
    why: 'The delay counts from the start of the container, not from the end of the startup probe. Behind a startup probe it is over before the first attempt, unless the app comes up sooner than the delay: then it only makes the pod ready later.',
    example: 'startupProbe: {failureThreshold: 30}, readinessProbe: {initialDelaySeconds: 20}',
    fix: 'Leave initialDelaySeconds out of the other probes.',
    find: ({ spec }) =>
      eachContainer(spec).flatMap(({ container, path }) =>
        container.startupProbe === undefined
          ? []
          : (['livenessProbe', 'readinessProbe'] as const).flatMap((field) => {
              const delay = container[field]?.initialDelaySeconds ?? 0;
              if (delay === 0) return [];
              const message = `initialDelaySeconds: ${delay} counts from the container's start: behind a startupProbe it only delays an app that is up sooner`;
              return [{ path: [...path, field, 'initialDelaySeconds'], container: container.name, message }];
            }),
      ),
  },
  {
    id: 'rollout-deadline',
    level: 'error',
    title: 'A rollout is over before a pod can be ready',
    why: 'A Deployment whose new pods take longer than progressDeadlineSeconds to become available reports ProgressDeadlineExceeded, although nothing is wrong with them.',
    example: 'progressDeadlineSeconds: 60, startupProbe: {periodSeconds: 10, failureThreshold: 30}',
    fix: 'Raise progressDeadlineSeconds above the time that the startup probe allows, plus minReadySeconds.',
    find: ({ kind, owner, spec, startupMs }) => {
      if (kind !== 'Deployment') return [];
      const deadline = Number(owner.progressDeadlineSeconds ?? 600);
      const minReady = Number(owner.minReadySeconds ?? 0);
      const slowest = Math.max(
        0,
        ...spec.containers.map(({ startupProbe, readinessProbe }) => {
          const started =
            startupMs === undefined
              ? startupProbe === undefined
                ? 0
                : probeTimes(startupProbe).givenUp.most
              : startupMs / 1000;
          const ready = readinessProbe === undefined ? 0 : probeTimes(readinessProbe);
          return started + (ready === 0 ? 0 : ready.period * ready.successes);
        }),
      );
      if (slowest + minReady < deadline) return [];
      const message = `a pod may take ${slowest}s to be ready${minReady === 0 ? '' : ` and ${minReady}s more to be available`}, progressDeadlineSeconds is ${deadline}: the rollout is reported as failed`;
      return [{ path: ['progressDeadlineSeconds'], ofOwner: true, message }];
    },
  },
];
