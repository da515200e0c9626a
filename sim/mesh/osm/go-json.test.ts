import { expect, test } from 'vitest';
import { throughGoPod } from './go-json.ts';
import { parseGoJson } from './go-json-syntax.ts';
import { GoJsonError } from './go-json-values.ts';

// Texts as Go 1.26.8 printed them for json.Unmarshal into *v1.Pod of k8s.io/api v0.26.3.
test.each([
  ['"x"', 'json: cannot unmarshal string into Go value of type v1.Pod'],
  ['[]', 'json: cannot unmarshal array into Go value of type v1.Pod'],
  ['1', 'json: cannot unmarshal number into Go value of type v1.Pod'],
  ['{"spec":"x"}', 'json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec'],
  [
    '{"spec":{"containers":{}}}',
    'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  ],
  [
    '{"spec":{"containers":["a"]}}',
    'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container',
  ],
  [
    '{"spec":{"containers":[{"name":1}]}}',
    'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
  ],
  [
    '{"spec":{"containers":[{"ports":[{"containerPort":"x"}]}]}}',
    'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
  ],
  [
    '{"spec":{"containers":[{"ports":[{"containerPort":99999999999}]}]}}',
    'json: cannot unmarshal number 99999999999 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
  ],
  [
    '{"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":true}}}]}}',
    'json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
  ],
  [
    '{"spec":{"containers":[{"livenessProbe":{"timeoutSeconds":1.5}}]}}',
    'json: cannot unmarshal number 1.5 into Go struct field Probe.spec.containers.livenessProbe.timeoutSeconds of type int32',
  ],
  [
    '{"metadata":{"labels":{"a":1}}}',
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  ],
  ['{"metadata":[]}', 'json: cannot unmarshal array into Go struct field Pod.metadata of type v1.ObjectMeta'],
  [
    '{"metadata":{"creationTimestamp":1}}',
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
  ],
  [
    '{"metadata":{"creationTimestamp":"x"}}',
    'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
  ],
  [
    '{"spec":{"hostNetwork":"true"}}',
    'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
  ],
  [
    '{"spec":{"restartPolicy":1}}',
    'json: cannot unmarshal number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy',
  ],
  [
    '{"spec":{"containers":[{"command":"x"}]}}',
    'json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string',
  ],
  [
    '{"spec":{"terminationGracePeriodSeconds":"x"}}',
    'json: cannot unmarshal string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
  ],
  [
    '{"spec":{"containers":[{"env":[{"valueFrom":3}]}]}}',
    'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.valueFrom of type v1.EnvVarSource',
  ],
  [
    '{"spec":{"initContainers":[{"securityContext":{"capabilities":{"add":[1]}}}]}}',
    'json: cannot unmarshal number into Go struct field Capabilities.spec.initContainers.securityContext.capabilities.add of type v1.Capability',
  ],
  ['{"apiVersion":1}', 'json: cannot unmarshal number into Go struct field Pod.TypeMeta.apiVersion of type string'],
  [
    '{"spec":{"containers":[{"resources":{"limits":{"cpu":true}}}]}}',
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
])('%s is refused in the words of Go', (json, message) => {
  expect(() => throughGoPod(JSON.parse(json), 26)).toThrow(new GoJsonError(message));
});

test('the first wrong type of several is reported', () => {
  const pod = { spec: { restartPolicy: 1, hostNetwork: 'yes' } };
  expect(() => throughGoPod(pod, 23)).toThrow('PodSpec.spec.restartPolicy');
});

// Texts as Go 1.26.8 printed them.
test.each([
  ['{"timeoutSeconds":1000.0}', 'number 1000.0', 'Probe.spec.containers.livenessProbe.timeoutSeconds'],
  ['{"timeoutSeconds":1e3}', 'number 1e3', 'Probe.spec.containers.livenessProbe.timeoutSeconds'],
  ['{"timeoutSeconds":-0.0}', 'number -0.0', 'Probe.spec.containers.livenessProbe.timeoutSeconds'],
  [
    '{"httpGet":{"port":1e+20}}',
    'number 1e+20',
    'HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port',
  ],
  [
    '{"timeoutSeconds":"1","httpGet":{"port":[]}}',
    'array',
    'HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port',
  ],
])('the probe %s: a number is what its text says, and a bad port ends all', (probe, what, field) => {
  const pod = parseGoJson(`{"spec":{"restartPolicy":"Always","containers":[{"livenessProbe":${probe}}]}}`);
  const message = `json: cannot unmarshal ${what} into Go struct field ${field} of type int32`;
  expect(() => throughGoPod(pod, 26)).toThrow(new GoJsonError(message));
});

test('a quantity keeps the form of its number', () => {
  const limits = parseGoJson('{"cpu":1e+20,"memory":-0,"pods":2.50}');
  const pod = { spec: { containers: [{ name: 'a', resources: { limits } }] } };
  expect(throughGoPod(pod, 26).spec.containers[0].resources.limits).toEqual({
    cpu: '100e18',
    memory: '0',
    pods: '2500m',
  });
});

test('empty fields go, those Go always writes come', () => {
  const pod = {
    spec: {
      hostNetwork: false,
      nodeName: '',
      tolerations: [],
      nodeSelector: {},
      containers: [{ name: 'a', stdin: false, env: [{}] }],
    },
  };
  expect(throughGoPod(pod, 23)).toEqual({
    metadata: { creationTimestamp: null },
    spec: { containers: [{ name: 'a', resources: {}, env: [{ name: '' }] }] },
    status: {},
  });
});

test('false and empty behind a pointer stay', () => {
  const spec = { containers: [], shareProcessNamespace: false, securityContext: {}, terminationGracePeriodSeconds: 0 };
  expect(throughGoPod({ spec }, 23).spec).toEqual(spec);
});

test.each([
  [22, { livenessProbe: {} }],
  [23, { livenessProbe: { grpc: { port: 9000, service: null } } }],
] as const)('the API of v0.%i knows gRPC probes or does not', (version, expected) => {
  const pod = { spec: { containers: [{ name: 'a', livenessProbe: { grpc: { port: 9000 } } }] } };
  expect(throughGoPod(pod, version).spec.containers[0]).toMatchObject(expected);
  expect(throughGoPod(pod, version).spec.containers[0].livenessProbe).toEqual(expected.livenessProbe);
});

test('fields newer than the API module are lost', () => {
  const pod = {
    spec: {
      schedulingGates: [{ name: 'g' }],
      initContainers: [{ name: 'i', restartPolicy: 'Always' }],
      containers: [{ name: 'a', resizePolicy: [{}], lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
    },
  };
  expect(throughGoPod(pod, 26).spec).toEqual({
    schedulingGates: [{ name: 'g' }],
    initContainers: [{ name: 'i', resources: {} }],
    containers: [{ name: 'a', resources: {}, lifecycle: { preStop: {} } }],
  });
  expect(throughGoPod(pod, 23).spec).not.toHaveProperty('schedulingGates');
});

test('keys match in any case, a null is an absent value', () => {
  const pod = { Spec: { NodeName: 'n', containers: [null], volumes: null } };
  expect(throughGoPod(pod, 23).spec).toEqual({ nodeName: 'n', containers: [{ name: '', resources: {} }] });
});
