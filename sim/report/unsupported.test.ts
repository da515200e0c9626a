import { expect, it } from 'vitest';
import { decodeManifests } from '../kube/decoding/manifests.ts';
import { unsupportedParts } from './unsupported.ts';

const MANIFESTS = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {serviceName: db, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: true
  shareProcessNamespace: false
  containers:
    - name: c
      image: i
      ports:
        - {containerPort: 80, hostPort: 80}
  volumes:
    - {name: tmp, emptyDir: {}}
    - name: data
      persistentVolumeClaim: {claimName: data}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, selector: {a: b}, ports: [{port: 80}]}
`;

it('names every part that is not run, with its place, and nothing else', () => {
  const { manifests } = decodeManifests(MANIFESTS, 'x.yaml', { validate: false });
  const found = unsupportedParts(manifests).map(({ code, message, location }) => `${location.line} ${code} ${message}`);
  expect(found).toEqual([
    '2 UNSUPPORTED_KIND StatefulSet "db": it is stored, but no pods are made of it',
    `10 UNSUPPORTED_FIELD Pod "web": hostNetwork is not modelled; the pod gets an IP of its own instead of the node's`,
    '20 UNSUPPORTED_VOLUME Pod "web": a volume of type persistentVolumeClaim cannot be made; "data" is not mounted',
    '16 UNSUPPORTED_FIELD Pod "web": hostPort 80 is not opened on the node',
    '25 UNSUPPORTED_FIELD Service "web": a Service of type LoadBalancer is reachable within the cluster only',
  ]);
});
