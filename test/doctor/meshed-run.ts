import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaves } from '../../sim/doctor/check.ts';
import type { DoctorInput } from '../../sim/doctor/cluster-view.ts';
import { type Diagnosis, type DoctorOptions, diagnose } from '../../sim/doctor/doctor.ts';
import { osmDoctor } from '../../sim/doctor/osm/osm-doctor.ts';
import { buildReport } from '../../sim/report/report.ts';
import { runScenario } from '../../sim/run-scenario.ts';
import { loadScenario } from '../../sim/scenario/load.ts';

const MANIFESTS = ['namespace', 'crds', 'mesh-config', 'webhooks', 'osm-bootstrap', 'osm-controller', 'osm-injector'];

/** A whole mesh: OSM's control plane, and a Deployment whose pods have HTTP, HTTPS and TCP probes. */
const SCENARIO = `
apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata: {name: meshed}
spec:
  duration: 90s
  mesh: {osm: {version: "1.1"}}
  manifests:
${MANIFESTS.map((name) => `    - scenarios/osm/control-plane/manifests/${name}.yaml`).join('\n')}
    - apiVersion: v1
      kind: Namespace
      metadata:
        name: bookstore
        labels: {openservicemesh.io/monitored-by: osm}
        annotations: {openservicemesh.io/sidecar-injection: enabled}
    - apiVersion: apps/v1
      kind: Deployment
      metadata: {name: bookstore-v1, namespace: bookstore}
      spec:
        replicas: 2
        selector: {matchLabels: {app: bookstore}}
        template:
          metadata: {labels: {app: bookstore}}
          spec:
            containers:
              - name: bookstore
                image: openservicemesh/bookstore:v1.1.4
                ports: [{containerPort: 14001, name: web}, {containerPort: 9443, name: secure}]
                livenessProbe: {httpGet: {path: /liveness, port: web}}
                startupProbe: {httpGet: {path: /startup, port: secure, scheme: HTTPS}}
              - name: side
                image: example/side:1
                ports: [{containerPort: 7000}]
                readinessProbe: {tcpSocket: {port: 7000}, periodSeconds: 5}
  apps:
    bookstore:
      servers:
        - {port: 14001, protocol: http, routes: [{path: /liveness, status: 200}]}
        - {port: 9443, protocol: https, routes: [{path: /startup, status: 200}]}
    side: {servers: [{port: 7000, protocol: http}]}
`;

let played: Promise<DoctorInput> | undefined;

/** What a faultless lab holds after 90 s; a copy that may be changed. */
export async function meshedRun(): Promise<Changeable> {
  played ??= play(SCENARIO);
  return JSON.parse(JSON.stringify(await played)) as Changeable;
}

const ROOT = join(import.meta.dirname, '../..');

/** Plays a scenario of the library. */
export function playFile(file: string): Promise<DoctorInput> {
  return play(readFileSync(join(ROOT, file), 'utf8'), file, join(ROOT, file, '..'));
}

/** Plays a scenario and gives what is left; `folder`: where the manifests lie that it names. */
async function play(text: string, file = 'meshed.yaml', folder = ROOT): Promise<DoctorInput> {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const scenario = loadScenario(text, { file, readFile: read });
  const result = await runScenario(scenario);
  const report = buildReport({ ...result, name: 'meshed', notices: [] } as never, 'test');
  return {
    origin: 'run',
    objects: report.objects,
    events: report.events,
    logs: report.logs.map((log) => ({ ...log, lines: log.lines.map(({ line }) => line) })),
    profiles: report.profiles,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: tests break objects in ways that their types forbid.
export type Changeable = Omit<DoctorInput, 'objects' | 'events'> & { objects: any[]; events: any[] };

/** An object of the input, to be changed. */
// biome-ignore lint/suspicious/noExplicitAny: see Changeable.
export function find(input: Changeable, kind: string, name: string | RegExp): any {
  const found = input.objects.find(
    (one) =>
      one.kind === kind && (typeof name === 'string' ? one.metadata.name === name : name.test(one.metadata.name)),
  );
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

/** Takes an object out. */
export function remove(input: Changeable, kind: string, name: string | RegExp): void {
  const gone = find(input, kind, name);
  input.objects = input.objects.filter((one) => one !== gone);
}

/** The diagnosis of an input. */
export function examine(input: Changeable | DoctorInput, options: DoctorOptions = {}): Diagnosis {
  return diagnose(osmDoctor, input as DoctorInput, 'the test', options);
}

/** `rule: reason` of every check that did not succeed, in order. */
export function findings(input: Changeable | DoctorInput, options: DoctorOptions = {}): string[] {
  return leaves(examine(input, options).checks)
    .filter(({ status }) => status !== 'Success')
    .map(({ status, rule, reason }) => `${status} ${rule}: ${reason}`);
}
