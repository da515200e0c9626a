import type { ProgramHost } from '../../host.ts';
import type { Check } from './check.ts';
import { goGet } from './go-get.ts';

/** Where felix answers, from the probe's own environment. */
export function felixAddress(env: ProgramHost['env']): { host: string; port: string } {
  return { host: env.FELIX_HEALTHHOST || 'localhost', port: env.FELIX_HEALTHPORT || '9099' };
}

/**
 * Asks felix' aggregator. Redirects are followed, the body is not read, the threshold's time is the limit.
 * Models projectcalico/calico node/pkg/health/health.go checkFelixHealth.
 */
export function felixCheck(kind: 'liveness' | 'readiness'): Check {
  const prefix = kind === 'liveness' ? 'Felix is not live' : 'felix is not ready';
  return (context, done) => {
    const { host, thresholdMs } = context;
    const felix = felixAddress(host.env);
    // A URL that cannot be parsed gives no request, and the error is looked at too late.
    if (felix.port.startsWith('-')) {
      context.panic(NIL_POINTER);
      return;
    }
    const give = goGet(
      host,
      { ...felix, port: Number(felix.port), target: `/${kind}`, timeoutMs: thresholdMs },
      (got) => {
        if ('error' in got) done(`${prefix}: ${got.error}`);
        else if (got.status < 200 || got.status >= 400) done(`${prefix}: ${kind} probe reporting ${got.status}`);
        else done(undefined);
      },
    );
    context.onCancel(() => {
      give();
      done('context canceled');
    });
  };
}

const NIL_POINTER =
  'runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x3c32318]';
