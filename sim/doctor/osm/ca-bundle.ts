import { fromBase64 } from '../../kube/base64.ts';
import type { Deployment, Secret } from '../../kube/objects.ts';
import { type Check, failure, success, unknown } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { at, recordsAt, textAt } from '../untyped.ts';
import { expiresAt } from './certificate-dates.ts';
import { argument, isControlPlane, type Mesh } from './mesh.ts';

/** Key of the root certificate in its Secret. */
export const CA_CERTIFICATE = 'ca.crt';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/**
 * The certificate authority by which the API server recognizes a server of OSM: it must be there, be certificates, and
 * be the mesh's own: that of the Secret `osm-ca-bundle`, or, if that is not given, the one that OSM's other webhooks have.
 */
export function caBundleCheck(view: ClusterView, mesh: Mesh, caBundle: unknown, of: string): Check {
  const context = `Verify the CA bundle of ${of}`;
  const suggestion = `osm-injector, osm-controller and osm-bootstrap write it when they start: kubectl rollout restart deployment -n ${mesh.namespace} osm-injector osm-controller osm-bootstrap`;
  const fail = (reason: string): Check => failure('webhook-ca-bundle', context, { reason, suggestion });
  if (caBundle === undefined || caBundle === null || caBundle === '') {
    return fail(
      'caBundle is empty: the API server trusts its own roots only (x509: certificate signed by unknown authority)',
    );
  }
  const certificates = typeof caBundle === 'string' ? certificatesIn(fromBase64(caBundle)) : [];
  if (certificates.length === 0) return fail('caBundle is not the base64 text of a PEM certificate');
  const { now } = view.input;
  const ends = certificates.map(expiresAt).filter((end) => end !== undefined);
  if (now !== undefined && ends.length > 0 && Math.max(...ends) < now) {
    const day = new Date(Math.max(...ends)).toISOString();
    return fail(`The certificate ended on ${day}: calls fail with x509: certificate has expired or is not yet valid`);
  }
  const root = rootCertificates(view, mesh);
  if (root !== undefined) {
    if (certificates.some((one) => root.certificates.includes(one))) {
      return success('webhook-ca-bundle', context, { reason: `It is that of Secret ${root.secret}` });
    }
    return fail(
      `Its certificate is not that of Secret ${root.secret}: calls fail with x509: certificate signed by unknown authority`,
    );
  }
  const others = otherBundles(view, mesh).filter((bundle) => bundle !== caBundle);
  if (others.some((bundle) => !certificatesIn(fromBase64(bundle)).some((one) => certificates.includes(one)))) {
    return fail(
      "It differs from that of OSM's other webhooks, which have the same root: at least one of them is wrong",
    );
  }
  const { reason } = view.notGiven('Secret');
  const bundle = caBundleSecret(view, mesh);
  return unknown('webhook-ca-bundle', context, {
    reason: `It is a certificate; ${reason}, so it was not compared with Secret ${bundle}`,
    suggestion: `kubectl get secret -n ${mesh.namespace} ${bundle} -o jsonpath='{.data.ca\\.crt}'`,
  });
}

/** The certificates of a PEM text, each as its base64 without blanks. */
function certificatesIn(pem: string | undefined): string[] {
  return [...(pem ?? '').matchAll(CERTIFICATE)].map(([, body = '']) => body.replace(/\s/g, '')).filter(Boolean);
}

/** Name of the Secret that holds the mesh's root certificate. */
export function caBundleSecret(view: ClusterView, mesh: Mesh): string {
  const parts = view.list<Deployment>('Deployment', mesh.namespace).filter(isControlPlane);
  return argument(parts, '--ca-bundle-secret-name') ?? 'osm-ca-bundle';
}

function rootCertificates(
  view: ClusterView,
  mesh: Mesh,
): { secret: string; certificates: readonly string[] } | undefined {
  const name = caBundleSecret(view, mesh);
  const encoded = view.get<Secret>('Secret', mesh.namespace, name)?.data?.[CA_CERTIFICATE];
  const certificates = encoded === undefined ? [] : certificatesIn(fromBase64(encoded));
  return certificates.length === 0 ? undefined : { secret: `${mesh.namespace}/${name}`, certificates };
}

function otherBundles(view: ClusterView, mesh: Mesh): string[] {
  const configurations = [
    ...view.list('MutatingWebhookConfiguration'),
    ...view.list('ValidatingWebhookConfiguration'),
  ].flatMap((one) => recordsAt(one, 'webhooks'));
  const conversions = view.list('CustomResourceDefinition').map((crd) => at(crd, 'spec', 'conversion', 'webhook'));
  return [...configurations, ...conversions]
    .filter((webhook) => textAt(webhook, 'clientConfig', 'service', 'namespace') === mesh.namespace)
    .map((webhook) => textAt(webhook, 'clientConfig', 'caBundle') ?? '')
    .filter((bundle) => bundle !== '');
}
