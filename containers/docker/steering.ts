import type { SteerCommand } from '../../sim/runtime/port.ts';
import { NET_IMAGE } from '../images/catalogue.ts';
import { engineMessage } from './engine.ts';
import type { Instance } from './instance.ts';
import type { PodContainers } from './pod-containers.ts';
import type { PodSandboxes } from './pod-sandboxes.ts';
import type { RunContext } from './run-context.ts';

export interface SteeringOptions {
  run: RunContext;
  containers: PodContainers;
  sandboxes: PodSandboxes;
}

type Patch = Readonly<Record<string, unknown>>;

/** Carries a scenario's steps into running containers. What cannot be done is told by a notice, never dropped. */
export class Steering {
  readonly #options: SteeringOptions;
  /** What an app's later instances start with: `podUID/container` → patches in the order they came. */
  readonly #lasting = new Map<string, Patch[]>();

  constructor(options: SteeringOptions) {
    this.#options = options;
  }

  async steer(command: SteerCommand): Promise<void> {
    try {
      if (command.target === 'app') this.#app(command);
      else if (command.target === 'envoy') await this.#envoy(command.podUID, command.patch);
      else if (command.target === 'network') await this.#network(command.podUID, command.patch);
      else if (command.target === 'pause') await this.#pause(command.containerID, command.paused);
      else this.#unsupported(`runtime step ${JSON.stringify(command.patch)}`);
    } catch (error) {
      this.#options.run.notice('error', 'STEER_FAILED', `A step could not be carried out: ${engineMessage(error)}`);
    }
  }

  /** A new instance of a container that was steered goes on where the last one was. */
  patches(podUID: string, container: string): readonly Patch[] {
    return this.#lasting.get(key(podUID, container)) ?? [];
  }

  #app(command: Extract<SteerCommand, { target: 'app' }>): void {
    const { podUID, container, patch } = command;
    const instance = this.#options.containers.running(podUID, container);
    if (instance !== undefined && !instance.program) {
      const message = `Container ${container} runs ${instance.command.image} itself, which cannot be steered.`;
      this.#options.run.notice('error', 'STEER_NO_PROGRAM', message);
      return;
    }
    // An end is of one process; everything else is how the app behaves from now on.
    const { instanceOnly, exit, die, ...lasting } = patch;
    if (instanceOnly !== true && Object.keys(lasting).length > 0) {
      const list = this.#lasting.get(key(podUID, container)) ?? [];
      this.#lasting.set(key(podUID, container), [...list, lasting]);
    }
    if (instance !== undefined) send(instance, patch);
    else if (instanceOnly === true || exit !== undefined || die !== undefined) {
      this.#options.run.notice(
        'warning',
        'STEER_NO_TARGET',
        `Container ${container} is not running: nothing to change.`,
      );
    }
  }

  async #envoy(podUID: string, patch: Patch): Promise<void> {
    const instance = this.#options.containers.running(podUID, 'envoy');
    if (instance === undefined) {
      this.#options.run.notice('error', 'STEER_NO_TARGET', 'The pod has no running container "envoy".');
      return;
    }
    const container = this.#options.run.docker.getContainer(instance.containerID);
    if (patch.kill === true) await container.kill({ signal: 'SIGKILL' });
    else if (patch.pause === true) await container.pause();
    else if (patch.pause === false) await container.unpause();
    else this.#unsupported(`envoy step ${JSON.stringify(patch)}`);
  }

  async #pause(containerID: string, paused: boolean): Promise<void> {
    const container = this.#options.run.docker.getContainer(containerID);
    await (paused ? container.pause() : container.unpause());
  }

  async #network(podUID: string, patch: Patch): Promise<void> {
    const pauseID = this.#options.sandboxes.pauseID(podUID);
    if (pauseID === undefined) {
      this.#options.run.notice('error', 'STEER_NO_TARGET', 'The pod has no network: it is not running.');
      return;
    }
    const script = networkScript(patch);
    if (script === undefined) {
      this.#unsupported(`network step ${JSON.stringify(patch)}`);
      return;
    }
    const { exitCode, output } = await this.#inNetwork(pauseID, script);
    if (exitCode !== 0) {
      this.#options.run.notice('error', 'STEER_NETWORK', `The pod's network could not be changed: ${output.trim()}`);
    }
  }

  /** Runs a script in the pod's network namespace, with the right to change it. */
  async #inNetwork(pauseID: string, script: string): Promise<{ exitCode: number; output: string }> {
    const container = await this.#options.run.docker.createContainer({
      Image: NET_IMAGE,
      Cmd: ['sh', '-c', script],
      Tty: true,
      Labels: { ...this.#options.run.labels },
      HostConfig: { NetworkMode: `container:${pauseID}`, CapAdd: ['NET_ADMIN'] },
    });
    try {
      await container.start();
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      const output = await container.logs({ stdout: true, stderr: true });
      return { exitCode: StatusCode, output: output.toString('utf8') };
    } finally {
      await container.remove({ force: true }).catch(() => {});
    }
  }

  #unsupported(what: string): void {
    this.#options.run.notice('error', 'STEER_UNSUPPORTED', `The docker runtime has no way to do this: ${what}.`);
  }
}

function key(podUID: string, container: string): string {
  return `${podUID}/${container}`;
}

function send(instance: Instance, patch: Patch): void {
  instance.input?.write(`${JSON.stringify(patch)}\n`);
}

/**
 * Shell for a network step: `latency` (ms) and `loss` (0…1) for what leaves the pod, `partition` cuts it off from
 * the node. Each replaces what an earlier step set.
 */
function networkScript(patch: Patch): string | undefined {
  const known = ['latency', 'loss', 'partition'];
  if (Object.keys(patch).length === 0 || Object.keys(patch).some((name) => !known.includes(name))) return undefined;
  const lines: string[] = [];
  if ('latency' in patch || 'loss' in patch) {
    const rules = [
      ...(Number(patch.latency) > 0 ? ['delay', `${Number(patch.latency)}ms`] : []),
      ...(Number(patch.loss) > 0 ? ['loss', `${Number(patch.loss) * 100}%`] : []),
    ];
    const command =
      rules.length === 0
        ? 'tc qdisc del dev eth0 root 2>/dev/null || true'
        : `tc qdisc replace dev eth0 root netem ${rules.join(' ')}`;
    lines.push(command);
  }
  if ('partition' in patch) {
    lines.push('iptables -t filter -D INPUT -i eth0 -j DROP 2>/dev/null || true');
    if (patch.partition === true) lines.push('iptables -t filter -I INPUT -i eth0 -j DROP');
  }
  return `set -e\n${lines.join('\n')}`;
}
