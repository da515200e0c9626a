import { WallClock } from '../../sim/core/wall-clock.ts';
import { type KubeletTimings, REAL_TIMINGS } from '../../sim/kubelet/timings.ts';
import type { RuntimeFactory } from '../../sim/lab.ts';
import { createCertificateAuthority } from '../osm/certificate-authority.ts';
import { encodeResource } from '../osm/encode-resource.ts';
import { KeyVault } from '../osm/key-vault.ts';
import { selfSignedCertificate } from '../program-host/certificate.ts';
import { createProbeTransport } from '../transport/probe-transport.ts';
import { createDockerRuntime, type DockerRuntimeOptions } from './docker-runtime.ts';

export interface DockerFactoryOptions
  extends Pick<DockerRuntimeOptions, 'images' | 'described' | 'timeScale' | 'keep' | 'engine'> {
  /** Names the run in labels and container names; default one made of the process id and the time. */
  runId?: string;
}

/** The release of Envoy that `probelab images build` makes and that the bootstrap is written for. */
const ENVOY_VERSION = '1.40.0';

/**
 * The kubelet looks at its containers every second, and a lab in real time would only wait for that: looking costs
 * nothing here, so it looks four times as often. Not more: each look that
 * finds a change syncs the pod, and each sync pokes a readiness probe that fails, so the counts would differ from a node's.
 * A death it takes from the engine's events: what comes next need not wait.
 */
const TIMINGS: KubeletTimings = { ...REAL_TIMINGS, relistPeriodMs: 250, deathsTold: true };

/**
 * The docker runtime as a lab takes it: `createLab({ runtime: dockerRuntime() })`. The clock follows the wall; its
 * zero is set when the runtime is ready, and again by whoever applies the manifests (`clock.reset()`).
 */
export function dockerRuntime(
  options: DockerFactoryOptions = {},
): RuntimeFactory & { readonly clock: WallClock; readonly runId: string } {
  const { runId = newRunId(), ...rest } = options;
  const clock = wallClock();
  const { cert, key } = selfSignedCertificate('probelab');
  const vault = new KeyVault();
  return {
    name: 'docker',
    runId,
    clock,
    timings: TIMINGS,
    envoyVersion: ENVOY_VERSION,
    certificates: { certificateChain: cert, privateKey: vault.seal(key), trustedCA: cert },
    issuer: createCertificateAuthority(vault),
    encodeXds: encodeResource,
    create: async ({ apps, images, services }) => {
      const runtime = await createDockerRuntime({
        ...rest,
        images: { ...images, ...rest.images },
        clock,
        runId,
        apps,
        services,
        reveal: (content) => vault.reveal(content),
        transport: createProbeTransport(),
      });
      clock.reset();
      return runtime;
    },
  };
}

export function wallClock(): WallClock {
  return new WallClock({
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (fn, ms) => setTimeout(fn, ms),
    clearTimeout: (handle) => clearTimeout(handle),
  });
}

function newRunId(): string {
  return `probelab-${process.pid.toString(36)}-${Date.now().toString(36)}`;
}
