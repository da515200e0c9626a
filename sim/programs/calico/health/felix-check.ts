import type { ProgramHost } from '../../host.ts';
import type { CalicoProfile } from '../profiles.ts';
import type { Check } from './check.ts';
import { goGet } from './go-get.ts';

/** Where felix answers, from the probe's own environment. */
function felixAddress(env: ProgramHost['env'], { felixClientMs }: CalicoProfile): { host: string; port: string } {
  const host = felixClientMs === undefined ? env.FELIX_HEALTHHOST : undefined;
  return { host: host || 'localhost', port: env.FELIX_HEALTHPORT || '9099' };
}

/**
 * Asks felix' aggregator. Redirects are followed, the body is not read, the threshold's time is the limit.
 * Models projectcalico/calico node/pkg/health/health.go checkFelixHealth.
 */
export function felixCheck(kind: 'liveness' | 'readiness'): Check {
  const prefix = kind === 'liveness' ? 'Felix is not live' : 'felix is not ready';
  return (context, done) => {
    const { host, profile, thresholdMs } = context;
    const felix = felixAddress(host.env, profile);
    const isOld = profile.felixClientMs !== undefined;
    const limit = { timeoutMs: profile.felixClientMs ?? thresholdMs, limitedBy: isOld ? 'client' : 'context' } as const;
    // A URL that cannot be parsed gives no request, and the error is looked at too late.
    if (felix.port.startsWith('-')) {
      context.panic(NIL_POINTER);
      return;
    }
    const give = goGet(host, { ...felix, port: Number(felix.port), target: `/${kind}`, ...limit }, (got) => {
      // Go puts the URL in quotes from 1.14 on.
      if ('error' in got) done(`${prefix}: ${isOld ? got.error.replace(/^Get "(.*?)":/, 'Get $1:') : got.error}`);
      else if (got.status < 200 || got.status >= 400) done(`${prefix}: ${kind} probe reporting ${got.status}`);
      else done(undefined);
    });
    context.onCancel(() => {
      give();
      done('context canceled');
    });
  };
}

const NIL_POINTER =
  'runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x3c32318]';
