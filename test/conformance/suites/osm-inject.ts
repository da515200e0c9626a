import { Random } from '../../../sim/core/random.ts';
import { type BootstrapSecret, bootstrapOf } from '../../../sim/mesh/osm/bootstrap-secret.ts';
import { createOsmInjector, type MutateResult } from '../../../sim/mesh/osm/injector.ts';
import type { OsmImages, OsmVersion } from '../../../sim/mesh/osm/profiles.ts';
import { readCases } from '../golden.ts';
import { firstDifference } from '../osm/first-difference.ts';
import { asSets, type InjectCase, releaseOf } from '../osm/inject-case.ts';
import type { CaseResult, Suite } from '../suite.ts';

/** What the recorder told the webhook: images of its environment, certificates `xx` and `yy`, its own log level. */
const RECORDER = {
  logLevel: 'trace',
  release: '',
  certificate: { certificateChain: 'xx', privateKey: 'yy', issuingCA: 'xx' },
};
const IMAGES: Partial<Record<OsmVersion, Partial<OsmImages>>> = {
  '1.0': { envoy: 'envoyproxy/envoy-alpine:v1.19.3', envoyWindows: 'envoyproxy/envoy-windows:v1.19.3' },
};
const NO_IMAGES: OsmImages = { envoy: '', envoyWindows: '', init: '', healthcheck: '' };
/** The recorder's MeshConfig is Go's struct: the defaults of the CRD are not in it. */
const NO_DEFAULTS = { tlsMinProtocolVersion: '', tlsMaxProtocolVersion: '', localProxyMode: '' } as const;
const RECORDED_UUID = '11111111-2222-4333-8444-555555555555';

/** Gives the recorder's uuid, which stands where the real code draws one. */
class RecordedUuid extends Random {
  constructor() {
    super(0);
  }
  override uuid(): string {
    return RECORDED_UUID;
  }
}

export const suite: Suite = {
  name: 'osm-inject',
  about: "OSM's mutating webhook: verdict, mutated pod, Secret, Envoy bootstrap",
  async *run(files, options) {
    for (const file of files) {
      const cases = readCases<InjectCase>(file);
      const release = releaseOf(file, cases);
      for (const item of cases) {
        if (options.caseName !== undefined && item.name !== options.caseName) continue;
        yield play(item, release, options.sideBySide);
      }
    }
  },
};

function play(item: InjectCase, release: OsmVersion, sideBySide: boolean): CaseResult {
  const secrets: BootstrapSecret[] = [];
  const injector = createOsmInjector({
    profile: release,
    random: new RecordedUuid(),
    images: item.imagesConfigured ? { ...IMAGES[release] } : NO_IMAGES,
    release: RECORDER.release,
    logLevel: RECORDER.logLevel,
    meshConfig: { spec: { ...item.meshConfigSpec, sidecar: { ...NO_DEFAULTS, ...item.meshConfigSpec?.sidecar } } },
    issueCertificate: () => RECORDER.certificate,
    createSecret: (secret) => secrets.push(secret),
  });
  const annotations = item.namespaceMissing ? undefined : (item.namespaceAnnotations ?? {});
  const namespace = { name: item.namespace, monitored: item.monitored, annotations };
  const result = injector.mutate({ ...objectOf(item), namespace, dryRun: item.dryRun });
  const expected = comparable(item, release, item);
  const actual = comparable(item, release, outcome(result, secrets, item));
  const difference = sideBySide
    ? `expected ${JSON.stringify(expected, null, 2)}\ngot ${JSON.stringify(actual, null, 2)}`
    : firstDifference(expected, actual);
  const failed = firstDifference(expected, actual) !== undefined;
  return { name: item.name, status: failed ? 'failed' : 'passed', ...(difference === undefined ? {} : { difference }) };
}

function objectOf(item: InjectCase): { object: unknown } | { raw: string } {
  if (typeof item.rawObject === 'string') return { raw: item.rawObject };
  return { object: item.rawObject ?? item.pod };
}

type Recorded = Pick<
  InjectCase,
  | 'allowed'
  | 'result'
  | 'mutated'
  | 'secretName'
  | 'secretLabels'
  | 'secretKeys'
  | 'sdsFiles'
  | 'bootstrap'
  | 'bootstrapYAML'
>;

function outcome(result: MutateResult, secrets: readonly BootstrapSecret[], item: InjectCase): Recorded {
  const secret = secrets[0];
  const file = (name: string): string => Buffer.from(secret?.data[name] ?? '', 'base64').toString();
  const bootstrap = secret === undefined ? undefined : bootstrapOf(secret);
  return {
    allowed: result.allowed,
    ...(result.allowed ? { mutated: result.object } : { result: { message: result.message } }),
    ...(secret === undefined ? {} : { secretName: secret.metadata.name, secretLabels: secret.metadata.labels }),
    ...(bootstrap === undefined ? {} : { bootstrap }),
    ...(item.bootstrapYAML === undefined ? {} : { bootstrapYAML: file('bootstrap.yaml') }),
    ...(item.secretKeys === undefined ? {} : { secretKeys: Object.keys(secret?.data ?? {}) }),
    ...(item.sdsFiles === undefined
      ? {}
      : { sdsFiles: [file('tls_certificate_sds_secret.yaml'), file('validation_context_sds_secret.yaml')] }),
  };
}

/** The part of a record that is compared; what is recorded only sometimes is compared only then. */
function comparable(item: InjectCase, release: OsmVersion, recorded: Recorded): Record<string, unknown> {
  const { bootstrap } = recorded;
  return {
    allowed: recorded.allowed,
    message: recorded.result?.message,
    mutated: recorded.mutated,
    secretName: recorded.secretName,
    secretLabels: recorded.secretLabels,
    secretKeys: recorded.secretKeys?.toSorted(),
    sdsFiles: recorded.sdsFiles,
    bootstrap: bootstrap !== undefined && release === 'main' ? asSets(bootstrap, item.pod) : bootstrap,
    bootstrapYAML: recorded.bootstrapYAML,
  };
}
