import * as z from 'zod';
import { appDescription } from './schema/app.ts';
import { expectation } from './schema/expectations.ts';
import { duration, part } from './schema/scalars.ts';
import { step } from './schema/steps.ts';

export const API_VERSION = 'probelab.dev/v1alpha1';

const runtimes = z.array(z.enum(['virtual', 'docker'])).min(1);

const spec = z.strictObject({
  description: z.string().optional().describe('What it teaches, in a few sentences.'),
  source: z.string().optional().describe('Where the behaviour is documented or was reported.'),
  duration: duration.describe('How long the run goes on, from the moment the manifests are applied.'),
  seed: z.int().min(0).optional().describe('Everything random in the run follows from it. Default 1.'),
  kubelet: z
    .strictObject({
      version: z.string().optional().describe('The kubelet modelled: "1.34" (default), "1.36".'),
      uptime: duration
        .optional()
        .describe('How long it has run; a young one delays first probes. Default 1h: no delay.'),
      tlsMax: z
        .literal('1.2')
        .optional()
        .describe('The newest TLS that its probes speak: "1.2" for one from before Go 1.12. Default 1.3.'),
    })
    .optional()
    .describe('The kubelet of the node.'),
  mesh: z
    .strictObject({
      osm: z
        .strictObject({
          version: z
            .string()
            .optional()
            .describe('Release of Open Service Mesh: "1.0", "1.1" (default), "1.2", "main".'),
          name: z.string().min(1).optional().describe('Name of the mesh. Default osm.'),
          namespace: z.string().min(1).optional().describe('Where its control plane is. Default osm-system.'),
          meshConfig: part.optional().describe('Parts of its MeshConfig object.'),
          rewriteProbes: z
            .boolean()
            .optional()
            .describe(
              "false: the sidecar comes, but the pod's own probes stay as they were (OSM before v0.7). Default true.",
            ),
          addedLater: z
            .array(z.string())
            .optional()
            .describe("Containers that another webhook adds after OSM's, which never sees them."),
        })
        .optional()
        .describe('Open Service Mesh.'),
    })
    .optional()
    .describe('Meshes whose injector admits pods.'),
  manifests: z
    .array(z.union([z.string(), part]))
    .min(1)
    .describe('Unchanged Kubernetes YAML: files, next to this one, or objects.'),
  apps: z
    .record(z.string(), appDescription)
    .optional()
    .describe('How apps behave, by container name or image. Images of the catalogue need none.'),
  steps: z.array(step).optional().describe('What happens when.'),
  expect: z.array(expectation).optional().describe('What must be true: the verdict.'),
  images: z
    .record(z.string(), z.string())
    .optional()
    .describe('Another image by container or image name; real: no stand-in.'),
  tolerance: duration.optional().describe('docker: how far moments may be off, besides 10 %. Default 1s.'),
  runtimes: runtimes.optional().describe('Where it can be run. Default: everywhere.'),
});

/** The scenario file: the one source of its types, its checks and its JSON Schema. */
export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional(),
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Scenario'),
    metadata: z
      .strictObject({
        name: z.string().min(1).describe("The file's name without .yaml."),
        labels: z.record(z.string(), z.string()).optional().describe('For choosing among scenarios.'),
      })
      .describe('Name and labels.'),
    spec: spec.describe('The story.'),
  })
  .describe('A story with a pod in it: manifests, how the apps behave, what happens when, what must be true.');

export type ScenarioFile = z.output<typeof scenarioSchema>;

/** The JSON Schema of scenario files, for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12' });
  return { $id: 'https://probelab.dev/scenario.schema.json', title: 'probelab scenario', ...schema };
}
