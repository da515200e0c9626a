import type { KubeObject } from '../../kube/objects.ts';
import { IGNORE_LABEL, MONITORED_BY_LABEL, OSM_PORTS, WEBHOOK_NAME, WEBHOOK_PATH } from '../../mesh/osm/constants.ts';
import { type Check, failure, group, success, unknown, warning } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { at, recordsAt, textAt, textsAt } from '../untyped.ts';
import { caBundleCheck } from './ca-bundle.ts';
import { isBefore, type Mesh } from './mesh.ts';

/** What one kind of webhook of OSM looks like when it is right. */
interface ExpectedWebhook {
  kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  /** Name of its configuration. */
  configuration: string;
  webhook: string;
  /** Label `app` of its configuration. */
  app: string;
  services: readonly { name: string; path: string; port: number }[];
  /** What happens without it. */
  without: string;
}

function expectedWebhooks(mesh: Mesh): ExpectedWebhook[] {
  const prefix = mesh.flavour === 'aks' ? 'aks-' : '';
  const validator = { name: 'osm-validator', path: '/validate', port: 9093 };
  // Before v0.11 the validator had another name and path; the page of the add-on shows it with later releases, too.
  const older = { name: 'osm-config-validator', path: '/validate-webhook', port: 9093 };
  const acceptsOlder = mesh.flavour === 'aks' || isBefore(mesh.release, 0, 11);
  return [
    {
      kind: 'MutatingWebhookConfiguration',
      configuration: `${prefix}osm-webhook-${mesh.name}`,
      webhook: WEBHOOK_NAME,
      app: 'osm-injector',
      services: [{ name: 'osm-injector', path: WEBHOOK_PATH, port: OSM_PORTS.injector }],
      without: 'New pods get no sidecar, their probes are not rewritten',
    },
    {
      kind: 'ValidatingWebhookConfiguration',
      configuration: `${prefix}osm-validator-mesh-${mesh.name}`,
      webhook: 'osm-validator.k8s.io',
      app: 'osm-controller',
      services: acceptsOlder ? [validator, older] : [validator],
      without: "OSM's policies are taken without being checked",
    },
  ];
}

/** The mutating and the validating webhook of a mesh. */
export function webhookChecks(view: ClusterView, mesh: Mesh): Check[] {
  return expectedWebhooks(mesh).map((expected) => webhookCheck(view, mesh, expected));
}

function webhookCheck(view: ClusterView, mesh: Mesh, expected: ExpectedWebhook): Check {
  const { kind } = expected;
  const found = findConfiguration(view, mesh, expected);
  if (found === undefined) {
    const context = `Verify ${kind} ${expected.configuration}`;
    if (!view.isComplete(kind, 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration')) {
      return unknown('webhook', context, view.notGiven(kind));
    }
    return failure('webhook', context, {
      object: `${kind.toLowerCase()}/${expected.configuration}`,
      reason: `${kind} "${expected.configuration}" not found. ${expected.without}`,
      suggestion: `${expected.app} makes it when it starts: kubectl rollout restart deployment -n ${mesh.namespace} ${expected.app}`,
    });
  }
  const webhooks = recordsAt(found, 'webhooks');
  const webhook = webhooks.find((one) => one.name === expected.webhook) ?? webhooks[0];
  const object = `${kind.toLowerCase()}/${found.metadata.name}`;
  const context = `Verify ${kind} ${found.metadata.name}`;
  if (webhook === undefined) {
    const suggestion = `kubectl delete ${object}; then kubectl rollout restart deployment -n ${mesh.namespace} ${expected.app}`;
    return failure('webhook', context, { object, reason: `It has no webhooks. ${expected.without}`, suggestion });
  }
  const checks = [
    serviceReference(webhook, mesh, expected),
    caBundleCheck(view, mesh, at(webhook, 'clientConfig', 'caBundle'), `webhook ${expected.webhook}`),
    selectorCheck(webhook, mesh),
    policyCheck(webhook, expected),
  ];
  if (kind === 'MutatingWebhookConfiguration') checks.push(rulesCheck(webhook));
  return group('webhook', context, checks, { object });
}

/** By its name, else by its label or its webhook, of those that call this mesh's namespace. */
function findConfiguration(view: ClusterView, mesh: Mesh, expected: ExpectedWebhook): KubeObject | undefined {
  const all = view.list(expected.kind);
  const calls = (one: KubeObject) => textAt(one, 'webhooks', 0, 'clientConfig', 'service', 'namespace');
  return (
    all.find(({ metadata }) => metadata.name === expected.configuration) ??
    all.find(
      (one) =>
        calls(one) === mesh.namespace &&
        (one.metadata.labels?.app === expected.app || textAt(one, 'webhooks', 0, 'name') === expected.webhook),
    )
  );
}

function serviceReference(webhook: Record<string, unknown>, mesh: Mesh, expected: ExpectedWebhook): Check {
  const [first] = expected.services;
  const context = `Verify webhook ${expected.webhook} calls ${first?.name}.${mesh.namespace}:${first?.port}${first?.path}`;
  const service = at(webhook, 'clientConfig', 'service');
  const has = {
    name: textAt(service, 'name') ?? '',
    namespace: textAt(service, 'namespace') ?? '',
    path: textAt(service, 'path') ?? '/',
    // What the API server assumes.
    port: (at(service, 'port') as number | undefined) ?? 443,
  };
  const nearest = expected.services.find(({ name }) => name === has.name) ?? first;
  const wrong = [
    has.namespace === mesh.namespace ? '' : `namespace "${has.namespace}" instead of "${mesh.namespace}"`,
    ...(['name', 'path', 'port'] as const).map((field) =>
      has[field] === nearest?.[field]
        ? ''
        : `${field} ${JSON.stringify(has[field])} instead of ${JSON.stringify(nearest?.[field])}`,
    ),
  ].filter((text) => text !== '');
  if (wrong.length === 0) return success('webhook-service', context, { reason: JSON.stringify(service) });
  return failure('webhook-service', context, {
    reason: `clientConfig.service has ${wrong.join(', ')}`,
    suggestion: `kubectl rollout restart deployment -n ${mesh.namespace} ${expected.app} makes ${expected.app} write it again; or kubectl edit ${expected.kind}`,
  });
}

/** Without these conditions the API server asks OSM about pods of other meshes, or about OSM's own. */
function selectorCheck(webhook: Record<string, unknown>, mesh: Mesh): Check {
  const context = `Verify the webhook's namespaceSelector is ${MONITORED_BY_LABEL}=${mesh.name}`;
  const selector = at(webhook, 'namespaceSelector');
  const expressions = recordsAt(selector, 'matchExpressions');
  const monitored =
    textAt(selector, 'matchLabels', MONITORED_BY_LABEL) ??
    textsAt(
      expressions.find(({ key, operator }) => key === MONITORED_BY_LABEL && operator === 'In'),
      'values',
    )[0];
  if (monitored !== mesh.name) {
    return failure('webhook-selector', context, {
      reason: monitored === undefined ? 'It has no such condition' : `It asks for ${MONITORED_BY_LABEL}=${monitored}`,
      suggestion: `Namespaces of the mesh carry ${MONITORED_BY_LABEL}=${mesh.name}: the webhook must select that label`,
    });
  }
  const has = (key: string) => expressions.some((expression) => expression.key === key);
  const missing = [
    has(IGNORE_LABEL) ? '' : IGNORE_LABEL,
    has('name') || has('kubernetes.io/metadata.name') ? '' : `name NotIn [${mesh.namespace}]`,
  ].filter((text) => text !== '');
  if (missing.length === 0) return success('webhook-selector', context);
  return warning('webhook-selector', context, {
    reason: `It does not exclude by ${missing.join(' and ')}`,
    suggestion: 'Restore the conditions: namespaces that are to be left alone are not',
  });
}

function policyCheck(webhook: Record<string, unknown>, expected: ExpectedWebhook): Check {
  const policy = textAt(webhook, 'failurePolicy') ?? 'Fail';
  const context = `Verify webhook ${expected.webhook} has failurePolicy Fail`;
  if (policy === 'Fail') return success('webhook-failure-policy', context);
  return warning('webhook-failure-policy', context, {
    reason: `It is ${policy}: while ${expected.app} is down, pods and policies pass without it`,
    suggestion: 'Set failurePolicy: Fail, or restart the pods that were made meanwhile',
  });
}

function rulesCheck(webhook: Record<string, unknown>): Check {
  const context = 'Verify the webhook is called when pods are created';
  const covers = (values: readonly string[], wanted: string) => values.includes(wanted) || values.includes('*');
  const right = recordsAt(webhook, 'rules').some(
    (rule) =>
      covers(textsAt(rule, 'operations'), 'CREATE') &&
      covers(textsAt(rule, 'resources'), 'pods') &&
      covers(textsAt(rule, 'apiVersions'), 'v1') &&
      (covers(textsAt(rule, 'apiGroups'), '') || covers(textsAt(rule, 'apiGroups'), '*')),
  );
  if (right) return success('webhook-rules', context);
  return failure('webhook-rules', context, {
    reason: `No rule has operation CREATE, resource pods, version v1: ${JSON.stringify(at(webhook, 'rules') ?? [])}`,
    suggestion: 'Restore the rule: without it no pod gets a sidecar',
  });
}
