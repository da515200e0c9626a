import { describe, expect, test } from 'vitest';
import { defaultObject } from './defaulting.ts';
import type { NewObject } from './store.ts';
import { invalidMessage, kubectlInvalidMessage, validateObject } from './validation.ts';

function errorsOf(object: Record<string, unknown>): string[] {
  return validateObject(prepared(object)).map(({ text }) => text);
}

function prepared(object: Record<string, unknown>) {
  return defaultObject({ apiVersion: 'v1', metadata: { name: 'x', namespace: 'default' }, ...object } as NewObject);
}

const APP = { name: 'c', image: 'i' };

function pod(spec: Record<string, unknown>) {
  return { kind: 'Pod', spec: { containers: [APP], ...spec } };
}

function workload(spec: Record<string, unknown>) {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [APP] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { selector: { matchLabels: { a: 'b' } }, template, ...spec },
  };
}

describe('refused', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['no containers', pod({ containers: [] }), ['spec.containers: Required value']],
    [
      'an unknown restart policy',
      pod({ restartPolicy: 'Sometimes' }),
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a pull policy',
      pod({ containers: [{ ...APP, imagePullPolicy: 'never' }] }),
      [
        'spec.containers[0].imagePullPolicy: Unsupported value: "never": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
    [
      'a mount without its volume',
      pod({ containers: [{ ...APP, volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      'two volumes of a name',
      pod({ volumes: [{ name: 'v' }, { name: 'v' }] }),
      ['spec.volumes[1].name: Duplicate value: "v"'],
    ],
    [
      'an env variable with two sources of its value',
      pod({
        containers: [
          { ...APP, env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
        ],
      }),
      ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ],
    [
      'more requested than allowed',
      pod({ containers: [{ ...APP, resources: { limits: { cpu: '1' }, requests: { cpu: '1500m' } } }] }),
      ['spec.containers[0].resources.requests: Invalid value: "1500m": must be less than or equal to cpu limit of 1'],
    ],
    [
      'a deadline of zero',
      pod({ activeDeadlineSeconds: 0 }),
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      'one host port twice',
      pod({
        containers: [
          {
            ...APP,
            ports: [
              { containerPort: 1, hostPort: 5 },
              { containerPort: 2, hostPort: 5 },
            ],
          },
        ],
      }),
      ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//5"'],
    ],
    [
      'a label that is none',
      { ...pod({}), metadata: { name: 'x', namespace: 'default', labels: { 'a b': 'c' } } },
      [
        "metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
    [
      'a Deployment without selector',
      workload({ selector: undefined }),
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'a selector that the template does not fit',
      workload({ selector: { matchLabels: { a: 'c' } } }),
      ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
    ],
    [
      'a rollout that cannot move',
      workload({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    ['a Service without ports', { kind: 'Service', spec: {} }, ['spec.ports: Required value']],
    [
      'two ports without names',
      { kind: 'Service', spec: { ports: [{ port: 1 }, { port: 2 }] } },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'a Service called 1',
      { kind: 'Service', metadata: { name: '1', namespace: 'default' }, spec: { ports: [{ port: 1 }] } },
      [
        "metadata.name: Invalid value: \"1\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
  ])('%s', (_, object, texts) => {
    expect(errorsOf(object)).toEqual(texts);
  });
});

describe('accepted', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a pod', pod({})],
    ['a Deployment', workload({})],
    ['a headless Service without ports', { kind: 'Service', spec: { clusterIP: 'None' } }],
    [
      'a timeout longer than the period',
      pod({ containers: [{ ...APP, livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1, timeoutSeconds: 9 } }] }),
    ],
    ['a name that is generated', { ...pod({}), metadata: { generateName: 'x-', namespace: 'default' } }],
    ['whatever another kind says', { apiVersion: 'example.com/v1', kind: 'Widget', spec: { containers: [] } }],
  ])('%s', (_, object) => {
    expect(errorsOf(object)).toEqual([]);
  });
});

describe('messages', () => {
  const errors = (object: Record<string, unknown>) => validateObject(prepared(object));

  test('of one error', () => {
    const bad = pod({ containers: [] });
    expect(invalidMessage(prepared(bad) as never, errors(bad))).toBe(
      'Pod "x" is invalid: spec.containers: Required value',
    );
    expect(kubectlInvalidMessage(prepared(bad) as never, errors(bad))).toBe(
      'The Pod "x" is invalid: spec.containers: Required value\n',
    );
  });

  test('of several, with the API group', () => {
    const bad = workload({ replicas: -1, minReadySeconds: -1 });
    expect(invalidMessage(prepared(bad) as never, errors(bad))).toBe(
      'Deployment.apps "x" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0]',
    );
    expect(kubectlInvalidMessage(prepared(bad) as never, errors(bad)).split('\n')).toHaveLength(4);
  });
});
