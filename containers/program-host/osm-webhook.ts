import { randomUUID } from 'node:crypto';
import type { Random } from '../../sim/core/random.ts';
import { answerAdmissionReview } from '../../sim/mesh/osm/admission-review.ts';
import { MONITORED_BY_LABEL } from '../../sim/mesh/osm/constants.ts';
import { createOsmInjector } from '../../sim/mesh/osm/injector.ts';
import type { MeshConfig } from '../../sim/mesh/osm/mesh-config.ts';
import { OSM_VERSIONS, type OsmVersion } from '../../sim/mesh/osm/profiles.ts';
import type { NamespaceView } from '../../sim/mesh/osm/sidecar-injection.ts';
import type { HttpExchange, Program } from '../../sim/programs/host.ts';
import { flag } from '../../sim/programs/osm/flags.ts';
import { type InjectorPatch, type InjectorWebhook, osmInjectorWith } from '../../sim/programs/osm/webhook-servers.ts';

/** Larger than any object that etcd takes. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;
const ENABLED = { 'openservicemesh.io/sidecar-injection': 'enabled' };

/**
 * osm-injector with its webhook: an AdmissionReview in, one out. Until an `InjectorPatch` says otherwise every namespace
 * is one of the mesh with injection enabled. `--osm-version` and `--mesh-name` are the program's own arguments.
 */
export const osmInjectorProgram: Program = (host) => {
  const webhook = admissionWebhook({
    release: flag(host.args, '--osm-version'),
    meshName: flag(host.args, '--mesh-name'),
    osmNamespace: flag(host.args, '--osm-namespace'),
    log: (entry) => host.write('stdout', `${JSON.stringify({ ...entry, component: 'sidecar-injector' })}\n`),
  });
  osmInjectorWith(webhook)(host);
};

interface WebhookOptions {
  release: string | undefined;
  meshName: string | undefined;
  osmNamespace: string | undefined;
  log(entry: { level: string; error: string; message: string }): void;
}

function admissionWebhook({ release, meshName, osmNamespace, log }: WebhookOptions): InjectorWebhook {
  let namespaces: InjectorPatch['namespaces'];
  let meshConfig: MeshConfig | undefined;
  const injector = createOsmInjector({
    // Nothing here is to be repeated: real uuids.
    random: { uuid: randomUUID } as unknown as Random,
    profile: profileOf(release),
    meshConfig: () => meshConfig,
    log,
    ...(release === undefined ? {} : { release }),
    ...(meshName === undefined ? {} : { meshName }),
    ...(osmNamespace === undefined ? {} : { osmNamespace }),
  });
  const namespaceOf = (name: string): NamespaceView => {
    if (namespaces === undefined) return { name, monitored: true, annotations: ENABLED };
    const found = namespaces[name];
    const monitored = found?.labels?.[MONITORED_BY_LABEL] === injector.meshName;
    return { name, monitored, annotations: found && (found.annotations ?? {}) };
  };
  const handler = (exchange: HttpExchange): void => {
    const { request } = exchange;
    if (request.body.length > MAX_BODY_BYTES) {
      exchange.reply(TOO_LARGE);
      return;
    }
    const contentType = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    const body = new TextDecoder().decode(request.body);
    const answer = answerAdmissionReview(injector, { contentType, body }, namespaceOf);
    const sniffing = answer.status === 200 ? [] : ([['X-Content-Type-Options', 'nosniff']] as const);
    exchange.reply({
      status: answer.status,
      headers: [['Content-Type', answer.contentType], ...sniffing],
      body: answer.body,
    });
  };
  const onSteer = (patch: Readonly<Record<string, unknown>>): void => {
    const given = patch as InjectorPatch;
    namespaces = given.namespaces ?? namespaces;
    meshConfig = (given.meshConfig as MeshConfig | undefined) ?? meshConfig;
  };
  return { handler, onSteer };
}

const TOO_LARGE = {
  status: 413,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body: 'too large\n',
} as const;

/** `v1.1.4` is of release 1.1. */
function profileOf(release: string | undefined): OsmVersion {
  return OSM_VERSIONS.find((version) => release?.replace(/^v/, '').startsWith(version)) ?? '1.1';
}
