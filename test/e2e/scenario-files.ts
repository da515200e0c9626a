import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A pod whose liveness endpoint starts to answer 503 at 20 s, and what must come of it. */
export const LIVENESS = `apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata:
  name: liveness
spec:
  description: The liveness endpoint starts to answer 503.
  duration: 60s
  seed: 1
  manifests:
    - pod.yaml
  apps:
    web:
      startup: 1s
      servers:
        - port: 8080
          protocol: http
          routes:
            - {path: /livez, status: 200}
            - {path: /readyz, status: 200}
  steps:
    - at: 20s
      app: {container: web, server: 8080, path: /livez, status: 503}
    - at: 32s
      app: {container: web, server: 8080, path: /livez, status: 200}
  expect:
    - by: 45s
      object: {apiVersion: v1, kind: Pod, metadata: {name: web}, status: {containerStatuses: [{name: web, restartCount: 1}]}}
    - between: [20s, 40s]
      event: {reason: Unhealthy, message: "Liveness probe failed: HTTP probe failed with statuscode: 503"}
`;

export const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec:
  terminationGracePeriodSeconds: 5
  containers:
    - name: web
      image: registry.local/probeapp:1
      ports: [{containerPort: 8080}]
      livenessProbe: {httpGet: {path: /livez, port: 8080}, periodSeconds: 5}
      readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 5}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;

/** The same with an expectation that does not hold, in line 31. */
export const FAILING = LIVENESS.replace('name: liveness\n', 'name: failing\n').replace(
  'restartCount: 1',
  'restartCount: 7',
);

/** The same with a misspelt field. */
export const MISSPELT = LIVENESS.replace('  duration: 60s', '  duratoin: 60s');

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
