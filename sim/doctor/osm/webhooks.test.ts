import { describe, expect, it, vi } from 'vitest';
import { find, findings, meshedRun, remove } from '../../../test/doctor/meshed-run.ts';

// Whole labs are played: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('webhooks', () => {
  it.each([
    ['MutatingWebhookConfiguration', 'osm-webhook-osm', 'New pods get no sidecar, their probes are not rewritten'],
    ['ValidatingWebhookConfiguration', 'osm-validator-mesh-osm', "OSM's policies are taken without being checked"],
  ])('%s is not there', async (kind, name, without) => {
    const input = await meshedRun();
    remove(input, kind, name);
    expect(findings(input)).toEqual([`Failure webhook: ${kind} "${name}" not found. ${without}`]);
  });

  it.each([
    ['path', '/validate', 'path "/validate" instead of "/mutate-pod-creation"'],
    ['port', 443, 'port 443 instead of 9090'],
    ['name', 'injector', 'name "injector" instead of "osm-injector"'],
  ])('the service has another %s', async (field, value, text) => {
    const input = await meshedRun();
    find(input, 'MutatingWebhookConfiguration', 'osm-webhook-osm').webhooks[0].clientConfig.service[field] = value;
    expect(findings(input)).toEqual([`Failure webhook-service: clientConfig.service has ${text}`]);
  });

  const bundle = (pem: string) => btoa(`-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`);
  it.each([
    ['empty', '', 'caBundle is empty'],
    ['no certificate', btoa('hello'), 'caBundle is not the base64 text of a PEM certificate'],
    ['no base64', '%%%', 'caBundle is not the base64 text of a PEM certificate'],
    ['of somebody else', bundle('AAAA'), 'Its certificate is not that of Secret osm-system/osm-ca-bundle'],
  ])('the CA bundle is %s', async (_, caBundle, text) => {
    const input = await meshedRun();
    find(input, 'MutatingWebhookConfiguration', 'osm-webhook-osm').webhooks[0].clientConfig.caBundle = caBundle;
    expect(findings(input)).toEqual([expect.stringContaining(`Failure webhook-ca-bundle: ${text}`)]);
  });

  it('the certificate has ended', async () => {
    const input = await meshedRun();
    expect(findings({ ...input, now: Date.UTC(2100, 0, 1) })).toEqual([]);
    const found = findings({ ...input, now: Date.UTC(2200, 0, 1) });
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('Failure webhook-ca-bundle: The certificate ended on 2126-');
  });

  it('without the Secret, bundles are compared with each other', async () => {
    const input = await meshedRun();
    remove(input, 'Secret', 'osm-ca-bundle');
    find(input, 'MutatingWebhookConfiguration', 'osm-webhook-osm').webhooks[0].clientConfig.caBundle = bundle('AAAA');
    expect(findings(input)).toEqual([
      expect.stringContaining("Failure webhook-ca-bundle: It differs from that of OSM's other webhooks"),
      expect.stringContaining("Failure webhook-ca-bundle: It differs from that of OSM's other webhooks"),
    ]);
  });

  it('selects another mesh, and is called for the wrong things', async () => {
    const input = await meshedRun();
    const [webhook] = find(input, 'MutatingWebhookConfiguration', 'osm-webhook-osm').webhooks;
    webhook.namespaceSelector.matchLabels['openservicemesh.io/monitored-by'] = 'other';
    webhook.rules[0].operations = ['UPDATE'];
    webhook.failurePolicy = 'Ignore';
    expect(findings(input).map((text) => text.split(':')[0])).toEqual([
      'Failure webhook-selector',
      'Warning webhook-failure-policy',
      'Failure webhook-rules',
    ]);
  });
});
